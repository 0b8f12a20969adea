using System.Security.Cryptography;
using Purser.Agent.Policy.Authorizations;
using Purser.Agent.Policy.Trust;
using Purser.Agent.State;
using Purser.Protocol;
using Purser.Protocol.Push;
using Purser.Protocol.Usage;
using Purser.Protocol.Wire;

namespace Purser.Agent.Policy.Push;

/// <summary>Writes push messages from the device's state: the same file as a person would carry.</summary>
internal sealed class PushComposer(RandomNumberGenerator random)
{
    /// <summary>Null: all that it would carry was answered on another way meanwhile.</summary>
    /// <param name="at">What the message says of its time: of another clock than the device's own, where the authority's is another.</param>
    public byte[]? Compose(DeviceState state, PendingPush pending, DateTimeOffset now, DateTimeOffset at) =>
        File(state, pending, now) is { } file ? Seal(state, Message(state, pending.Kind, at) with { File = file, IdToken = pending.IdToken }, now) : null;

    public byte[] Poll(DeviceState state, AwaitedAnswer awaited, DateTimeOffset now, DateTimeOffset at) => Seal(state, Message(state, PushKind.Poll, at) with { PollId = awaited.PollId }, now);

    private PushMessage Message(DeviceState state, PushKind kind, DateTimeOffset at) => new(ReportMaker.ActiveUdi(state), at, Nonce.Make(random), kind) { Hostname = state.Device.Hostname };

    private string? File(DeviceState state, PendingPush pending, DateTimeOffset now)
    {
        if (pending.Kind == PushKind.Trust)
        {
            return DeviceTrust.FileOf(state, [.. TrustRules.Units(state).Where(udi => pending.Units.Contains(udi.Key))], now);
        }

        if (pending.Kind == PushKind.Authorization)
        {
            return CodeFile(state, pending, now);
        }

        var ids = pending.Reports.ToHashSet();
        var reports = state.Policy!.Reports.Where(report => ids.Contains(report.Id) && report.Phase is ReportPhase.Closed or ReportPhase.Unacknowledged).Select(static report => report.Text!).ToList();
        return reports.Count == 0 ? null : new ReportFile(reports, ReportMaker.Info(state, Nonce.Make(random), now)).Write();
    }

    private string? CodeFile(DeviceState state, PendingPush pending, DateTimeOffset now)
    {
        var codes = state.Policy!.Codes;
        List<AskedCount> asked = [.. codes.Asked.Where(pending.Licenses.Contains)];
        var isNeeded = pending.Name == PushNames.Authorization ? asked.Count > 0 : codes is not { Installed: null, ReturnCode: null };
        return isNeeded ? DeviceCodes.FileOf(state, asked, Nonce.Make(random), now) : null;
    }

    private static byte[] Seal(DeviceState state, PushMessage message, DateTimeOffset now)
    {
        if (TrustRules.InForce(state, now) is not { } trust)
        {
            return PushRequest.Unsigned(message).Write();
        }

        using var key = TrustKey.Open(trust.PrivateKey);
        return PushRequest.Seal(message, key, trust.Id).Write();
    }
}
