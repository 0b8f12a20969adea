using Microsoft.EntityFrameworkCore;
using Purser.Protocol.Usage;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Devices;
using Purser.Server.Settings;

namespace Purser.Server.Usage;

/// <summary>By when the next report of a product instance must be here (device reference 4.3).</summary>
internal sealed class ReportingDue(WriteScope scope, CatalogSnapshot catalog, PolicySettings settings)
{
    public async Task<DateTimeOffset?> AtAsync(Device device, ReportingDevice reporting, ReportingPolicy policy)
    {
        var inUse = await scope.Db.LicenseUses.Where(use => use.AccountId == device.AccountId && use.DeviceId == device.Id).Select(use => use.EntitlementId).ToListAsync();
        var categories = new HashSet<PolicyCategory>();
        foreach (var license in inUse)
        {
            categories.Add(await CategoryAsync(device, catalog.FindEntitlement(license)!));
        }

        return ReportingDeadlines.NextAcknowledgement(policy, new ReportingState(categories, reporting.FirstUseAt, reporting.AcknowledgedAt), settings.YearlyWhenZero);
    }

    /// <summary>A license of which only units with an end lie here counts as a subscription.</summary>
    private async Task<PolicyCategory> CategoryAsync(Device device, Entitlement license)
    {
        if (license.Enforcement != Enforcement.NotEnforced)
        {
            return license.Enforcement == Enforcement.Enforced ? PolicyCategory.Enforced : PolicyCategory.Export;
        }

        var lines = from holding in scope.Db.Holdings
                    join line in scope.Db.LicenseLines on new { holding.AccountId, Id = holding.LineId } equals new { line.AccountId, line.Id }
                    where holding.AccountId == device.AccountId && holding.VirtualAccountId == device.VirtualAccountId && holding.EntitlementId == license.Id && holding.Held > 0
                    select line.EndsAt == null;
        return await lines.AnyAsync() && !await lines.AnyAsync(isPerpetual => isPerpetual) ? PolicyCategory.Subscription : PolicyCategory.Perpetual;
    }
}
