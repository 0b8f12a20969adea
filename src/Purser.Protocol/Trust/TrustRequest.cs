using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Purser.Protocol.Usage;
using Purser.Protocol.Wire;

namespace Purser.Protocol.Trust;

/// <summary>
/// A device gives the authority its public key, so that what it signs can be checked from then on (device reference 4.5). It is signed with that key: whoever
/// asks has its private part.
/// </summary>
/// <param name="PublicKey">DER SubjectPublicKeyInfo on P-256.</param>
public sealed record TrustRequest(Udi Udi, string SoftwareTag, byte[] PublicKey, DateTimeOffset At)
{
    public const string Element = "smartLicenseTrustRequest";

    public XElement Seal(ECDsa key)
    {
        var data = UsageJson.Write(new TrustRequestText(SudiText.Of(Udi), SoftwareTag, Convert.ToBase64String(PublicKey), At.ToUnixTimeSeconds()));
        return new XElement(Element, new XElement("data", data), new XElement("signature", MessageSignature.Sign(key, Covered(data)).Value));
    }

    internal static WireResult<TrustRequest> Read(XElement element)
    {
        if (element.Element("data")?.Value is not { } data || element.Element("signature")?.Value is not { } signature)
        {
            return new WireRefusal(WireCode.Malformed, "A trust request lacks its data or its signature: bring the whole file, unchanged");
        }

        var text = UsageJson.Read<TrustRequestText>(data, "The trust request");
        if (!text.IsOk)
        {
            return new WireRefusal(text.Code!, text.Detail!);
        }

        var udi = text.Value.Sudi.ToUdi();
        var bytes = Base64.TryDecode(text.Value.PublicKey, WireLimits.CertificateBytes);
        var key = bytes is null ? new WireRefusal(WireCode.Malformed, "public_key is not base64") : MessageSignature.ImportPublicKey(bytes);
        if (!key.IsOk || !udi.IsWellFormed)
        {
            return new WireRefusal(WireCode.Malformed, key.Detail ?? "The trust request is of no proper UDI");
        }

        using var presented = key.Value;
        return Base64.TryDecode(signature, MessageSignature.Bytes) is { } value && MessageSignature.Verify(presented, Covered(data), value)
            ? new TrustRequest(udi, text.Value.SoftwareTagIdentifier, bytes!, LicensingTimes.OfSeconds(text.Value.Timestamp))
            : new WireRefusal(WireCode.BadSignature, $"The trust request of {udi.Display} is not signed with its own key: it was altered");
    }

    private static byte[] Covered(string data) => Encoding.UTF8.GetBytes($"{Element}\n{data}");
}

internal sealed record TrustRequestText(SudiText Sudi, string SoftwareTagIdentifier, string PublicKey, long Timestamp)
{
    public string Version { get; init; } = "1.0";
}
