using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.People;
using Purser.Server.Settings;
using Purser.Server.Store;

namespace Purser.Server.Licenses;

/// <summary>
/// What can be upgraded as it is now. Replaced units come from the chosen virtual account, pending ones from the one in which the wizard was opened,
/// what comes of it lands in the chosen one (domain rules 6.4; Upgrades:PendingFromTarget is the literal reading of help ch. 4).
/// </summary>
internal sealed class UpgradeTable
{
    private readonly List<HeldLine> waiting;
    private readonly List<HeldLine> replaceable;
    private readonly List<Pool> figures;

    private UpgradeTable(List<HeldLine> waiting, List<HeldLine> replaceable, List<Pool> figures)
    {
        this.waiting = waiting;
        this.replaceable = replaceable;
        this.figures = figures;
    }

    public IReadOnlyList<UpgradeOption> Options { get; private set; } = [];

    public IEnumerable<HeldLine> PendingOf(UpgradeOption option) => waiting.Where(held => IsOf(held, option.Sku));

    public IEnumerable<HeldLine> ReplacedBy(UpgradeOption option) => replaceable.Where(held => held.Line.EntitlementId == option.ReplacesEntitlementId);

    public Pool PoolOf(long virtualAccount, long license) =>
        figures.Find(pool => pool.VirtualAccountId == virtualAccount && pool.EntitlementId == license) ?? new Pool { VirtualAccountId = virtualAccount, EntitlementId = license };

    public static async Task<Verdict<UpgradeTable>> LoadAsync(
        PurserContext db, Actor actor, long account, UpgradePlace place, CatalogSnapshot catalog, UpgradeSettings settings, DateTimeOffset now, CancellationToken cancellation)
    {
        if (await ProblemAsync(db, actor, account, place, cancellation) is { } problem)
        {
            return problem;
        }

        var pendingPlace = settings.PendingFromTarget ? place.Target : place.VirtualAccountId;
        var pending = await LinesAsync(db, account, pendingPlace, [place.License], LineState.UpgradePending, now, cancellation);
        List<SkuUpgrade> ways = [.. pending.Select(held => held.Line.Sku).Distinct(StringComparer.OrdinalIgnoreCase).Select(catalog.FindSku).OfType<Sku>()
            .SelectMany(sku => catalog.UpgradesOf(sku.Id)).Where(way => way.EntitlementId == place.License)];
        List<long> replaced = [.. ways.Select(way => way.ReplacesEntitlementId).Distinct()];
        List<long> licenses = [place.License, .. replaced];
        var pools = await db.Pools.Where(pool => pool.AccountId == account && pool.Billing == Billing.Prepaid && licenses.Contains(pool.EntitlementId)
            && (pool.VirtualAccountId == place.VirtualAccountId || pool.VirtualAccountId == place.Target)).ToListAsync(cancellation);
        var table = new UpgradeTable(pending, await LinesAsync(db, account, place.Target, replaced, LineState.Active, now, cancellation), pools);
        table.Options = [.. ways.Select(way => table.OptionOf(way, catalog, place, settings)).OrderByDescending(option => option.Maximum).ThenBy(option => option.Replaces, StringComparer.OrdinalIgnoreCase)];
        return table;
    }

    private UpgradeOption OptionOf(SkuUpgrade way, CatalogSnapshot catalog, UpgradePlace place, UpgradeSettings settings)
    {
        var sku = catalog.FindSku(way.SkuId)!;
        var free = replaceable.Where(held => held.Line.EntitlementId == way.ReplacesEntitlementId).Sum(held => held.Holding.Free);
        return new UpgradeOption(
            sku.Id, sku.Code, way.EntitlementId, catalog.FindEntitlement(way.EntitlementId)!.Name, way.ReplacesEntitlementId,
            catalog.FindEntitlement(way.ReplacesEntitlementId)!.Name, way.Ratio, waiting.Where(held => IsOf(held, sku.Code)).Sum(held => held.Holding.Free),
            settings.OnlyUnused ? Math.Min(free, PoolOf(place.Target, way.ReplacesEntitlementId).Available) : free);
    }

    private static async Task<Refusal?> ProblemAsync(PurserContext db, Actor actor, long account, UpgradePlace place, CancellationToken cancellation)
    {
        foreach (var virtualAccount in new[] { place.VirtualAccountId, place.Target }.Distinct())
        {
            var exists = await db.VirtualAccounts.AnyAsync(row => row.AccountId == account && row.Id == virtualAccount, cancellation);
            if (!exists || !actor.May(Permission.LicenseView, account, virtualAccount))
            {
                return Verdict.Refused(RefusalCode.NotFound, "There is no such virtual account in this Smart Account.", "virtualAccount");
            }

            if (!actor.May(Permission.LicenseTransfer, account, virtualAccount))
            {
                return Verdict.Refused(RefusalCode.NotAllowed, "You may not change licenses in this virtual account. Ask an administrator.", "virtualAccount");
            }
        }

        // domain rules 12.1
        return await db.Accounts.AnyAsync(row => row.Id == account && row.Type == AccountType.PartnerHolding, cancellation)
            ? Verdict.Refused(RefusalCode.NotAllowed, "In a holding account nothing can be upgraded. The customer upgrades in the own Smart Account.")
            : null;
    }

    private static async Task<List<HeldLine>> LinesAsync(
        PurserContext db, long account, long virtualAccount, List<long> licenses, LineState state, DateTimeOffset now, CancellationToken cancellation) =>
        (await (
            from holding in db.Holdings
            join line in db.LicenseLines on new { holding.AccountId, Id = holding.LineId } equals new { line.AccountId, line.Id }
            where holding.AccountId == account && holding.VirtualAccountId == virtualAccount && licenses.Contains(holding.EntitlementId) && holding.Held > 0
                && line.State == state && line.Billing == Billing.Prepaid && (line.EndsAt == null || line.EndsAt > now)
            orderby line.Id
            select new { Line = line, Holding = holding }).ToListAsync(cancellation))
        .ConvertAll(row => new HeldLine(row.Line, row.Holding));

    private static bool IsOf(HeldLine held, string sku) => string.Equals(held.Line.Sku, sku, StringComparison.OrdinalIgnoreCase);
}

/// <summary>Where an upgrade takes place.</summary>
/// <param name="VirtualAccountId">Where the wizard was opened: there the pending licenses lie.</param>
/// <param name="ToVirtualAccountId">"To Virtual Account": where licenses are replaced; null for the same one.</param>
public sealed record UpgradePlace(long VirtualAccountId, long License, long? ToVirtualAccountId = null)
{
    public long Target => ToVirtualAccountId ?? VirtualAccountId;
}
