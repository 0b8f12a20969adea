using Microsoft.EntityFrameworkCore;
using Purser.Protocol;
using Purser.Protocol.Usage;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Devices;
using Purser.Server.Devices.Instances;
using Purser.Server.Licenses;
using Purser.Server.Store;

namespace Purser.Server.Usage;

/// <summary>Whose reports these are: a product instance that is known, one that was removed, or a new one.</summary>
internal sealed class ReportedDevices(WriteScope scope, CatalogSnapshot catalog, ReportJudge judge, long accountId)
{
    /// <summary>The product instance of these reports; it comes to be with the first of them that counts.</summary>
    public async Task<Verdict<Device>> FindAsync(IReadOnlyList<UsageReport> reports, long virtualAccountId)
    {
        var first = reports[0];
        if (catalog.FindProduct(first.SoftwareTag) is not { } product)
        {
            return Verdict.Refused(RefusalCode.UnknownProduct, $"There is no product with the software tag {first.SoftwareTag} in the catalog. Ask the operator to add it; the reports stay on the product instance.");
        }

        if (await scope.Db.DeviceDirectory.FindAsync(first.Udi.Key, product.Id) is { } known)
        {
            return known.AccountId == accountId
                ? await scope.Db.Devices.FirstAsync(row => row.AccountId == accountId && row.Id == known.DeviceId)
                : Verdict.Refused(RefusalCode.OtherAccount, $"{first.Udi.Display} is known in another Smart Account. Send its reports there, or have it removed there first.");
        }

        var removed = await RemovedAsync(first.Udi, product);
        if (removed is not null && await AreReceivedAsync(removed, reports))
        {
            return removed;
        }

        return reports.All(report => judge.Judge(report) is not null)
            ? Verdict.Refused(RefusalCode.InvalidInput, judge.Judge(first)!)
            : await AddAsync(first.Udi, product, virtualAccountId, removed);
    }

    /// <summary>From now on reports say what the product instance uses.</summary>
    public static async Task TakeUpAsync(WriteScope scope, Device device)
    {
        if (device.Mode is not (DeviceMode.Direct or DeviceMode.Detached))
        {
            return;
        }

        // It was upgraded. What it used while it was registered is counted, and its identity opens nothing any more: what it asked for would stand against what it reports.
        var stays = new ReportingStays(scope, device.AccountId);
        await stays.PauseAsync(device, device.RegisteredAt);
        await stays.BeginAsync(device, scope.Now);
        (device.Mode, device.DetachedAt, device.DetachedUntil) = (DeviceMode.Policy, null, null);
        await DeviceRemoval.RevokeAsync(scope, device, "Licensed by policy");
    }

    private async Task<Device> AddAsync(Udi udi, Product product, long virtualAccountId, Device? removed)
    {
        var device = UnregisteredDevice.Add(scope, accountId, virtualAccountId, product.Id, udi, DeviceMode.Policy);
        if (removed is not null)
        {
            await InheritAsync(removed, device);
        }

        var stays = new ReportingStays(scope, accountId);
        if (removed is { Mode: not DeviceMode.Policy })
        {
            await stays.PauseAsync(device, removed.RegisteredAt);
        }

        await stays.BeginAsync(device, removed is null ? null : scope.Now);
        scope.Journal(accountId).Append(
            UsageEvents.FirstReport(device.DisplayName, await LedgerNames.VirtualAccountAsync(scope, accountId, virtualAccountId)), DeviceRemoval.PlaceOf(device));
        return device;
    }

    private Task<Device?> RemovedAsync(Udi udi, Product product) => scope.Db.Devices
        .Where(row => row.AccountId == accountId && row.UdiSerialNumber == udi.Sn && row.UdiPid == udi.Pid && row.ProductId == product.Id && row.State == DeviceState.Removed)
        .OrderByDescending(row => row.RemovedAt).ThenByDescending(row => row.Id).FirstOrDefaultAsync();

    private async Task<bool> AreReceivedAsync(Device device, IReadOnlyList<UsageReport> reports)
    {
        var ids = reports.Where(report => report.Id <= long.MaxValue).Select(report => (long)report.Id).Distinct().ToList();
        return ids.Count > 0 && await scope.Db.ReceivedReports.CountAsync(row => row.AccountId == accountId && row.DeviceId == device.Id && ids.Contains(row.ReportId)) == ids.Count;
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
