using System.Text.Json.Serialization;
using Purser.Protocol.Wire;

namespace Purser.Protocol.Usage;

/// <summary>Who saved a file of usage reports (device reference 4.4.2: <c>smartLicenseSystemInfo</c>).</summary>
public sealed record SystemInfo(Udi Udi, DateTimeOffset At, string Nonce, string? Hostname, string SoftwareTag)
{
    public string Write() => UsageJson.Write(new SystemInfoText
    {
        Sudi = SudiText.Of(Udi), Timestamp = At.ToUnixTimeMilliseconds(), Nonce = Nonce, Hostname = Hostname, SoftwareTagIdentifier = SoftwareTag,
    });

    /// <summary>How the devices of a file are called. The rest of what other makers write there is borne; what cannot be read names nobody.</summary>
    public static IEnumerable<(Udi Udi, string Hostname)> NamesIn(string? json)
    {
        var read = json is null ? new SystemInfoText() : UsageJson.Read<SystemInfoText>(json, "The system information");
        return !read.IsOk ? [] : (read.Value.DeviceList ?? []).Append(new AskingDeviceText { Sudi = read.Value.Sudi, Hostname = read.Value.Hostname })
            .Where(device => device.Sudi is not null && device.Hostname is { Length: > 0 and <= WireLimits.Text })
            .Select(device => (device.Sudi!.ToUdi(), device.Hostname!));
    }
}

internal sealed record SystemInfoText
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SudiText? Sudi { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Timestamp { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Nonce { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Hostname { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? SoftwareTagIdentifier { get; init; }

    /// <summary>In files that ask for authorization codes.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<AskingDeviceText>? DeviceList { get; init; }
}

internal sealed record AskingDeviceText
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SudiText? Sudi { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? SoftwareTagIdentifier { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Hostname { get; init; }
}
