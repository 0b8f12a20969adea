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
    private readonly PolicyDevices devices = new(scope, accountId);

    /// <summary>The product instance of these reports; it comes to be with the first of them that counts.</summary>
    public async Task<Verdict<Device>> FindAsync(IReadOnlyList<UsageReport> reports, long virtualAccountId, string? hostname)
    {
        var first = reports[0];
        if (catalog.FindProduct(first.SoftwareTag) is not { } product)
        {
            return Verdict.Refused(RefusalCode.UnknownProduct, $"There is no product with the software tag {first.SoftwareTag} in the catalog. Ask the operator to add it; the reports stay on the product instance.");
        }

        if (await devices.FindKnownAsync([first.Udi, .. (first.Units ?? []).Select(unit => unit.Udi)], product) is { } known)
        {
            return known.AccountId == accountId
                ? await scope.Db.Devices.FirstAsync(row => row.AccountId == accountId && row.Id == known.DeviceId)
                : Verdict.Refused(RefusalCode.OtherAccount, $"{Udi.OfKey(known.Udi).Display} is known in another Smart Account. Send its reports there, or have it removed there first.");
        }

        if (await devices.FindRemovedAsync(first.Udi, product) is { } removed && await AreReceivedAsync(removed, reports))
        {
            return removed;
        }

        return reports.All(report => judge.Judge(report) is not null)
            ? Verdict.Refused(RefusalCode.InvalidInput, judge.Judge(first)!)
            : await devices.JudgeAccountAsync() is { } problem ? problem
            : await AddAsync(first.Udi, product, virtualAccountId, hostname);
    }

    private async Task<Device> AddAsync(Udi udi, Product product, long virtualAccountId, string? hostname)
    {
        var device = await devices.AddAsync(udi, product, virtualAccountId, hostname);
        scope.Journal(accountId).Append(
            UsageEvents.FirstReport(device.DisplayName, await LedgerNames.VirtualAccountAsync(scope, accountId, virtualAccountId)), DeviceRemoval.PlaceOf(device));
        return device;
    }

    private async Task<bool> AreReceivedAsync(Device device, IReadOnlyList<UsageReport> reports)
    {
        var ids = reports.Where(report => report.Id <= long.MaxValue).Select(report => (long)report.Id).Distinct().ToList();
        return ids.Count > 0 && await scope.Db.ReceivedReports.CountAsync(row => row.AccountId == accountId && row.DeviceId == device.Id && ids.Contains(row.ReportId)) == ids.Count;
    }
}
