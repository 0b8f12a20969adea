using System.Text.Json.Serialization;

namespace Purser.Protocol.Usage;

/// <summary>Who saved a file of usage reports (device reference 4.4.2: <c>smartLicenseSystemInfo</c>).</summary>
public sealed record SystemInfo(Udi Udi, DateTimeOffset At, string Nonce, string? Hostname, string SoftwareTag)
{
    public string Write() => UsageJson.Write(new SystemInfoText(SudiText.Of(Udi), At.ToUnixTimeMilliseconds(), Nonce, Hostname, SoftwareTag));
}

internal sealed record SystemInfoText(
    SudiText Sudi, long Timestamp, string Nonce, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Hostname, string SoftwareTagIdentifier);
