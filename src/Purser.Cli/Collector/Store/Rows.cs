namespace Purser.Cli.Collector.Store;

/// <summary>How files of a product instance come to the collector, and answers to it.</summary>
public enum CollectionMethod
{
    /// <summary>It sends its files itself, and asks for the answers.</summary>
    Push,

    /// <summary>The collector fetches by the device's own service (device reference 4.10), and by RESTCONF who the device is and what it has.</summary>
    Restconf,

    /// <summary>The collector fetches by the device's own service alone.</summary>
    Rest,

    /// <summary>People carry them.</summary>
    File,
}

/// <summary>A product instance that the collector knows.</summary>
public sealed class KnownDevice
{
    public long Id { get; init; }

    /// <summary>Null: it is fetched from, and has not told who it is yet.</summary>
    public string? Udi { get; set; }

    public string? Pid { get; set; }

    public string? SerialNumber { get; set; }

    public string? Hostname { get; set; }

    /// <summary>Name; empty: the one that the collector forwards to.</summary>
    public string VirtualAccount { get; set; } = "";

    public CollectionMethod Method { get; set; }

    /// <summary>https://host[:port]; where it is fetched from.</summary>
    public string? Address { get; set; }

    public string? User { get; set; }

    /// <summary>Encrypted.</summary>
    public string? Password { get; set; }

    /// <summary>SHA-256 of its certificate, 64 hex digits; null: its certificate must be one that this machine trusts.</summary>
    public string? Certificate { get; set; }

    public DateTimeOffset AddedAt { get; init; }

    public DateTimeOffset? SeenAt { get; set; }

    /// <summary>Null: it is not fetched from.</summary>
    public DateTimeOffset? NextPullAt { get; set; }

    public int Failures { get; set; }

    /// <summary>Why the last attempt failed.</summary>
    public string? Problem { get; set; }

    public string Called => Hostname ?? Udi ?? Address ?? "";
}

public enum FileState
{
    /// <summary>Nobody has it yet but the collector.</summary>
    Waiting,

    /// <summary>On its way to the authority over the network.</summary>
    Forwarded,

    /// <summary>In a bundle that people carry.</summary>
    Exported,

    /// <summary>The authority took it. There may be nothing to bring back.</summary>
    Answered,

    /// <summary>The authority took nothing of it.</summary>
    Refused,
}

/// <summary>A file of a product instance, to the byte, and what came back for it.</summary>
internal sealed class CarriedFile
{
    public long Id { get; init; }

    public long DeviceId { get; init; }

    /// <summary>In bundles; the answer is found by it.</summary>
    public required string Name { get; set; }

    public required string Text { get; init; }

    /// <summary>SHA-256 of the text: what comes twice is kept once.</summary>
    public required string Digest { get; init; }

    public DateTimeOffset TakenAt { get; init; }

    /// <summary>By which the product instance that pushed it asks for the answer.</summary>
    public required string PollId { get; init; }

    public FileState State { get; set; }

    public long? ForwardingId { get; set; }

    public DateTimeOffset? AnsweredAt { get; set; }

    /// <summary>The file that the product instance imports.</summary>
    public string? Answer { get; set; }

    /// <summary>What the authority did not take of it, and why.</summary>
    public string? Problem { get; set; }

    public DateTimeOffset? DeliveredAt { get; set; }

    /// <summary>Null: there is nothing to bring, or the product instance asks for it itself.</summary>
    public DateTimeOffset? NextDeliveryAt { get; set; }

    public int DeliveryFailures { get; set; }

    public string? DeliveryProblem { get; set; }
}

/// <summary>A report that is in a file whose fate is open: it is not fetched again meanwhile.</summary>
internal sealed class HeldReport
{
    public long DeviceId { get; init; }

    public long ReportId { get; init; }

    public long FileId { get; set; }
}

internal enum ForwardingState
{
    /// <summary>Made, and perhaps sent: the answer did not come.</summary>
    Made,

    /// <summary>The authority has it.</summary>
    Sent,

    Done,
}

/// <summary>A bundle on its way. It is kept until it is done, so that after a stop the same bytes go out under the same key.</summary>
internal sealed class Forwarding
{
    public long Id { get; init; }

    public required string Key { get; set; }

    public byte[]? Bundle { get; set; }

    public ForwardingState State { get; set; }

    public DateTimeOffset MadeAt { get; init; }

    /// <summary>By which the authority knows it.</summary>
    public long? RemoteId { get; set; }

    public int Files { get; init; }
}

/// <summary>What the collector knows of itself: one row.</summary>
public sealed class CollectorSettings
{
    public const int Only = 1;

    public int Id { get; init; } = Only;

    /// <summary>The unique id by which it calls itself in bundles.</summary>
    public required string Maker { get; init; }

    /// <summary>Null: not connected, files are carried.</summary>
    public string? Server { get; set; }

    /// <summary>PEM of the root that the server's certificate descends from; null: the machine's own.</summary>
    public string? ServerRoot { get; set; }

    public string? Account { get; set; }

    public long? VirtualAccountId { get; set; }

    public string? VirtualAccount { get; set; }

    public string? ClientId { get; set; }

    /// <summary>Encrypted.</summary>
    public string? ClientSecret { get; set; }

    public DateTimeOffset? ContactedAt { get; set; }

    public DateTimeOffset? NextForwardAt { get; set; }

    public int ForwardFailures { get; set; }

    public string? ForwardProblem { get; set; }

    /// <summary>JSON of who may see its pages.</summary>
    public string? Access { get; set; }

    public bool IsConnected => Server is not null;
}
