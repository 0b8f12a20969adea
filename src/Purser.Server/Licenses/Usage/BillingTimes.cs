namespace Purser.Server.Licenses;

/// <summary>A time in which use counted in one row of a license.</summary>
public readonly record struct BillingTime(DateTimeOffset From, DateTimeOffset To, Billing Billing);

/// <summary>How a time falls into parts that were billed by usage and parts that were not (domain rules 2.5). Pure.</summary>
public static class BillingTimes
{
    /// <param name="periods">Of one license in one virtual account; they do not overlap.</param>
    public static IReadOnlyList<BillingTime> Of(IEnumerable<UsagePeriod> periods, DateTimeOffset from, DateTimeOffset to)
    {
        var parts = new List<BillingTime>();
        foreach (var period in periods.OrderBy(period => period.From))
        {
            var end = period.Until ?? DateTimeOffset.MaxValue;
            if (end <= from || period.From >= to)
            {
                continue;
            }

            Add(period.From, Billing.Prepaid);
            Add(end, Billing.Usage);
        }

        Add(to, Billing.Prepaid);
        return parts;

        void Add(DateTimeOffset until, Billing billing)
        {
            until = until < to ? until : to;
            if (from < until)
            {
                parts.Add(new BillingTime(from, until, billing));
                from = until;
            }
        }
    }
}
