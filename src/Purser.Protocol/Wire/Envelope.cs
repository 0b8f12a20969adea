using System.Text.Json.Serialization;

namespace Purser.Protocol.Wire;

/// <summary>The outermost JSON object of a message from a device. <see cref="Request"/> is what was signed, and stays as it came.</summary>
public sealed record RequestEnvelope(SignatureBlock Signature, string Request, string? Credential = null);

/// <summary>The outermost JSON object of an answer. <see cref="Credential"/>: signer first, root last.</summary>
public sealed record ReplyEnvelope(SignatureBlock Signature, IReadOnlyList<string> Credential, string Response);

public sealed record SignatureBlock(string Type, string Value);

/// <summary>The JSON text inside <see cref="RequestEnvelope.Request"/>.</summary>
public sealed record RequestText(RequestHeader Header, string Nonce, string RequestData);

/// <summary>Names and shape as published (device reference 2.9).</summary>
public sealed record RequestHeader
{
    public const string CurrentVersion = "1.3";

    public string Version { get; init; } = CurrentVersion;

    public string? Locale { get; init; } = "en_US.UTF-8";

    public required Sudi Sudi { get; init; }

    /// <summary>Milliseconds since 1970 by the device's clock.</summary>
    public required long Timestamp { get; init; }

    public required string Nonce { get; init; }

    public required string RequestType { get; init; }

    public IReadOnlyList<string>? AgentActions { get; init; }

    public ConnectInfo? ConnectInfo { get; init; }

    public string? ProductInstanceIdentifier { get; init; }

    /// <summary>Upper-case hexadecimal.</summary>
    public string? IdCertSerialNumber { get; init; }

    /// <summary>The units of the high availability set that speaks, the active one being <see cref="Sudi"/>; null: nothing is said about it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<HaUnit>? HaUdi { get; init; }

    /// <summary>Grows with every change of <see cref="HaUdi"/>, so that an old state cannot come back.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? HaSequence { get; init; }

    /// <summary>Of the certificate that signed the last answer; tells the authority what the device trusts.</summary>
    public string? SigningCertSerialNumber { get; init; }
}

public sealed record Sudi
{
    public string? Suvi { get; init; }

    public string? Uuid { get; init; }

    public string? HostIdentifier { get; init; }

    public string? MacAddress { get; init; }

    public required string UdiPid { get; init; }

    public required string UdiSerialNumber { get; init; }

    public string? UdiVid { get; init; }

    public Udi ToUdi() => new(UdiPid, UdiSerialNumber, string.IsNullOrEmpty(Uuid) ? null : Uuid);
}

public sealed record ConnectInfo
{
    public required string Name { get; init; }

    public required string Version { get; init; }

    public string? Additional { get; init; }

    public bool Prod { get; init; }

    public IReadOnlyList<string> Capabilities { get; init; } = [];
}
