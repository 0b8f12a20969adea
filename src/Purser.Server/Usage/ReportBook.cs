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

namespace Purser.Server.Usage;

/// <summary>The only writer of reports and of what is counted of them, inside a command of their account.</summary>
internal sealed class ReportBook(WriteScope scope, CatalogSnapshot catalog, PolicySettings settings, long accountId)
{
    private readonly ReportedUse uses = new(scope, accountId);

    /// <summary>The product instance of these reports; it comes to be with the first of them that counts.</summary>
    public async Task<Verdict<Device>> DeviceAsync(IReadOnlyList<SealedReport> reports, long virtualAccountId)
    {
        var first = reports[0];
        if (catalog.FindProduct(first.Report.SoftwareTag) is not { } product)
        {
            return Verdict.Refused(RefusalCode.UnknownProduct, $"There is no product with the software tag {first.Report.SoftwareTag} in the catalog. Ask the operator to add it; the reports stay on the product instance.");
        }

        var udi = first.Report.Udi;
        if (await scope.Db.DeviceDirectory.FindAsync(udi.Key, product.Id) is { } known)
        {
            return known.AccountId == accountId
                ? await scope.Db.Devices.FirstAsync(row => row.AccountId == accountId && row.Id == known.DeviceId)
                : Verdict.Refused(RefusalCode.OtherAccount, $"{udi.Display} is known in another Smart Account. Send its reports there, or have it removed there first.");
        }

        if (reports.All(report => Judge(report.Report) is not null))
        {
            return Verdict.Refused(RefusalCode.InvalidInput, Judge(first.Report)!);
        }

        var device = UnregisteredDevice.Add(scope, accountId, virtualAccountId, product.Id, udi, DeviceMode.Policy);
        Tell(device, UsageEvents.FirstReport(device.DisplayName, await LedgerNames.VirtualAccountAsync(scope, accountId, virtualAccountId)));
        return device;
    }

