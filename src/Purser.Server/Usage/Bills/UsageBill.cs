using Purser.Server.Licenses;

namespace Purser.Server.Usage.Bills;

public enum UsageBillState
{
    /// <summary>The month is not over: figures until now.</summary>
    Running,

    /// <summary>Over, but some product instances have not reported until its end yet: their last count stands.</summary>
    Provisional,

    /// <summary>All product instances have reported until its end. Only a late report changes it.</summary>
    Reported,
}

/// <summary>What was in use in a virtual account within a calendar month, as product instances reported it (SP-07).</summary>
/// <param name="Month">"2026-03", in UTC.</param>
/// <param name="Until">The end of the month, or now.</param>
/// <param name="ProductInstances">That used any license.</param>
/// <param name="Awaited">Product instances that use a license and whose reports do not reach the end yet; 0 of a month that is not over.</param>
public sealed record UsageBill(string Month, DateTimeOffset From, DateTimeOffset Until, UsageBillState State, int ProductInstances, int Awaited, IReadOnlyList<UsageBillLine> Licenses);

/// <param name="Billing">Prepaid, or by usage; a license of both has a line for each.</param>
/// <param name="Peak">The most that was in use at once.</param>
/// <param name="PeakAt">When that was first reached.</param>
/// <param name="Average">Licenses in use, weighted by time, over the month so far; rounded to hundredths.</param>
/// <param name="UnitHours">One license in use for one hour is one; rounded to hundredths.</param>
/// <param name="UnitDays">The same in days of 24 hours.</param>
/// <param name="ProductInstances">That used it.</param>
public sealed record UsageBillLine(
    long LicenseId, string License, string EntitlementTag, Billing Billing, long Peak, DateTimeOffset PeakAt, decimal Average, decimal UnitHours, decimal UnitDays, int ProductInstances);

/// <summary>The months that have a bill, newest first.</summary>
public sealed record UsageBillMonths(IReadOnlyList<string> Months);
