using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Licenses;

/// <summary>A pool's figures as the transfer dialog shows them.</summary>
public sealed record TransferFigures(long Purchased, long InUse, long Reserved, long Balance)
{
    internal static TransferFigures Of(Pool? pool, long difference) => new(
        (pool?.Purchased ?? 0) + difference, pool?.InUse ?? 0, pool?.Reserved ?? 0, pool?.BalanceAfter(difference) ?? difference);
}

/// <summary>What a transfer does to one license on both sides.</summary>
public sealed record TransferEffect(
    long EntitlementId, string License, long Quantity, TransferFigures FromBefore, TransferFigures FromAfter, TransferFigures ToBefore, TransferFigures ToAfter);

/// <summary>Both sides of a transfer as they are now: what the decision needs and what the preview shows.</summary>
internal sealed class TransferTable(IReadOnlyDictionary<long, TransferStock> stocks, IReadOnlyDictionary<long, Pool> targets)
{
    public IReadOnlyDictionary<long, TransferStock> Stocks => stocks;

    /// <summary>Changes with any figure of any pool concerned.</summary>
    public string Fingerprint
    {
        get
        {
            var text = new StringBuilder();
            foreach (var (id, stock) in stocks.OrderBy(stock => stock.Key))
            {
                text.Append(CultureInfo.InvariantCulture, $"{id}:{Text(stock.Pool)}>{Text(targets.GetValueOrDefault(id))};");
            }

            return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, 16));
        }
    }

    public IReadOnlyList<TransferEffect> EffectsOf(IReadOnlyList<TransferMove> moves) => moves
        .GroupBy(move => move.From.Line.EntitlementId)
        .Select(license =>
        {
            var (quantity, stock, target) = (license.Sum(move => move.Quantity), stocks[license.Key], targets.GetValueOrDefault(license.Key));
            return new TransferEffect(
                license.Key, stock.License.Name, quantity,
                TransferFigures.Of(stock.Pool, 0), TransferFigures.Of(stock.Pool, -quantity), TransferFigures.Of(target, 0), TransferFigures.Of(target, quantity));
        })
        .OrderBy(effect => effect.License, StringComparer.OrdinalIgnoreCase).ToList();

    public static Entitlement? Find(CatalogSnapshot catalog, string license) =>
        long.TryParse(license, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && catalog.FindEntitlement(id) is { } found
            ? found
            : catalog.FindEntitlement(license);

    public static async Task<Verdict<TransferTable>> LoadAsync(
        PurserContext db, Actor actor, long account, TransferLicenses.Input input, CatalogSnapshot catalog, CancellationToken cancellation)
    {
        if (input.FromVirtualAccountId == input.ToVirtualAccountId)
        {
            return Verdict.Refused(RefusalCode.SameVirtualAccount, "Choose another virtual account: the licenses are in this one already.", "virtualAccount");
        }

        // The right is needed on both sides (domain rules 12.3). What the person cannot see is answered like what does not exist.
        foreach (var place in new[] { input.FromVirtualAccountId, input.ToVirtualAccountId })
        {
            var exists = await db.VirtualAccounts.AnyAsync(row => row.AccountId == account && row.Id == place, cancellation);
            if (!exists || !actor.May(Permission.LicenseView, account, place))
            {
                return Verdict.Refused(RefusalCode.NotFound, "There is no such virtual account in this Smart Account.", "virtualAccount");
            }

            if (!actor.May(Permission.LicenseTransfer, account, place))
            {
                return Verdict.Refused(RefusalCode.NotAllowed, "You may not transfer licenses in one of the two virtual accounts. Ask an administrator.", "virtualAccount");
            }
        }

        var wanted = input.Rows.Select(row => Find(catalog, row.License)!.Id).Distinct().ToList();
        var held = await HeldAsync(db, account, input.FromVirtualAccountId, wanted, cancellation);
        var pools = await db.Pools.Where(pool => pool.AccountId == account && pool.Billing == Billing.Prepaid && wanted.Contains(pool.EntitlementId)
            && (pool.VirtualAccountId == input.FromVirtualAccountId || pool.VirtualAccountId == input.ToVirtualAccountId)).ToListAsync(cancellation);
        var stocks = wanted.ToDictionary(id => id, id => new TransferStock(
            catalog.FindEntitlement(id)!,
            pools.Find(pool => pool.EntitlementId == id && pool.VirtualAccountId == input.FromVirtualAccountId)
                ?? new Pool { AccountId = account, VirtualAccountId = input.FromVirtualAccountId, EntitlementId = id },
            held.Where(line => line.Line.EntitlementId == id).ToList()));
        return new TransferTable(
            stocks, pools.Where(pool => pool.VirtualAccountId == input.ToVirtualAccountId).ToDictionary(pool => pool.EntitlementId));
    }

    /// <summary>The active prepaid lines of some licenses that lie in a virtual account.</summary>
    public static async Task<List<HeldLine>> HeldAsync(PurserContext db, long account, long virtualAccount, List<long> licenses, CancellationToken cancellation) =>
        (await (
            from holding in db.Holdings
            join line in db.LicenseLines on new { holding.AccountId, Id = holding.LineId } equals new { line.AccountId, line.Id }
            where holding.AccountId == account && holding.VirtualAccountId == virtualAccount && licenses.Contains(holding.EntitlementId) && holding.Held > 0
                && line.State == LineState.Active && line.Billing == Billing.Prepaid
            orderby line.Id
            select new { Line = line, Holding = holding }).ToListAsync(cancellation))
        .ConvertAll(row => new HeldLine(row.Line, row.Holding));

    private static string Text(Pool? pool) => pool is null
        ? "-"
        : string.Create(CultureInfo.InvariantCulture, $"{pool.Purchased},{pool.InUse},{pool.Firm},{pool.InTransition},{pool.Uncovered},{pool.Locked},{pool.Lent},{pool.Borrowed}");
}
