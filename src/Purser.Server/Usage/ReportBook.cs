using Microsoft.EntityFrameworkCore;
using Purser.Protocol;
using Purser.Protocol.Usage;
using Purser.Server.Alerts;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Devices;
using Purser.Server.Devices.Instances;
using Purser.Server.Events;
using Purser.Server.Licenses;
using Purser.Server.Reservations;
using Purser.Server.Settings;
using Purser.Server.Store;
using Purser.Server.Usage.Rules;
using Purser.Server.Usage.Trust;

namespace Purser.Server.Usage;

/// <summary>The only writer of reports and of what is counted of them, inside a command of their account.</summary>
internal sealed class ReportBook(WriteScope scope, CatalogSnapshot catalog, ReportingPolicy policy, PolicySettings settings, long accountId)
{
    private readonly ReservedUseBook uses = new(scope, accountId);
    private readonly ReportingStays stays = new(scope, accountId);
    private readonly TrustBook trust = new(scope, accountId);
    private readonly ReportJudge judge = new(catalog, scope.Now);

    /// <summary>Counts the reports of one product instance, oldest first.</summary>
    public async Task<DeviceCount> CountAsync(Device device, IReadOnlyList<ReadableReport> reports, ReportSource source)
    {
        var count = new DeviceCount();
        var ids = reports.Select(report => report.Report.Id).Where(id => id <= long.MaxValue).Select(id => (long)id).ToList();
        var received = await scope.Db.ReceivedReports.Where(row => row.AccountId == accountId && row.DeviceId == device.Id && ids.Contains(row.ReportId)).ToDictionaryAsync(row => row.ReportId);
        var isTakenUp = false;
        foreach (var (text, sealedReport) in reports.OrderBy(report => report.Report.Id))
        {
            var report = sealedReport.Report;
            if (IsReceived(report))
            {
                Repeat(count, sealedReport, received[(long)report.Id]);
            }
            else if (judge.Judge(report) is { } problem)
            {
                count.Refuse(report.Id, problem);
            }
            else if (await trust.VerifyAsync(device, sealedReport) is not { } verification)
            {
                count.Refuse(report.Id, "Its signature does not fit the key of its trust code: it was altered on its way. Save it again on the product instance.");
            }
            else
            {
                if (!isTakenUp)
                {
                    isTakenUp = true;
                    await new PolicyDevices(scope, accountId).TakeUpAsync(device);
                    await RememberSetAsync(device, reports.MaxBy(one => one.Report.Id)!.Report);
                }

                var row = await TakeAsync(device, sealedReport, text, source, count);
                row.Verification = verification;
                received.Add((long)report.Id, row);
            }
        }

        if (count.Counted.Count > 0)
        {
            await SettleAsync(device, count);
        }

        return count;

        bool IsReceived(UsageReport report) => report.Id <= long.MaxValue && received.ContainsKey((long)report.Id);
    }

    // Some programs take the blanks out of a payload on its way: what it says decides.
    private static void Repeat(DeviceCount count, SealedReport sealedReport, ReceivedReport earlier)
    {
        if (SealedReport.Read(earlier.Text) is { IsOk: true } before && before.Value.Report.Write() == sealedReport.Report.Write())
        {
            count.Repeated.Add(sealedReport.Report.Id);
        }
        else
        {
            count.Refuse(sealedReport.Report.Id, "Another report of this product instance was received with the same report id: one of the two was altered. The first one counts.");
        }
    }

    private async Task<ReceivedReport> TakeAsync(Device device, SealedReport sealedReport, string text, ReportSource source, DeviceCount count)
    {
        var report = sealedReport.Report;
        var license = report.IsOfUse ? catalog.FindEntitlement(report.EntitlementTag)!.Id : (long?)null;
        var row = new ReceivedReport
        {
            AccountId = accountId, DeviceId = device.Id, ReportId = (long)report.Id, EntitlementId = license,
            SigningType = sealedReport.Signature.SigningType, SoftwareVersion = report.SoftwareVersion, ReceivedAt = scope.Now, Source = source, Text = text,
            StartsAt = report.Measurements.Count > 0 ? report.StartsAt : scope.Now, EndsAt = report.Measurements.Count > 0 ? report.EndsAt : scope.Now,
            Quantity = report.Measurements.Count > 0 ? report.Measurements[^1].Count : 0,
        };
        if (license is { } id)
        {
            row.Note = await MeasureAsync(device, id, report, count);
        }

        scope.Db.ReceivedReports.Add(row);
        count.Counted.Add(report.Id);
        if (row.Note.Length > 0)
        {
            count.Notes.Add($"Report {report.Id}: {row.Note}");
        }

        return row;
    }

