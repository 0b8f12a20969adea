using System.Text.Json.Serialization;

namespace Purser.Protocol.Usage;

/// <summary>The JSON text of a payload, member by member in the order of the published report (device reference 4.4.2).</summary>
internal sealed record PayloadText
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Version { get; init; }

    public required AssetText AssetIdentification { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SignatureText? Signature { get; init; }

    public required MetaText Meta { get; init; }

    public required IReadOnlyList<MeasurementText> Measurements { get; init; }
}

internal sealed record AssetText
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ulong? ReportId { get; init; }

    public required SoftwareText Asset { get; init; }

    public required InstanceText Instance { get; init; }

    /// <summary>Here in version 1.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SignatureText? Signature { get; init; }
}

internal sealed record SoftwareText(string Name);

internal sealed record InstanceText(SudiText Sudi, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ProductInstanceIdentifier = null);

internal sealed record SudiText(
    string UdiPid,
    string UdiSerialNumber,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Uuid = null)
{
    public Udi ToUdi() => new(UdiPid, UdiSerialNumber, string.IsNullOrEmpty(Uuid) ? null : Uuid);

    public static SudiText Of(Udi udi) => new(udi.Pid, udi.Sn, udi.Uuid);
}

/// <summary>Inside a payload without <see cref="Sudi"/>, beside it with it.</summary>
internal sealed record SignatureText
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SudiText? Sudi { get; init; }

    public required string SigningType { get; init; }

    public required string Key { get; init; }

    public required string Value { get; init; }

    public ReportSignature ToSignature() => new(SigningType, Key, Value);

    public static SignatureText? Of(ReportSignature? signature, Udi? udi = null) => signature is null ? null
        : new SignatureText { Sudi = udi is null ? null : SudiText.Of(udi), SigningType = signature.SigningType, Key = signature.Key, Value = signature.Value };
}

internal sealed record MetaText
{
    /// <summary>Here in version 1.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ulong? ReportId { get; init; }

    public required string EntitlementTag { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ReportType { get; init; }

    public bool UtilityEnabled { get; init; }

    public string SoftwareVersion { get; init; } = "";

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<UnitText>? HaUdi { get; init; }

    /// <summary>Here in version 1.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TerminationReason { get; init; }
}

internal sealed record UnitText(string Role, SudiText Sudi);

internal sealed record MeasurementText
{
    public long LogTime { get; init; }

    public required string MetricName { get; init; }

    public long StartTime { get; init; }

    public long EndTime { get; init; }

    public long SampleInterval { get; init; }

    public long NumSamples { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public MeasurementMetaText? Meta { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ValueText? Value { get; init; }
}

internal sealed record MeasurementMetaText
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ClockChangeDelta { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<SudiText>? RemovedSudiList { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<SudiText>? AddedSudiList { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TerminationReason { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? CloseReason { get; init; }
}

/// <param name="Value">A number as text.</param>
internal sealed record ValueText(string Type, string Value);

/// <summary>A report as it travels: the payload, which is text, and the signature over exactly that text.</summary>
internal sealed record SealedReportText
{
    public required string Payload { get; init; }

    /// <summary>Present in version 1.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ReportHeaderText? Header { get; init; }

    public required SignatureText Signature { get; init; }
}

internal sealed record ReportHeaderText(string Type)
{
    public static readonly ReportHeaderText OfUse = new("rum");
}
