using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Alerts;
using Purser.Server.Commands;
using Purser.Server.Devices;
using Purser.Server.Devices.Instances;
using Purser.Server.Jobs;
using Purser.Server.Licenses;
using Purser.Server.Store;

namespace Purser.Server.Usage;

/// <summary>Product instances whose next usage report did not come in time: an alert and an event, and nothing is cut off (domain rules 13.1).</summary>
public sealed class TellOverdueReports(Database database, DomainClock clock, WritePath writePath) : IJob
{
    public const string Name = "usage.overdue";

    private const int Slice = 250;

    /// <summary>What the audit shows of a slice.</summary>
    public sealed record Input(IReadOnlyList<long> Devices);

    public sealed record Answer(int Overdue);

    public async Task<string> RunAsync(CancellationToken cancellation)
    {
        await using var db = database.Read();
        var now = clock.Now;
        var due = await db.ReportingDevices.Where(row => row.DueAt < now && row.OverdueSince == null).Select(row => new { row.AccountId, row.DeviceId }).ToListAsync(cancellation);
        var count = 0;
        foreach (var account in due.GroupBy(row => row.AccountId))
        {
            foreach (var slice in account.Select(row => row.DeviceId).Order().Chunk(Slice))
            {
                count += await TellAsync(account.Key, slice, cancellation);
            }
        }

        return string.Create(CultureInfo.InvariantCulture, $"{count} overdue");
    }

    private async Task<int> TellAsync(long accountId, IReadOnlyList<long> ids, CancellationToken cancellation)
    {
        var verdict = await writePath.RunAsync<Answer>(new Command(Name, Actor.System, new Input(ids)) { Accounts = [accountId], Ids = 64 + ids.Count }, async scope =>
        {
            // Under the lock: a report may have come.
            var overdue = await (
                from row in scope.Db.ReportingDevices
                join device in scope.Db.Devices on new { row.AccountId, Id = row.DeviceId } equals new { device.AccountId, device.Id }
                where row.AccountId == accountId && ids.Contains(row.DeviceId) && row.DueAt < scope.Now && row.OverdueSince == null
                orderby row.DeviceId
                select new { Row = row, Device = device }).ToListAsync();
            foreach (var one in overdue)
            {
                one.Row.OverdueSince = scope.Now;
                if (one.Device.State == DeviceState.Registered)
                {
                    await TellAsync(scope, one.Device, one.Row.DueAt!.Value);
                }
            }

            return new Answer(overdue.Count(one => one.Device.State == DeviceState.Registered));
        }, cancellation);
        return verdict.IsOk ? verdict.Value.Overdue : throw new InvalidOperationException($"Account {accountId}: {verdict.Refusal!.Detail}");
    }

    private static async Task TellAsync(WriteScope scope, Device device, DateTimeOffset due)
    {
        var place = await LedgerNames.VirtualAccountAsync(scope, device.AccountId, device.VirtualAccountId);
        scope.Journal(device.AccountId).Append(UsageEvents.Overdue(device.DisplayName, place, due), DeviceRemoval.PlaceOf(device));
        await scope.Alerts(device.AccountId).RaiseAsync(new AlertDraft(
            AlertKind.UsageReportOverdue, AlertLevel.Minor, AlertSubjects.UsageReportOverdue(device.Id), AlertTexts.UsageReportOverdue(device.DisplayName, place, due))
        {
            VirtualAccountId = device.VirtualAccountId, DeviceId = device.Id, DueAt = due,
        });
    }
}
