namespace Purser.Server.Licenses;

/// <summary>Why a license is or is not in compliance in a virtual account, and what helps (LI-13).</summary>
/// <param name="Summary">The figures as one sentence.</param>
/// <param name="Since">Start of the shortage; null while in compliance.</param>
/// <param name="Cause">What tipped the balance; null while in compliance.</param>
/// <param name="Uncovered">The latest requests that the licenses do not reach for, newest first.</param>
/// <param name="Devices">How many product instances use the license here.</param>
/// <param name="Consequences">What happens next, by date.</param>
/// <param name="Remedies">The best one first.</param>
public sealed record ComplianceReport(
    string License,
    string VirtualAccount,
    long Purchased,
    long InUse,
    long Reserved,
    long Balance,
    string Summary,
    DateTimeOffset? Since,
    ComplianceCause? Cause,
    IReadOnlyList<UncoveredRequest> Uncovered,
    int Devices,
    IReadOnlyList<Consequence> Consequences,
    IReadOnlyList<Remedy> Remedies)
{
    public bool IsShort => Balance < 0;

    /// <summary>Of <see cref="Devices"/>, those that are licensed by policy: they report what they use and ask for nothing.</summary>
    public int ReportingDevices { get; init; }

    /// <summary>How it came in and out of compliance within the last year, newest first.</summary>
    public IReadOnlyList<ComplianceTurn> Timeline { get; init; } = [];

    /// <summary>Since when it is in compliance; null while it is short, or where it has been for longer than the timeline goes back.</summary>
    public DateTimeOffset? CompliantSince { get; init; }

    public Forecast? Forecast { get; init; }

    /// <summary>Product instances that were upgraded to licensing by policy and use here what they had reserved (SP-06).</summary>
    public IReadOnlyList<ReservedRequest> Reserving { get; init; } = [];
}

/// <summary>Of the product instances that use a license here, how many ask for it, connected as they are, and how many report it; and how many of it they report.</summary>
public readonly record struct LicenseUsers(int Asking, int Reporting, long Reported)
{
    public int All => Asking + Reporting;
}

/// <param name="Seq">The event's number in the account's log.</param>
public sealed record ComplianceCause(long Seq, DateTimeOffset At, string Kind, string Message, string User);

/// <param name="Missing">How many of the requested units are not covered.</param>
public sealed record UncoveredRequest(long DeviceId, string Device, long Requested, long Missing, DateTimeOffset Since, DateTimeOffset LastContactAt);

/// <param name="Text">How many of what is reserved are used.</param>
public sealed record ReservedRequest(long DeviceId, string Device, string Text);

/// <param name="At">Null for what holds at any time.</param>
public sealed record Consequence(DateTimeOffset? At, string Text);

public enum RemedyKind
{
    Transfer,
    Reclaim,

    /// <summary>Complete an upgrade that was bought: its pending units become licenses.</summary>
    Upgrade,
    Order,
    AskAdministrator,

    /// <summary>What is reported counts until fewer are.</summary>
    UseLess,
}

/// <param name="Quantity">How many units it would bring.</param>
/// <param name="VirtualAccountId">For a transfer: where they would come from.</param>
/// <param name="DeviceIds">For a reclaim: the silent product instances, the longest silent first.</param>
public sealed record Remedy(RemedyKind Kind, string Text, long Quantity, long? VirtualAccountId = null, IReadOnlyList<long>? DeviceIds = null);
