using System.Text.Json.Serialization;

namespace Purser.Agent.Policy.Trust;

/// <summary>How far a unit of the device has come with its trust code (device reference 4.5).</summary>
/// <param name="Unit">Product id and serial number, as keys have them.</param>
public sealed record UnitTrust(string Unit)
{
    /// <summary>The key that the authority was last asked to know; null: it was not, or it knows it.</summary>
    public AskedTrust? Asked { get; init; }

    public InstalledTrust? Installed { get; init; }
}

/// <param name="PrivateKey">Base64 PKCS#8 on P-256. Asked again, the same: whichever of two files comes back fits.</param>
public sealed record AskedTrust(string PrivateKey, DateTimeOffset At);

/// <summary>A key that the authority knows.</summary>
/// <param name="Id">Of the trust code; each signature names it.</param>
/// <param name="Piid">Of the product instance whose unit this is.</param>
/// <param name="At">When it was installed here.</param>
public sealed record InstalledTrust(string Id, string Piid, string PrivateKey, DateTimeOffset ValidFrom, DateTimeOffset ValidUntil, DateTimeOffset At)
{
    /// <summary>Days before its end, or 0, that the log has reminded of.</summary>
    public int? Reminded { get; init; }

    [JsonIgnore]
    public DateTimeOffset RenewAt => ValidUntil - TrustRules.Renewal;
}