    /// <summary>What it measured goes into the timeline, and the history of the pool is made right.</summary>
    /// <returns>What is odd about it.</returns>
    private async Task<string> MeasureAsync(Device device, long license, UsageReport report, DeviceCount count)
    {
        var timeline = await count.TimelineAsync(license, async () => new UsageTimeline(
            (await scope.Db.UsageMeasures.Where(row => row.AccountId == accountId && row.DeviceId == device.Id && row.EntitlementId == license).ToListAsync())
                .Select(row => new UsageSpan(row.StartsAt, row.EndsAt, row.Quantity))));
        var spans = report.Measurements.Select(ReportRules.SpanOf).ToList();
        var parts = spans.ConvertAll(span => (Span: span, Parts: timeline.Uncounted(span)));
        var note = ReportRules.Note(report, timeline, parts.Exists(part => part.Parts.Count != 1 || part.Parts[0] != part.Span));
        var covered = await CoveredAsync(device, license);
        foreach (var part in parts.SelectMany(part => part.Parts))
        {
            scope.Db.UsageMeasures.Add(new UsageMeasure
            {
                AccountId = accountId, DeviceId = device.Id, EntitlementId = license, StartsAt = part.From, EndsAt = part.To, Quantity = part.Quantity, ReportId = (long)report.Id,
            });
        }

        foreach (var change in timeline.Add(parts.SelectMany(part => part.Parts), covered))
        {
            await stays.ReviseAsync(device, license, change);
        }

        return note;
    }

    /// <summary>Before anything is counted: what any unit of the set reserves covers its use.</summary>
    private async Task RememberSetAsync(Device device, UsageReport newest)
    {
        var reporting = await scope.Db.ReportingDevices.FindAsync(accountId, device.Id);
        if (reporting is null)
        {
            reporting = new ReportingDevice { AccountId = accountId, DeviceId = device.Id, FirstUseAt = scope.Now };
            scope.Db.ReportingDevices.Add(reporting);
        }

        reporting.Units = string.Join('\n', (newest.Units ?? []).Select(unit => unit.Udi.Key).Distinct(StringComparer.Ordinal));
    }

    private async Task SettleAsync(Device device, DeviceCount count)
    {
        foreach (var (license, timeline) in count.Timelines)
        {
            await uses.SetAsync(device, license, timeline.Present ?? 0);
        }

        device.LastContactAt = scope.Now;
        var reporting = (await scope.Db.ReportingDevices.FindAsync(accountId, device.Id))!;
        if (reporting.Reports == 0)
        {
            reporting.FirstUseAt = count.FirstUse ?? scope.Now;
        }

        reporting.AcknowledgedAt = scope.Now;
        reporting.Reports += count.Counted.Count;
        reporting.OverdueSince = null;
        await scope.Alerts(accountId).ClearAsync(AlertSubjects.UsageReportOverdue(device.Id));
        await scope.Db.SaveChangesAsync();
        reporting.DueAt = await new ReportingDue(scope, catalog, settings).AtAsync(device, reporting, policy);
        Tell(device, UsageEvents.Reported(device.DisplayName, await LedgerNames.VirtualAccountAsync(scope, accountId, device.VirtualAccountId), count.Counted.Count));
    }

    /// <summary>What the product instance reserves is covered already, and so is what an authorization code locks to it.</summary>
    private async Task<long> CoveredAsync(Device device, long license) =>
        await scope.Db.LicenseUses.FindAsync(accountId, device.Id, license) is { IsLocked: true } locked ? locked.Requested : await uses.CoverAsync(device, license) ?? long.MaxValue;

    private void Tell(Device device, EventText text) => scope.Journal(accountId).Append(text, DeviceRemoval.PlaceOf(device));
}
