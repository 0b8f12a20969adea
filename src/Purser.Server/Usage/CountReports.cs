using Microsoft.EntityFrameworkCore;
using Purser.Protocol;
using Purser.Protocol.Usage;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Devices;
using Purser.Server.People;
using Purser.Server.Settings;
using Purser.Server.Usage.Policies;

namespace Purser.Server.Usage;

/// <summary>Counts reports of one product instance after the other, inside a command of their account, and acknowledges what counts.</summary>
internal sealed class CountReports(WriteScope scope, CatalogSnapshot catalog, PolicyInForce policy, PolicySettings settings, AcknowledgementMint mint, IReadOnlyDictionary<string, string> hostnames, long accountId)
{
    private readonly ReportJudge judge = new(catalog, scope.Now);

    /// <param name="virtualAccountId">Where the product instance goes if it is not known yet.</param>
    public async Task<ReportOutcome> RunAsync(long virtualAccountId, ReportSource source, IReadOnlyList<ReadableReport> reports)
    {
        var hostname = hostnames.GetValueOrDefault(reports[0].Report.Udi.Key);
        var found = await new ReportedDevices(scope, catalog, judge, accountId).FindAsync([.. reports.Select(report => report.Report)], virtualAccountId, hostname);
        if (!found.IsOk)
        {
            return Refused(reports, report => judge.Judge(report) ?? found.Refusal!.Detail);
        }

        var device = found.Value;
        if (!scope.Actor.May(Permission.UsageReport, accountId, device.VirtualAccountId))
        {
            return Refused(reports, report => $"{report.Udi.Display} lies in a virtual account in which you may not upload usage reports.");
        }

        var count = await new ReportBook(scope, catalog, policy.Policy, settings, accountId).CountAsync(device, reports, source);
        DeviceNaming.Rename(device, hostname);
        await scope.Db.SaveChangesAsync();
        return await AnswerAsync(device, reports[0].Report, count);
    }

    private async Task<ReportOutcome> AnswerAsync(Device device, UsageReport first, DeviceCount count)
    {
        if (device.State == DeviceState.Removed)
        {
            count.Notes.Add("The product instance was removed. What it reports here was counted before.");
        }

        var place = await scope.Db.VirtualAccounts.FirstAsync(row => row.AccountId == accountId && row.Id == device.VirtualAccountId);
        var account = await scope.Db.Accounts.FirstAsync(row => row.Id == accountId);
        List<ulong> acknowledged = [.. count.Counted, .. count.Repeated];
        var acknowledgement = acknowledged.Count == 0 ? null : mint.Make(new Acknowledgement(first.Udi, device.Piid, acknowledged, account.Name, place.Name, scope.Now), policy);
        return new ReportOutcome(first.Udi, device.Id, device.DisplayName, place.Name, count.Counted.Count, count.Repeated.Count, count.Refused, count.Notes, acknowledgement)
        {
            SoftwareTag = first.SoftwareTag, VirtualAccountId = place.Id,
        };
    }

    private static ReportOutcome Refused(IReadOnlyList<ReadableReport> reports, Func<UsageReport, string> why)
    {
        var first = reports[0].Report;
        return new ReportOutcome(first.Udi, null, null, null, 0, 0, [.. reports.Select(report => new RefusedReport(report.Id, why(report.Report)))], [], null) { SoftwareTag = first.SoftwareTag };
    }
}
