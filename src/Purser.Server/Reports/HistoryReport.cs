using Microsoft.EntityFrameworkCore;
using Purser.Server.Http;
using Purser.Server.Licenses;
using Purser.Server.Store;

namespace Purser.Server.Reports;

/// <summary>
/// How the licenses of virtual accounts were used over time (RP-07): for each license a row for each day, week or month. Pages hold whole licenses,
/// so that each has its chart. What was there is read from the history that pools keep by the hour.
/// </summary>
internal sealed class HistoryReport(Database database, DomainClock clock, DayZone zone) : IReport
{
    private const int AtOnce = 100;

    public ReportKind Kind => ReportKind.UsageHistory;

    public IReadOnlyList<ReportColumn> Columns { get; } =
    [
        new("virtualAccount", "Virtual Account", Width: 28),
        new("license", "License", Width: 40) { IsPrimary = true },
        new("billing", "Billing", Width: 12),
        new("from", "From", ReportCell.Date, 13),
        new("to", "To", ReportCell.Date, 13),
        new("purchased", "Purchased", ReportCell.Number, 12),
        new("inUse", "In Use", ReportCell.Number, 12),
        new("highestInUse", "Highest In Use", ReportCell.Number, 15),
        new("reserved", "Reserved", ReportCell.Number, 12),
        new("balance", "Balance", ReportCell.Number, 12),
        new("change", "Change of Highest", ReportCell.Number, 18),
        new("compliance", "Compliance", Width: 26),
        new("tags", "License Tags", Width: 30),
    ];

    public async Task<Page<ReportRow>> PageAsync(ReportSelection selection, PageRequest page, CancellationToken cancellation)
    {
        await using var db = database.Read(selection.Account);
        var periods = PeriodsOf(selection);
        var pools = await ReportedPool.PageAsync(db, selection, page with { Limit = Math.Max(1, page.Size / periods.Count) }, cancellation);
        var tags = await TagsAsync(db, selection, pools.Items, cancellation);
        var rows = new List<ReportRow>();
        foreach (var pool in pools.Items)
        {
            rows.AddRange(await RowsAsync(db, selection, pool, periods, tags, cancellation));
        }

        var total = pools.Total is { } count ? RowCount.Of((int)Math.Min(count.Count * periods.Count, RowCount.Exact + 1)) : null;
        return new Page<ReportRow>(rows, pools.Next, pools.Previous, total);
    }

    public async IAsyncEnumerable<ReportRow> AllAsync(
        ReportSelection selection, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var db = database.Read(selection.Account);
        await using var beside = database.Read(selection.Account);
        var periods = PeriodsOf(selection);
        await foreach (var pools in ReportedPool.Order.Sort(ReportedPool.Query(db, selection)).AsAsyncEnumerable().Chunk(AtOnce).WithCancellation(cancellation))
        {
            var tags = await TagsAsync(beside, selection, pools, cancellation);
            foreach (var pool in pools)
            {
                foreach (var row in await RowsAsync(beside, selection, pool, periods, tags, cancellation))
                {
                    yield return row;
                }
            }
        }
    }

    private IReadOnlyList<HistoryPeriod> PeriodsOf(ReportSelection selection) => HistoryPeriods.Of(selection.Request.Days, zone.DayOf(clock.Now));

    private static Task<LicenseTagsOf> TagsAsync(PurserContext db, ReportSelection selection, IReadOnlyCollection<ReportedPool> rows, CancellationToken cancellation) =>
        LicenseTagsOf.LoadAsync(db, selection.Account, [.. rows.Select(row => (row.Pool.VirtualAccountId, row.EntitlementId))], cancellation);

    private async Task<IReadOnlyList<ReportRow>> RowsAsync(
        PurserContext db, ReportSelection selection, ReportedPool of, IReadOnlyList<HistoryPeriod> periods, LicenseTagsOf tags, CancellationToken cancellation)
    {
        var key = new PoolKey(of.Pool.VirtualAccountId, of.EntitlementId, of.Pool.Billing);
        var past = await PoolPast.LoadAsync(db, key, selection.Account, zone.Begin(periods[0].From), zone.End(periods[^1].To), cancellation);
        var (rows, next, last, highestBefore) = (new List<ReportRow>(), 0, past.Before, (long?)null);
        var isPrepaid = of.Pool.Billing == Billing.Prepaid;
        foreach (var period in periods)
        {
            var end = zone.End(period.To);
            var (highest, wasShort) = (last?.InUse, last?.ShortSince is not null);
            for (; next < past.Rows.Count && past.Rows[next].Hour < end; next++)
            {
                last = past.Rows[next];
                highest = Math.Max(highest ?? 0, last.PeakInUse);
                wasShort |= last.ShortSince is not null || last.RecoveredAt is not null;
            }

            rows.Add(new ReportRow(
                FormattableString.Invariant($"{key.VirtualAccountId}-{key.EntitlementId}-{of.BillingOrder}-{period.From:yyyyMMdd}"),
                [
                    of.Place, of.License, LicenseNames.Of(key.Billing), period.From, period.To, isPrepaid ? last?.Purchased : null, last?.InUse, highest, last?.Reserved,
                    isPrepaid ? last?.Balance : null, highest - highestBefore,
                    last is null ? "" : last.ShortSince is not null ? "Out of compliance" : wasShort ? "Was out of compliance" : "In compliance", tags.OfLicense(key.VirtualAccountId, key.EntitlementId),
                ]));
            highestBefore = highest;
        }

        return rows;
    }
}
