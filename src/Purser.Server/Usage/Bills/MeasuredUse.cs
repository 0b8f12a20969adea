using Microsoft.EntityFrameworkCore;
using Purser.Server.Licenses;
using Purser.Server.Store;
using Purser.Server.Usage.Bills.Rules;

namespace Purser.Server.Usage.Bills;

/// <summary>Reads what product instances of a virtual account measured, one after the other: of each license the changes of the sum are kept in memory, and what stood when the time began.</summary>
internal sealed class MeasuredUse(PurserContext db, long accountId, long virtualAccountId)
{
    private const int Slice = 500;

    private readonly Dictionary<(long License, Billing Billing), MonthlyUse> licenses = [];
    private readonly HashSet<long> users = [];
    private readonly HashSet<(long Device, long License)> silent = [];
    private Dictionary<long, DeviceTimes> devices = [];

    public IReadOnlyDictionary<(long License, Billing Billing), MonthlyUse> Licenses => licenses;

    /// <summary>Product instances that use something and have not reported until the end.</summary>
    public int Awaited { get; private set; }

    /// <summary>Product instances that used anything.</summary>
    public int Users => users.Count;

    private IQueryable<long> Here => db.ReportingStays.Where(stay => stay.AccountId == accountId && stay.VirtualAccountId == virtualAccountId).Select(stay => stay.DeviceId);

    private IQueryable<UsageMeasure> Measures => db.UsageMeasures.Where(row => row.AccountId == accountId && Here.Contains(row.DeviceId));

    /// <summary>When the first use that may have been here began; null: none was reported.</summary>
    public async Task<DateTimeOffset?> FirstAsync(CancellationToken cancellation)
    {
        var use = await Measures.MinAsync(row => (DateTimeOffset?)row.StartsAt, cancellation);
        var stay = await db.ReportingStays.Where(row => row.AccountId == accountId && row.VirtualAccountId == virtualAccountId).MinAsync(row => (DateTimeOffset?)row.From, cancellation);
        return use > stay ? use : use is null ? null : stay;
    }

    public async Task SumAsync(DateTimeOffset begin, DateTimeOffset end, CancellationToken cancellation)
    {
        devices = (await db.ReportingStays.Where(stay => stay.AccountId == accountId && Here.Contains(stay.DeviceId)).OrderBy(stay => stay.From).ToListAsync(cancellation))
            .GroupBy(stay => stay.DeviceId).ToDictionary(stays => stays.Key, stays => new DeviceTimes([.. stays], virtualAccountId));
        var billing = await BilledUse.LoadAsync(db, accountId, virtualAccountId, begin, end, cancellation);
        var standing = await StandingAsync(begin, cancellation);
        var counts = new List<UseCount>();
        var until = DateTimeOffset.MinValue;
        (long Device, long License) current = default;
        await foreach (var row in Measures.Where(row => row.StartsAt >= begin && row.StartsAt < end)
            .OrderBy(row => row.DeviceId).ThenBy(row => row.EntitlementId).ThenBy(row => row.StartsAt)
            .Select(row => new { row.DeviceId, row.EntitlementId, row.StartsAt, row.EndsAt, row.Quantity }).AsAsyncEnumerable().WithCancellation(cancellation))
        {
            if (current != (row.DeviceId, row.EntitlementId))
            {
                Add(current, counts, until);
                current = (row.DeviceId, row.EntitlementId);
                counts = standing.Remove(current, out var earlier) ? [earlier.Count] : [];
            }

            counts.Add(new UseCount(row.StartsAt, row.Quantity));
            until = row.EndsAt;
        }

        Add(current, counts, until);
        foreach (var (key, (count, reportedUntil)) in standing)
        {
            Add(key, [count], reportedUntil);
        }

        Awaited = await AwaitedAsync(end, cancellation);

        void Add((long Device, long License) key, IReadOnlyList<UseCount> counts, DateTimeOffset reportedUntil)
        {
            if (counts.All(count => count.Quantity == 0))
            {
                return;
            }

            foreach (var (kind, part, times) in billing.Split(key.Device, key.License, counts, devices[key.Device].Here))
            {
                var use = licenses.TryGetValue((key.License, kind), out var known) ? known : licenses[(key.License, kind)] = new MonthlyUse(begin, end);
                if (use.Add(key.Device, part, times))
                {
                    users.Add(key.Device);
                }
            }

            // What uses none any more has nothing to report.
            if (counts[^1].Quantity > 0 && devices[key.Device].IsAwaited(begin, end, reportedUntil))
            {
                silent.Add(key);
            }
        }
    }

    /// <summary>Those of which nothing came later either: a later report without the time between leaves the month as it is.</summary>
    private async Task<int> AwaitedAsync(DateTimeOffset end, CancellationToken cancellation)
    {
        foreach (var slice in silent.Select(key => key.Device).Distinct().Chunk(Slice))
        {
            silent.ExceptWith((await Measures.Where(row => row.StartsAt >= end && slice.Contains(row.DeviceId)).Select(row => new { row.DeviceId, row.EntitlementId }).Distinct().ToListAsync(cancellation))
                .Select(row => (row.DeviceId, row.EntitlementId)));
        }

        return silent.Select(key => key.Device).Distinct().Count();
    }

    /// <summary>The counts that stood when the time began.</summary>
    private async Task<Dictionary<(long Device, long License), (UseCount Count, DateTimeOffset Until)>> StandingAsync(DateTimeOffset begin, CancellationToken cancellation)
    {
        var latest = Measures.Where(row => row.StartsAt < begin).GroupBy(row => new { row.DeviceId, row.EntitlementId })
            .Select(rows => new { rows.Key.DeviceId, rows.Key.EntitlementId, StartsAt = rows.Max(row => row.StartsAt) });
        var standing = new Dictionary<(long, long), (UseCount, DateTimeOffset)>();
        await foreach (var row in db.UsageMeasures.Where(row => row.AccountId == accountId && row.Quantity > 0)
            .Join(
                latest, row => new { row.DeviceId, row.EntitlementId, row.StartsAt }, row => new { row.DeviceId, row.EntitlementId, row.StartsAt },
                (row, _) => new { row.DeviceId, row.EntitlementId, row.StartsAt, row.EndsAt, row.Quantity }).AsAsyncEnumerable().WithCancellation(cancellation))
        {
            standing.Add((row.DeviceId, row.EntitlementId), (new UseCount(row.StartsAt, row.Quantity), row.EndsAt));
        }

        return standing;
    }
}
