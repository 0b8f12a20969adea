using Purser.Server.Store;

namespace Purser.Server.Devices;

public enum DeviceState
{
    Registered,

    /// <summary>Deregistered by itself or removed by a person: the row stays for its history, no list shows it.</summary>
    Removed,
}

/// <summary>How a product instance is licensed; the silence sweep concerns the direct ones only (domain rules 7.4).</summary>
public enum DeviceMode
{
    Direct,
    Reserved,
    Detached,
    Satellite,
    Policy,
}

/// <summary>A product instance.</summary>
public sealed class Device : ITenantRow
{
    public long AccountId { get; set; }
    public long Id { get; set; }
    public long VirtualAccountId { get; set; }
    public long ProductId { get; set; }

    /// <summary>The product instance identifier on the wire: a random uuid.</summary>
    public required string Piid { get; set; }
    public required string UdiPid { get; set; }
    public required string UdiSerialNumber { get; set; }
    public string UdiVid { get; set; } = "";
    public string Uuid { get; set; } = "";
    public string Suvi { get; set; } = "";
    public string HostIdentifier { get; set; } = "";
    public string MacAddress { get; set; } = "";

    /// <summary>Host name where the device gave one, otherwise "UDI_PID:…; UDI_SN:…; ".</summary>
    public required string DisplayName { get; set; }

    /// <summary>Upper-cased display name, PID and serial number: what the table's search box looks in.</summary>
    public required string SearchText { get; set; }
    public DeviceState State { get; set; }
    public DeviceMode Mode { get; set; }
    public bool ExportAllowed { get; set; }
    public DateTimeOffset RegisteredAt { get; set; }

    /// <summary>Any authenticated message (domain rules 7.4).</summary>
    public DateTimeOffset LastContactAt { get; set; }
    public DateTimeOffset? RemovedAt { get; set; }

    /// <summary>The last step of silence that was acted upon, as a number of <see cref="Silence.SilenceStage"/>; 0 while the device is heard.</summary>
    public int SilenceStage { get; set; }
    public required string CertificateSerial { get; set; }

    /// <summary>After a renewal: still good until the device has used the new certificate, because the answer may have been lost.</summary>
    public string? PreviousCertificateSerial { get; set; }
    public DateTimeOffset CertificateEndsAt { get; set; }

    /// <summary>SHA-256 of the device's public key: proof that a registration comes from the same device.</summary>
    public required byte[] KeyFingerprint { get; set; }
    public DateTimeOffset? AuthorizedAt { get; set; }

    /// <summary>What the device was last told: all in compliance or not.</summary>
    public bool ToldOutOfCompliance { get; set; }

    /// <summary>The units of its high availability set (<see cref="HaUnits"/>); empty for a single device (domain rules 7.8).</summary>
    public string Units { get; set; } = "";

    /// <summary>Of the newest state of the set that was told.</summary>
    public long HaSequence { get; set; }

    /// <summary>Both present exactly in detached mode (domain rules 7.9).</summary>
    public DateTimeOffset? DetachedAt { get; set; }
    public DateTimeOffset? DetachedUntil { get; set; }

    /// <summary>Silence is counted from here where this is later than the last contact: detached mode ended without one.</summary>
    public DateTimeOffset? SilenceFrom { get; set; }

    /// <summary>What silence is counted from.</summary>
    public DateTimeOffset SilentSince => SilenceFrom > LastContactAt ? SilenceFrom.Value : LastContactAt;
}

/// <summary>UDI and product, and the wire id, → where the product instance lies. One row per device in the whole installation (domain rules 7.3).</summary>
public sealed class DeviceDirectory : IDirectoryRow
{
    /// <summary>"P:pid,S:serial[,U:uuid]".</summary>
    public required string Udi { get; set; }
    public long ProductId { get; set; }
    public required string Piid { get; set; }
    public long AccountId { get; set; }
    public long DeviceId { get; set; }
}

/// <summary>A unit of a high availability set, other than the one under whose UDI the set is registered, → the product instance. A UDI is in one place only.</summary>
public sealed class UnitDirectory : IDirectoryRow
{
    public required string Udi { get; set; }
    public long ProductId { get; set; }
    public long AccountId { get; set; }
    public long DeviceId { get; set; }
}

/// <summary>The answer already given to a message, so that a repeated message gets the same one. Kept 24 hours.</summary>
public sealed class DeviceAnswer : IDirectoryRow
{
    /// <summary>SHA-256 over identity and nonce: the key, so that a nonce serves one message only.</summary>
    public required byte[] NonceHash { get; set; }

    /// <summary>SHA-256 of the exact request text: equal for a repeated message and for nothing else.</summary>
    public required byte[] RequestHash { get; set; }

    /// <summary>The reply text; while <see cref="AwaitsSignature"/>, the record of the certificate that is to be signed (docs/issuance.md).</summary>
    public required string Response { get; set; }
    public bool AwaitsSignature { get; set; }

    /// <summary>It is kept 24 hours from here: the time of the answer, or the later one that the message was signed for.</summary>
    public DateTimeOffset At { get; set; }
}
