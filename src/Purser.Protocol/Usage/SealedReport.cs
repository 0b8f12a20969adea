using System.Security.Cryptography;
using System.Text;
using Purser.Protocol.Wire;

namespace Purser.Protocol.Usage;

/// <summary>A report as it travels: what it says, and the exact text that its signature covers.</summary>
/// <param name="Payload">Kept byte for byte: written anew it would not fit its signature any more.</param>
/// <param name="IsHeaded">With the header <c>{"type":"rum"}</c> of version 1.</param>
public sealed record SealedReport(string Payload, Udi Signer, ReportSignature Signature, UsageReport Report, bool IsHeaded = false)
{
    /// <summary>Signed by the device's trust key, which <see cref="IsSignedBy"/> can check; anything else is unverified.</summary>
    public bool CanBeVerified => Signature.SigningType == SigningTypes.Trust;

    /// <summary>A new report of this device, signed by its trust key.</summary>
    /// <param name="trustId">Of the trust code whose key it is.</param>
    public static SealedReport Seal(UsageReport report, ECDsa key, string trustId)
    {
        var payload = report.Write();
        return new SealedReport(payload, report.Udi, new ReportSignature(SigningTypes.Trust, trustId, MessageSignature.Sign(key, Encoding.UTF8.GetBytes(payload)).Value), report, IsHeaded: report.Version is null);
    }

    /// <summary>A new report of a device without a trust code: the hash shows damage, and proves nothing about who wrote it.</summary>
    public static SealedReport SealBuiltin(UsageReport report)
    {
        var payload = report.Write();
        var hash = HMACSHA256.HashData(Encoding.UTF8.GetBytes(report.SoftwareTag), Encoding.UTF8.GetBytes(payload));
        return new SealedReport(payload, report.Udi, new ReportSignature(SigningTypes.Builtin, report.SoftwareTag, Convert.ToBase64String(hash)), report, IsHeaded: report.Version is null);
    }

    /// <param name="json">An element of <c>usage</c> of an upload, or the content of a <c>RUMReport</c> element.</param>
    public static WireResult<SealedReport> Read(string json)
    {
        var text = UsageJson.Read<SealedReportText>(json, "The report");
        return text.IsOk ? Of(text.Value) : new WireRefusal(text.Code!, text.Detail!);
    }

    public string Write() => UsageJson.Write(new SealedReportText
    {
        Payload = Payload, Header = IsHeaded ? ReportHeaderText.OfUse : null, Signature = SignatureText.Of(Signature, Signer)!,
    });

    public bool IsSignedBy(ECDsa key) =>
        CanBeVerified && Base64.TryDecode(Signature.Value, MessageSignature.Bytes) is { } value && MessageSignature.Verify(key, Encoding.UTF8.GetBytes(Payload), value);

    private static WireResult<SealedReport> Of(SealedReportText text)
    {
        var report = UsageReport.Read(text.Payload);
        if (!report.IsOk)
        {
            return new WireRefusal(report.Code!, report.Detail!);
        }

        var signer = text.Signature.Sudi?.ToUdi() ?? report.Value.Udi;
        return signer != report.Value.Udi
            ? new WireRefusal(WireCode.BadSignature, $"The report is of {report.Value.Udi.Display}, and it is signed by {signer.Display}")
            : new SealedReport(text.Payload, signer, text.Signature.ToSignature(), report.Value, text.Header is not null);
    }
}
