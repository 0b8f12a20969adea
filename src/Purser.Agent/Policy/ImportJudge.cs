using Purser.Agent.Policy.Authorizations;
using Purser.Agent.Policy.Trust;
using Purser.Agent.Rules;
using Purser.Agent.State;
using Purser.Protocol;
using Purser.Protocol.Authorizations;
using Purser.Protocol.Bundles;
using Purser.Protocol.Trust;
using Purser.Protocol.Usage;

namespace Purser.Agent.Policy;

/// <param name="Type">As devices name it (device reference 4.8).</param>
/// <param name="Apply">What it does to a device.</param>
internal sealed record ImportPart(string Type, Func<DeviceState, DateTimeOffset, WireResult<DeviceState>> Apply);

/// <summary>Decides whether what a person brought to import is the authority's own.</summary>
internal static class ImportJudge
{
    public const string AcknowledgementType = "RUM ACK";
    public const string PolicyType = "POLICY";
    public const string TrustType = "TRUST CODE";
    public const string AuthorizationType = "AUTH";

    private const string OtherType = "OTHER";

    /// <param name="Root">Of the authority, base64: a device that knew its fingerprint only keeps it.</param>
    public sealed record Judged(IReadOnlyList<ImportPart> Parts, string Root);

    public static WireResult<Judged> Read(TrustAnchor trust, string text)
    {
        var file = ImportFile.Read(text);
        if (!file.IsOk)
        {
            return new WireRefusal(ReservationError.Unreadable, DeviceFile.Read(text).IsOk
                ? "This is a file that a product instance saved, for the portal: bring it there, and import what comes back"
                : file.Detail!);
        }

        var parts = new List<ImportPart>();
        var root = "";
        foreach (var element in file.Value.Elements)
        {
            // An authority that is newer than this device may send more than it knows; the rest counts.
            if (TypeOf(element) == OtherType)
            {
                parts.Add(new ImportPart(OtherType, static (_, _) => Unreadable("This device imports acknowledgements of usage reports, policies, trust codes and authorization codes, and the file has something else")));
                continue;
            }

            var part = Part(element);
            if (!part.IsOk)
            {
                return new WireRefusal(part.Code!, part.Detail!);
            }

            var judged = AuthorityFile.Root(trust, element.Chain, part.Value.MadeAt, element.IsSignedBy);
            if (!judged.IsOk)
            {
                return new WireRefusal(judged.Code!, judged.Detail!);
            }

            root = judged.Value;
            parts.Add(part.Value.Part);
        }

        return new Judged(parts, root);
    }

    /// <summary>What the file would bring first, as the history of imports names it; null: it is no file to import.</summary>
    public static string? TypeOf(string text) => ImportFile.Read(text) is { IsOk: true } file ? TypeOf(file.Value.Elements[0]) : null;

    private static string TypeOf(SignedElement element) => element.Name switch
    {
        Acknowledgement.Element => AcknowledgementType,
        AuthorizationCode.Element => AuthorizationType,
        TrustCode.Element => TrustType,
        DeliveredPolicy.Element => PolicyType,
        _ => OtherType,
    };

    private static WireResult<Dated> Part(SignedElement element) => element.Name switch
    {
        Acknowledgement.Element => Part(TypeOf(element), Acknowledgement.Read(element.Data), static one => one.At, ImportRules.Acknowledge),
        AuthorizationCode.Element => Part(
            TypeOf(element), AuthorizationCode.Read(element.Data), static one => one.MadeAt, (state, code, now) => CodeRules.Install(state, code, element.Data, element.Signature, now)),
        TrustCode.Element => Part(TypeOf(element), TrustCode.Read(element.Data), static one => one.ToldAt, TrustRules.Install),
        _ => Part(TypeOf(element), DeliveredPolicy.Read(element.Data), static one => one.MadeAt, ImportRules.Install),
    };

    private static WireResult<Dated> Part<T>(string type, WireResult<T> read, Func<T, DateTimeOffset> madeAt, Func<DeviceState, T, DateTimeOffset, WireResult<DeviceState>> apply)
        where T : notnull => read.IsOk ? new Dated(new ImportPart(type, (state, now) => apply(state, read.Value, now)), madeAt(read.Value)) : Unreadable(read.Detail!);

    private static WireRefusal Unreadable(string why) => new(ReservationError.Unreadable, why);

    private readonly record struct Dated(ImportPart Part, DateTimeOffset MadeAt);
}
