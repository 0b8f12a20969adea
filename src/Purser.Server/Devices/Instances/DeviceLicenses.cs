using Microsoft.EntityFrameworkCore;
using Purser.Server.Catalog;
using Purser.Server.Devices.Rules;
using Purser.Server.Licenses;
using Purser.Server.Store;

namespace Purser.Server.Devices.Instances;

/// <summary>License usage of product instances, with the terms and the compliance of the pools behind it. Three queries for a whole page.</summary>
internal sealed class DeviceLicenses
{
    private readonly CatalogSnapshot catalog;
    private readonly ILookup<long, LicenseUse> uses;
    private readonly IReadOnlyDictionary<PoolKey, Pool> pools;
    private readonly ILookup<(long VirtualAccount, long Entitlement), TermGroup> terms;
    private readonly ILookup<(long Device, long Entitlement), TermGroup> locked;

    private DeviceLicenses(CatalogSnapshot catalog, List<LicenseUse> uses, List<Pool> pools, IEnumerable<((long, long) Pool, TermGroup Group)> terms,
        IEnumerable<((long, long) Use, TermGroup Group)> locked)
    {
        this.catalog = catalog;
        this.uses = uses.ToLookup(use => use.DeviceId);
        this.pools = pools.ToDictionary(pool => new PoolKey(pool.VirtualAccountId, pool.EntitlementId, pool.Billing));
        this.terms = terms.ToLookup(term => term.Pool, term => term.Group);
        this.locked = locked.ToLookup(one => one.Use, one => one.Group);
    }

    public static async Task<DeviceLicenses> LoadAsync(
        PurserContext db, CatalogSnapshot catalog, long accountId, IReadOnlyCollection<Device> devices, CancellationToken cancellation)
    {
        var ids = devices.Select(device => device.Id).ToList();
        var used = await db.LicenseUses.Where(use => use.AccountId == accountId && ids.Contains(use.DeviceId)).ToListAsync(cancellation);
        var places = used.Select(use => use.VirtualAccountId).Distinct().ToList();
        var licenses = used.Select(use => use.EntitlementId).Distinct().ToList();
        var behind = await db.Pools
            .Where(pool => pool.AccountId == accountId && places.Contains(pool.VirtualAccountId) && licenses.Contains(pool.EntitlementId))
            .ToListAsync(cancellation);
        return new DeviceLicenses(
            catalog, used, behind, await TermsAsync(db, accountId, places, licenses, cancellation),
            used.Exists(use => use.IsLocked) ? await LockedAsync(db, accountId, ids, cancellation) : []);
    }

    public IReadOnlyList<DeviceLicense> Of(Device device) =>
        [.. uses[device.Id].Select(Describe).OrderBy(license => license.License, StringComparer.OrdinalIgnoreCase).ThenBy(license => license.EntitlementId)];

    private static async Task<IEnumerable<((long, long) Pool, TermGroup Group)>> TermsAsync(
        PurserContext db, long accountId, List<long> places, List<long> licenses, CancellationToken cancellation)
    {
        var groups = await db.Holdings
            .Where(row => row.AccountId == accountId && places.Contains(row.VirtualAccountId) && licenses.Contains(row.EntitlementId) && row.Held > 0)
            .Join(
                db.LicenseLines.Where(line => line.AccountId == accountId && line.State == LineState.Active),
                holding => holding.LineId,
                line => line.Id,
                (holding, line) => new { holding.VirtualAccountId, holding.EntitlementId, line.EndsOn, holding.Held })
            .GroupBy(row => new { row.VirtualAccountId, row.EntitlementId, row.EndsOn })
            .Select(group => new { group.Key.VirtualAccountId, group.Key.EntitlementId, group.Key.EndsOn, Held = group.Sum(row => row.Held) })
            .ToListAsync(cancellation);

        // Perpetual first, then the furthest end.
        return groups.OrderByDescending(group => group.EndsOn ?? DateOnly.MaxValue)
            .Select(group => ((group.VirtualAccountId, group.EntitlementId), new TermGroup(group.EndsOn, group.Held)));
    }

    /// <summary>What is locked to a device has terms of its own: those of its lines.</summary>
    private static async Task<IEnumerable<((long, long) Use, TermGroup Group)>> LockedAsync(PurserContext db, long accountId, List<long> devices, CancellationToken cancellation)
    {
        var rows = await db.LicenseLocks.Where(row => row.AccountId == accountId && devices.Contains(row.DeviceId))
            .Join(db.LicenseLines.Where(line => line.AccountId == accountId), row => row.LineId, line => line.Id,
                (row, line) => new { row.DeviceId, row.EntitlementId, line.EndsOn, row.Quantity })
            .ToListAsync(cancellation);
        return rows.GroupBy(row => (row.DeviceId, row.EntitlementId, row.EndsOn)).OrderByDescending(group => group.Key.EndsOn ?? DateOnly.MaxValue)
            .Select(group => ((group.Key.DeviceId, group.Key.EntitlementId), new TermGroup(group.Key.EndsOn, group.Sum(row => row.Quantity))));
    }

    private DeviceLicense Describe(LicenseUse use)
    {
        var entitlement = catalog.FindEntitlement(use.EntitlementId);
        var key = (use.VirtualAccountId, use.EntitlementId);
        var shortage = pools.GetValueOrDefault(use.Pool)?.Shortage ?? 0;
        // A shortage is everybody's who uses the license, whoever of two peers is counted: so each is told.
        var status = use.Released ? DeviceLicenseStatus.Released : shortage > 0 ? DeviceLicenseStatus.OutOfCompliance
            : use.Covered ? DeviceLicenseStatus.CountedWithPeer : DeviceLicenseStatus.InCompliance;
        IReadOnlyList<TermGroup> groups = use.Billing == Billing.Usage ? [] : use.IsLocked ? [.. locked[(use.DeviceId, use.EntitlementId)]] : [.. terms[key]];
        return new DeviceLicense(
            use.EntitlementId, entitlement?.Name ?? "", entitlement?.Description ?? "", entitlement?.Tag ?? "", use.Requested, use.Since, status, shortage,
            TermGroup.Summary(groups), groups)
        {
            IsRestricted = use.IsLocked, Billing = use.Billing, Redundancy = RedundancyOf(use),
        };
    }

    private static ApplicationRedundancy? RedundancyOf(LicenseUse use) => use.Application?.Split('/') is [var name, var id]
        ? new ApplicationRedundancy(name, id, use.ApplicationRole!.Value, RedundancyRules.UnitOf(use.PeerKey!).Display)
        : null;
}
