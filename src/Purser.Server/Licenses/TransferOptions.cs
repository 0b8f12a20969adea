using Microsoft.EntityFrameworkCore;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Licenses;

/// <summary>What the transfer dialog offers: the term groups of the chosen licenses in the giving virtual account, and the other virtual accounts (help ch. 4).</summary>
public sealed class TransferOptions(Database database, CatalogCache catalogs)
{
    /// <param name="Term">"Perpetual" or an end date: what goes into the row of a transfer.</param>
    /// <param name="Purchased">Units of this term here.</param>
    /// <param name="InUse">Of the whole license, as use is not tied to terms (domain rules 1.4).</param>
    /// <param name="Available">The most that can be transferred of this term.</param>
    /// <param name="LicenseAvailable">The most of all terms together.</param>
    public sealed record Row(
        long EntitlementId, string License, string Term, DateOnly? EndsOn, long Purchased, long InUse, long Reserved, long Balance, long Available, long LicenseAvailable)
    {
        /// <summary>At the level of license transactions: which one.</summary>
        public long? LineId { get; init; }

        /// <summary>Its source, with the number of its order.</summary>
        public string? Origin { get; init; }
    }

    public sealed record Place(long Id, string Name);

    public sealed record Answer(IReadOnlyList<Row> Rows, IReadOnlyList<Place> Places);

    /// <param name="virtualAccount">The giving side.</param>
    /// <param name="licenses">Empty: all that lie there.</param>
    /// <param name="lines">Given: these license transactions only, each by itself.</param>
    public async Task<Answer> HandleAsync(
        Actor actor, long account, long virtualAccount, IReadOnlyCollection<long> licenses, IReadOnlyCollection<long>? lines = null, CancellationToken cancellation = default)
    {
        await using var db = database.Read(account);
        var pools = await db.Pools
            .Where(pool => pool.AccountId == account && pool.VirtualAccountId == virtualAccount && pool.Billing == Billing.Prepaid && pool.Purchased > 0)
            .ToListAsync(cancellation);
        pools.RemoveAll(pool => licenses.Count > 0 && lines is not { Count: > 0 } && !licenses.Contains(pool.EntitlementId));
        var held = await TransferTable.HeldAsync(db, account, virtualAccount, pools.ConvertAll(pool => pool.EntitlementId), cancellation);
        var catalog = await catalogs.CurrentAsync(cancellation);
        var rows =
            from pool in pools
            from term in held
                .Where(line => line.Line.EntitlementId == pool.EntitlementId && (lines is not { Count: > 0 } || lines.Contains(line.Line.Id)))
                .GroupBy(line => (line.Line.EndsOn, LineId: lines is { Count: > 0 } ? line.Line.Id : (long?)null))
            let license = catalog.FindEntitlement(pool.EntitlementId)!.Name
            orderby license.ToUpperInvariant(), term.Key.EndsOn ?? DateOnly.MaxValue descending, term.Key.LineId
            select new Row(
                pool.EntitlementId, license, TransferRules.TermOf(term.Key.EndsOn), term.Key.EndsOn, term.Sum(line => line.Holding.Held), pool.InUse, pool.Reserved, pool.Balance,
                TransferRules.Available(term, pool), pool.Available)
            {
                LineId = term.Key.LineId, Origin = term.Key.LineId is null ? null : OriginOf(term.First().Line),
            };

        var reach = actor.ReachOf(Permission.LicenseTransfer, account);
        var places = await db.VirtualAccounts.Where(row => row.AccountId == account && row.Id != virtualAccount).OrderBy(row => row.Name)
            .Select(row => new Place(row.Id, row.Name)).ToListAsync(cancellation);
        return new Answer([.. rows], [.. places.Where(place => reach.Covers(place.Id))]);
    }

    private static string OriginOf(LicenseLine line) =>
        LicenseNames.Of(line.Source) + (line.OrderNumber.Length > 0 ? $" {line.OrderNumber}" : line.Pak.Length > 0 ? $" {line.Pak}" : "");
}
