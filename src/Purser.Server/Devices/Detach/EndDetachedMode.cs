using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Devices.Instances;
using Purser.Server.Events;
using Purser.Server.Jobs;
using Purser.Server.Licenses;
using Purser.Server.Store;

namespace Purser.Server.Devices.Detach;

/// <summary>Product instances whose end date has passed are attached again: silence is counted from that date (domain rules 7.9).</summary>
public sealed class EndDetachedMode(Database database, DomainClock clock, WritePath writePath) : IJob
{
    public const string Name = "devices.detached";

    private const int Slice = 250;

    /// <summary>What the audit shows of a slice.</summary>
    public sealed record Input(IReadOnlyList<long> Devices);

    public sealed record Answer(int Reattached);

    public async Task<string> RunAsync(CancellationToken cancellation)
    {
        await using var db = database.Read();
        var now = clock.Now;
        var due = await db.Devices.Where(row => row.DetachedUntil <= now).Select(row => new { row.AccountId, row.Id }).ToListAsync(cancellation);
        var count = 0;
        foreach (var account in due.GroupBy(row => row.AccountId))
        {
            foreach (var slice in account.Select(row => row.Id).Chunk(Slice))
            {
                count += await EndAsync(account.Key, slice, cancellation);
            }
        }

        return string.Create(CultureInfo.InvariantCulture, $"{count} reattached");
    }

    private async Task<int> EndAsync(long accountId, IReadOnlyList<long> ids, CancellationToken cancellation)
    {
        var command = new Command(Name, Actor.System, new Input(ids)) { Accounts = [accountId] };
        var verdict = await writePath.RunAsync<Answer>(
            command,
            async scope =>
            {
                // Under the lock: somebody may have reattached one, or the device itself have called.
                var devices = await scope.Db.Devices
                    .Where(row => row.AccountId == accountId && ids.Contains(row.Id) && row.DetachedUntil <= scope.Now).OrderBy(row => row.Id).ToListAsync();
                foreach (var device in devices)
                {
                    var place = await LedgerNames.VirtualAccountAsync(scope, accountId, device.VirtualAccountId);
                    DetachedMode.Leave(device, device.DetachedUntil!.Value);
                    scope.Journal(accountId).Append(ProductInstanceEvents.Reattached(device.DisplayName, place), DeviceRemoval.PlaceOf(device));
                }

                return new Answer(devices.Count);
            },
            cancellation);
        return verdict.IsOk ? verdict.Value.Reattached : throw new InvalidOperationException($"Account {accountId}: {verdict.Refusal!.Detail}");
    }
}