    /// <summary>Counts the reports of one product instance, oldest first.</summary>
    public async Task<DeviceCount> CountAsync(Device device, IReadOnlyList<(SealedReport Sealed, string Text)> reports, ReportSource source)
    {
        var count = new DeviceCount();
        var ids = reports.Select(report => report.Sealed.Report.Id).Where(id => id <= long.MaxValue).Select(id => (long)id).ToList();
        var received = await scope.Db.ReceivedReports.Where(row => row.AccountId == accountId && row.DeviceId == device.Id && ids.Contains(row.ReportId)).ToDictionaryAsync(row => row.ReportId);
        foreach (var (sealedReport, text) in reports.OrderBy(report => report.Sealed.Report.Id))
        {
            var report = sealedReport.Report;
            if (report.Id <= long.MaxValue && received.TryGetValue((long)report.Id, out var earlier))
            {
                Repeat(count, sealedReport, earlier);
            }
            else if (Judge(report) is { } problem)
            {
                count.Refuse(report.Id, problem);
            }
            else
            {
                received.Add((long)report.Id, await TakeAsync(device, sealedReport, text, source, count));
            }
        }

        if (count.Counted.Count > 0)
        {
            await SettleAsync(device, count);
        }

        return count;
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

    /// <summary>Why a report cannot be counted, whatever was counted before; null: it can.</summary>
    public string? Judge(UsageReport report) =>
        report.Id > long.MaxValue ? "Its report id is too large."
        : ReportRules.JudgeTime(report, scope.Now) is { } early ? early.Detail
        : report.IsOfUse && catalog.FindEntitlement(report.EntitlementTag) is null
            ? $"There is no license with the tag {report.EntitlementTag} in the catalog. Ask the operator to add it; the report stays on the product instance."
        : null;

    private async Task<ReceivedReport> TakeAsync(Device device, SealedReport sealedReport, string text, ReportSource source, DeviceCount count)
    {
        var report = sealedReport.Report;
        var license = report.IsOfUse ? catalog.FindEntitlement(report.EntitlementTag)!.Id : (long?)null;
        var row = new ReceivedReport
        {
            AccountId = accountId, DeviceId = device.Id, ReportId = (long)report.Id, EntitlementId = license, Verification = ReportVerification.Unverified,
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
        var spans = report.Measurements.Select(measurement => new UsageSpan(measurement.StartsAt, measurement.EndsAt, measurement.Count)).ToList();
        var parts = spans.ConvertAll(span => (Span: span, Parts: timeline.Uncounted(span)));
        var note = ReportRules.Note(report, timeline, parts.Exists(part => part.Parts.Count != 1 || part.Parts[0] != part.Span));
        var covered = await ReservedAsync(device, license);
        foreach (var part in parts.SelectMany(part => part.Parts))
        {
            scope.Db.UsageMeasures.Add(new UsageMeasure
            {
                AccountId = accountId, DeviceId = device.Id, EntitlementId = license, StartsAt = part.From, EndsAt = part.To, Quantity = part.Quantity, ReportId = (long)report.Id,
            });
        }

        var key = new PoolKey(device.VirtualAccountId, license);
        foreach (var change in timeline.Add(parts.SelectMany(part => part.Parts), covered))
        {
            await uses.ReviseAsync(key, change.From, change.To ?? scope.Now, change.Difference);
        }

        return note;
    }

    private async Task SettleAsync(Device device, DeviceCount count)
    {
        foreach (var (license, timeline) in count.Timelines)
        {
            await uses.SetAsync(device, license, Math.Max(0, (timeline.Present ?? 0) - await ReservedAsync(device, license)));
        }

        if (device.Mode is DeviceMode.Direct or DeviceMode.Detached)
        {
            // It was upgraded: from now on reports say what it uses.
            (device.Mode, device.DetachedAt, device.DetachedUntil) = (DeviceMode.Policy, null, null);
        }

        device.LastContactAt = scope.Now;
        var reporting = await scope.Db.ReportingDevices.FindAsync(accountId, device.Id);
        if (reporting is null)
        {
            reporting = new ReportingDevice { AccountId = accountId, DeviceId = device.Id, FirstUseAt = count.FirstUse ?? scope.Now };
            scope.Db.ReportingDevices.Add(reporting);
        }

        reporting.AcknowledgedAt = scope.Now;
        reporting.Reports += count.Counted.Count;
        reporting.OverdueSince = null;
        await scope.Alerts(accountId).ClearAsync(AlertSubjects.UsageReportOverdue(device.Id));
        await scope.Db.SaveChangesAsync();
        reporting.DueAt = await DueAtAsync(device, reporting);
        Tell(device, UsageEvents.Reported(device.DisplayName, await LedgerNames.VirtualAccountAsync(scope, accountId, device.VirtualAccountId), count.Counted.Count));
    }

    /// <summary>What the product instance reserves is covered already (SP-06): a reservation goes on after the upgrade to licensing by policy.</summary>
    private async Task<long> ReservedAsync(Device device, long license) =>
        device.Mode == DeviceMode.Reserved
            ? (await new ReservationBook(scope, accountId).UnitsAsync(device.Id)).Where(row => row.EntitlementId == license).Sum(row => row.Sum)
            : 0;

    private async Task<DateTimeOffset?> DueAtAsync(Device device, ReportingDevice reporting)
    {
        var inUse = await scope.Db.LicenseUses.Where(use => use.AccountId == accountId && use.DeviceId == device.Id).Select(use => use.EntitlementId).ToListAsync();
        var categories = new HashSet<PolicyCategory>();
        foreach (var license in inUse)
        {
            categories.Add(await CategoryAsync(device.VirtualAccountId, catalog.FindEntitlement(license)!));
        }

        return ReportingDeadlines.NextAcknowledgement(
            ReportingPolicy.Default, new ReportingState(categories, reporting.FirstUseAt, reporting.AcknowledgedAt), settings.YearlyWhenZero);
    }

    /// <summary>A license of which only units with an end lie here counts as a subscription.</summary>
    private async Task<PolicyCategory> CategoryAsync(long virtualAccountId, Entitlement license)
    {
        if (license.Enforcement != Enforcement.NotEnforced)
        {
            return license.Enforcement == Enforcement.Enforced ? PolicyCategory.Enforced : PolicyCategory.Export;
        }

        var lines = from holding in scope.Db.Holdings
                    join line in scope.Db.LicenseLines on new { holding.AccountId, Id = holding.LineId } equals new { line.AccountId, line.Id }
                    where holding.AccountId == accountId && holding.VirtualAccountId == virtualAccountId && holding.EntitlementId == license.Id && holding.Held > 0
                    select line.EndsAt == null;
        return await lines.AnyAsync() && !await lines.AnyAsync(isPerpetual => isPerpetual) ? PolicyCategory.Subscription : PolicyCategory.Perpetual;
    }

    private void Tell(Device device, EventText text) => scope.Journal(accountId).Append(text, DeviceRemoval.PlaceOf(device));
}
