using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Store;

namespace Purser.Server.Licenses;

/// <summary>How pools and terms were at a moment of the past (LI-14).</summary>
public sealed class PastFigures(Database database, DomainClock clock, DayZone zone)
{
    /// <summary>The moment meant by <c>asOf</c>; null where nobody asked for one.</summary>
    public async Task<Verdict<PastMoment?>> ReadAsync(long account, string? asOf, CancellationToken cancellation)
    {
        if (string.IsNullOrWhiteSpace(asOf))
        {
            return (PastMoment?)null;
        }

        await using var db = database.Read();
        var since = await db.Accounts.Where(row => row.Id == account).Select(row => row.CreatedAt).FirstAsync(cancellation);
        var moment = PastMoment.Read(asOf, clock.Now, since, zone);
        return moment.IsOk ? moment.Value : moment.Refusal!;
    }

    /// <summary>
    /// The pools with the figures that they had: of each the last row of its history before the moment, which is found by two steps into
    /// the history's key however long it is. What no history names (thresholds, which part of a reservation is firm) is left out.
    /// </summary>
    internal static IQueryable<Pool> Pools(PurserContext db, long account, DateTimeOffset before) =>
        from pool in db.Pools
        from past in db.PoolHistory
        where pool.AccountId == account
            && past.AccountId == account && past.VirtualAccountId == pool.VirtualAccountId && past.EntitlementId == pool.EntitlementId && past.Billing == pool.Billing
            && past.Hour == db.PoolHistory
                .Where(row => row.AccountId == account && row.VirtualAccountId == pool.VirtualAccountId && row.EntitlementId == pool.EntitlementId
                    && row.Billing == pool.Billing && row.Hour < before)
                .Max(row => row.Hour)
        select new Pool
        {
            AccountId = pool.AccountId,
            VirtualAccountId = pool.VirtualAccountId,
            EntitlementId = pool.EntitlementId,
            Billing = pool.Billing,
            Purchased = past.Purchased,
            Pending = past.Pending,
            Firm = past.Reserved - past.InTransition,
            InTransition = past.InTransition,

            // Named, so that conditions on it can be asked of the engine.
            Uncovered = 0,
            InUse = past.InUse,
            Lent = past.Lent,
            Borrowed = past.Borrowed,
            ShortSince = past.ShortSince,
        };

    /// <summary>The lines of a license with the units of them that lay in a virtual account, summed up from the book.</summary>
    internal async Task<IReadOnlyList<PastLine>> LinesAsync(
        PurserContext db, long account, long virtualAccount, long license, DateTimeOffset before, CancellationToken cancellation)
    {
        var entries = db.LedgerEntries.Where(row => row.AccountId == account && row.EntitlementId == license && row.At < before);
        var came = entries.Where(row => row.ToKind == EndKind.VirtualAccount && row.ToId == virtualAccount).Select(row => new { row.LineId, row.Quantity });
        var went = entries.Where(row => row.FromKind == EndKind.VirtualAccount && row.FromId == virtualAccount).Select(row => new { row.LineId, Quantity = -row.Quantity });
        var held = await came.Concat(went).GroupBy(row => row.LineId).Select(line => new { Id = line.Key, Held = line.Sum(row => row.Quantity) })
            .Where(line => line.Held > 0).ToDictionaryAsync(line => line.Id, line => line.Held, cancellation);
        var ids = held.Keys.ToList();
        var lines = await db.LicenseLines.Where(line => line.AccountId == account && ids.Contains(line.Id)).OrderBy(line => line.Id).ToListAsync(cancellation);
        return lines.ConvertAll(line => new PastLine(line, held[line.Id], StateOf(line, before)));
    }

    /// <summary>A line in a virtual account is pending, or begins later, or counts; what had ended or left is not in it any more.</summary>
    private LineState StateOf(LicenseLine line, DateTimeOffset before) =>
        line.IsUpgrade ? LineState.UpgradePending
        : line.StartsOn is { } starts && zone.Begin(starts) >= before ? LineState.Future
        : LineState.Active;
}

/// <summary>Units of a line that lay in a virtual account at a moment of the past.</summary>
internal sealed record PastLine(LicenseLine Line, long Held, LineState State);
