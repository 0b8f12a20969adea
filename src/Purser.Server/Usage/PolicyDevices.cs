using Microsoft.EntityFrameworkCore;
using Purser.Protocol;
using Purser.Server.Accounts;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Devices;
using Purser.Server.Devices.Instances;
using Purser.Server.Licenses;
using Purser.Server.Store;
using Purser.Server.Usage.Authorizations;

namespace Purser.Server.Usage;

/// <summary>How a product instance comes to be licensed by policy: with whatever it brings first, after a removal, or after an upgrade.</summary>
internal sealed class PolicyDevices(WriteScope scope, long accountId)
{
    /// <summary>Where no product instance may lie, none comes to be by its files either (domain rules 12.1).</summary>
    public async Task<Refusal?> JudgeAccountAsync()
    {
        var account = await scope.Db.Accounts.FirstAsync(row => row.Id == accountId);
        return AccountTypeRules.CanActivate(account.Type) ? null : Verdict.Refused(
            RefusalCode.AccountTypeForbids, $"{account.Name} is a holding account: no product instance can lie in it. Take this to the Smart Account of the customer.");
    }

    /// <param name="hostname">Null: it gave none.</param>
    public async Task<Device> AddAsync(Udi udi, Product product, long virtualAccountId, string? hostname)
    {
        var removed = await FindRemovedAsync(udi, product);
        var device = UnregisteredDevice.Add(scope, accountId, virtualAccountId, product.Id, udi, DeviceMode.Policy);
        DeviceNaming.Rename(device, hostname);
        if (removed is not null)
        {
            await InheritAsync(removed, device);
        }

        // Its use while it was registered is in the history already. What it told itself, also while it reserved, stays.
        var stays = new ReportingStays(scope, accountId);
        if (removed is { Mode: DeviceMode.Direct or DeviceMode.Detached })
        {
            await stays.PauseAsync(device, removed.RegisteredAt);
        }

        await stays.BeginAsync(device, removed is null ? null : scope.Now);
        await scope.Db.SaveChangesAsync();
        return device;
    }

    /// <summary>
    /// The product instance that is known by one of these units, the first of them above all. After a switchover another unit of a set speaks for it, and what the
    /// set uses must not count twice (device reference 9).
    /// </summary>
    public async Task<DeviceDirectory?> FindKnownAsync(IEnumerable<Udi> units, Product product)
    {
        DeviceDirectory? first = null;
        foreach (var unit in units.Distinct())
        {
            if (await scope.Db.DeviceDirectory.FindAsync(unit.Key, product.Id) is not { } known)
            {
                continue;
            }

            // Units that reserve are known each for itself: the one that spoke for the set goes on to.
            if (await scope.Db.ReportingStays.AnyAsync(row => row.AccountId == known.AccountId && row.DeviceId == known.DeviceId && row.VirtualAccountId != null))
            {
                return known;
            }

            first ??= known;
        }

        return first;
    }

    /// <summary>The last of this UDI and product that was removed.</summary>
    public Task<Device?> FindRemovedAsync(Udi udi, Product product) => scope.Db.Devices
        .Where(row => row.AccountId == accountId && row.UdiSerialNumber == udi.Sn && row.UdiPid == udi.Pid && row.ProductId == product.Id && row.State == DeviceState.Removed)
        .OrderByDescending(row => row.RemovedAt).ThenByDescending(row => row.Id).FirstOrDefaultAsync();

    /// <summary>From now on reports say what the product instance uses.</summary>
    public async Task TakeUpAsync(Device device)
    {
        var stays = new ReportingStays(scope, accountId);
        if (device.Mode is not (DeviceMode.Direct or DeviceMode.Detached))
        {
            if (await stays.BeginOnceAsync(device) && device.Mode == DeviceMode.Reserved)
            {
                scope.Journal(accountId).Append(
                    UsageEvents.Upgraded(device.DisplayName, await LedgerNames.VirtualAccountAsync(scope, accountId, device.VirtualAccountId)), DeviceRemoval.PlaceOf(device));
            }

            return;
        }

        // It was upgraded. What it used while it was registered is counted; from now on what it reports counts alone, and its identity opens nothing any more. A code
        // from before it registered is none any more.
        await stays.PauseAsync(device, device.RegisteredAt);
        await stays.BeginAsync(device, scope.Now);
        (device.Mode, device.DetachedAt, device.DetachedUntil) = (DeviceMode.Policy, null, null);
        await scope.Ledger(accountId).ReleaseUsesAsync(device.Id, keepDemand: false);
        await scope.Db.SaveChangesAsync();
        await AuthorizationBook.EndAsync(scope, device, long.MaxValue);
        await DeviceRemoval.RevokeAsync(scope, device, "Licensed by policy");
    }

    /// <summary>What was counted before the product instance was removed is not counted again.</summary>
    private async Task InheritAsync(Device from, Device to)
    {
        await scope.Db.SaveChangesAsync();
        await scope.Db.ReceivedReports.Where(row => row.AccountId == accountId && row.DeviceId == from.Id).ExecuteUpdateAsync(set => set.SetProperty(row => row.DeviceId, to.Id));
        await scope.Db.UsageMeasures.Where(row => row.AccountId == accountId && row.DeviceId == from.Id).ExecuteUpdateAsync(set => set.SetProperty(row => row.DeviceId, to.Id));
        await scope.Db.ReportingStays.Where(row => row.AccountId == accountId && row.DeviceId == from.Id).ExecuteUpdateAsync(set => set.SetProperty(row => row.DeviceId, to.Id));
        await scope.Db.ReportingDevices.Where(row => row.AccountId == accountId && row.DeviceId == from.Id).ExecuteUpdateAsync(set => set.SetProperty(row => row.DeviceId, to.Id));
    }
}
