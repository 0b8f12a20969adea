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
        long EntitlementId, string License, string Term, DateOnly? EndsOn, long Purchased, long InUse, long Reserved, long Balance, long Available, long LicenseAvailable);

    public sealed record Place(long Id, string Name);

    public sealed record Answer(IReadOnlyList<Row> Rows, IReadOnlyList<Place> Places);

    /// <param name="virtualAccount">The giving side.</param>
    /// <param name="licenses">Empty: all that lie there.</param>
    public async Task<Answer> HandleAsync(
        Actor actor, long account, long virtualAccount, IReadOnlyCollection<long> licenses, CancellationToken cancellation = default)
    {
        await using var db = database.Read(account);
        var pools = await db.Pools
            .Where(pool => pool.AccountId == account && pool.VirtualAccountId == virtualAccount && pool.Billing == Billing.Prepaid && pool.Purchased > 0)
            .ToListAsync(cancellation);
        pools.RemoveAll(pool => licenses.Count > 0 && !licenses.Contains(pool.EntitlementId));
        var held = await TransferTable.HeldAsync(db, account, virtualAccount, pools.ConvertAll(pool => pool.EntitlementId), cancellation);
        var catalog = await catalogs.CurrentAsync(cancellation);
        var rows =
            from pool in pools
            from term in held.Where(line => line.Line.EntitlementId == pool.EntitlementId).GroupBy(line => line.Line.EndsOn)
            let license = catalog.FindEntitlement(pool.EntitlementId)!.Name
            orderby license.ToUpperInvariant(), term.Key ?? DateOnly.MaxValue descending
            select new Row(
                pool.EntitlementId, license, TransferRules.TermOf(term.Key), term.Key, term.Sum(line => line.Holding.Held), pool.InUse, pool.Reserved, pool.Balance,
                TransferRules.Available(term, pool), pool.Available);

        var reach = actor.ReachOf(Permission.LicenseTransfer, account);
        var places = await db.VirtualAccounts.Where(row => row.AccountId == account && row.Id != virtualAccount).OrderBy(row => row.Name)
            .Select(row => new Place(row.Id, row.Name)).ToListAsync(cancellation);
        return new Answer([.. rows], [.. places.Where(place => reach.Covers(place.Id))]);
    }
}
