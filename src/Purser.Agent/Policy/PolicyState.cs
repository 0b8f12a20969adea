using System.Text.Json.Serialization;
using Purser.Agent.Policy.Authorizations;
using Purser.Agent.Policy.Push;
using Purser.Agent.Policy.Trust;
using Purser.Agent.Policy.Upgrade;
using Purser.Protocol.Usage;

namespace Purser.Agent.Policy;

/// <summary>What a device remembers that is licensed by policy: it does not register, it reports what it uses (device reference 4).</summary>
public sealed record PolicyState
{
    public const int DefaultIntervalDays = 30;

    /// <summary>The product's own table of its licenses.</summary>
    public IReadOnlyList<ProductLicense> Licenses { get; init; } = [];

    /// <summary>Oldest first. What is not acknowledged is never dropped.</summary>
    public IReadOnlyList<ReportRecord> Reports { get; init; } = [];

    /// <summary>0 before the first. Outlives a factory reset: an id that comes twice is a report that was altered.</summary>
    public ulong NextReportId { get; init; }

    /// <summary>Reports that were acknowledged, and dropped since.</summary>
    public int Purged { get; init; }

    /// <summary>Null: the built-in policy.</summary>
    public InstalledPolicy? Installed { get; init; }

    public ReportingAccount? Account { get; init; }

    /// <summary>Days between reports as a person set them; the policy limits them.</summary>
    public int IntervalDays { get; init; } = DefaultIntervalDays;

    public DateTimeOffset? FirstUseAt { get; init; }

    /// <summary>When the last acknowledgement came that was news.</summary>
    public DateTimeOffset? AcknowledgedAt { get; init; }

    /// <summary>Since when the present reporting period runs.</summary>
    public DateTimeOffset? PeriodSince { get; init; }

    public DateTimeOffset? FileWrittenAt { get; init; }

    /// <summary>Of each unit that ever asked for a trust code.</summary>
    public IReadOnlyList<UnitTrust> Trusts { get; init; } = [];

    /// <summary>Of licenses that may not be used without an authorization code.</summary>
    public CodeState Codes { get; init; } = new();

    /// <summary>What stays valid from before the upgrade, besides a reservation.</summary>
    public IReadOnlyList<NodeLockedLicense> NodeLocked { get; init; } = [];

    /// <summary>What goes over the network.</summary>
    public PushState Push { get; init; } = new();

    /// <summary>When the use was measured last, by the device's clock.</summary>
    public DateTimeOffset? MeasuredAt { get; init; }

    /// <summary>The latest last.</summary>
    public IReadOnlyList<ImportNote> Imports { get; init; } = [];

    /// <summary>The latest last.</summary>
    public IReadOnlyList<LoggedEvent> Events { get; init; } = [];

    [JsonIgnore]
    public ReportingPolicy InForce => Installed?.Delivered.Policy ?? ReportingPolicy.Default;
}

/// <param name="At">When it was installed here.</param>
public sealed record InstalledPolicy(DeliveredPolicy Delivered, DateTimeOffset At);

/// <summary>Where this device is known, as its last acknowledgement told.</summary>
/// <param name="At">When that was made.</param>
public sealed record ReportingAccount(string Piid, string SmartAccount, string VirtualAccount, DateTimeOffset At);

/// <param name="Type">As devices name it: <c>RUM ACK</c>, <c>POLICY</c>, <c>TRUST CODE</c> (device reference 4.8).</param>
/// <param name="Failure">Null: it was taken.</param>
public sealed record ImportNote(string Type, DateTimeOffset At, string? Failure = null);

/// <param name="Text">Name and attributes, as the event log shows them (device reference 5.10).</param>
public sealed record LoggedEvent(DateTimeOffset At, string Text);
