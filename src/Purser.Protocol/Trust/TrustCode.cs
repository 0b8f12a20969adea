using Purser.Protocol.Usage;
using Purser.Protocol.Wire;

namespace Purser.Protocol.Trust;

/// <summary>The authority's word that it knows the device's key (device reference 4.5); a signed element of a file that the device imports.</summary>
/// <param name="Id">The device names it in each signature that it makes with this key.</param>
/// <param name="PublicKey">DER SubjectPublicKeyInfo.</param>
/// <param name="ToldAt">The same code may be told again years later, by a signer whose certificate is younger than the code.</param>
public sealed record TrustCode(string Id, Udi Udi, string Piid, byte[] PublicKey, DateTimeOffset ValidFrom, DateTimeOffset ValidUntil, DateTimeOffset ToldAt)
{
    public const string Element = "smartLicenseTrustCode";

    public string Write() => UsageJson.Write(new TrustCodeText(
        Id, SudiText.Of(Udi), Piid, Convert.ToBase64String(PublicKey), ValidFrom.ToUnixTimeSeconds(), ValidUntil.ToUnixTimeSeconds(), ToldAt.ToUnixTimeSeconds()));

    public static WireResult<TrustCode> Read(string data)
    {
        var text = UsageJson.Read<TrustCodeText>(data, "The trust code");
        return !text.IsOk ? new WireRefusal(text.Code!, text.Detail!)
            : !text.Value.Sudi.ToUdi().IsWellFormed || Base64.TryDecode(text.Value.PublicKey, WireLimits.CertificateBytes) is not { } key
            ? new WireRefusal(WireCode.Malformed, "The trust code is for no proper UDI, or has no key")
            : new TrustCode(
                text.Value.TrustId, text.Value.Sudi.ToUdi(), text.Value.ProductInstanceIdentifier, key,
                LicensingTimes.OfSeconds(text.Value.ValidFrom), LicensingTimes.OfSeconds(text.Value.ValidUntil), LicensingTimes.OfSeconds(text.Value.Timestamp));
    }
}

internal sealed record TrustCodeText(string TrustId, SudiText Sudi, string ProductInstanceIdentifier, string PublicKey, long ValidFrom, long ValidUntil, long Timestamp)
{
    public string Version { get; init; } = "1.0";
}
