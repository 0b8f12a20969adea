using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Devices;
using Purser.Server.Licenses;
using Purser.Server.Store;
using Purser.Server.Usage.Rules;

namespace Purser.Server.Usage;

/// <summary>
/// Where a product instance lay while reports told its use: a late report changes the history of the pools where it lay then, and of none for the time
/// when it was registered (its use was counted) or removed (its use was released).
/// </summary>
internal sealed class ReportingStays(WriteScope scope, long accountId)
{
    private readonly ReportedUse uses = new(scope, accountId);

    /// <summary>The product instance goes to another virtual account, or (null) away.</summary>
    public static async Task MoveAsync(WriteScope scope, Device device, long? toVirtualAccountId)
    {
        // Of a registered one nothing is told until it reports again.
        var isRegistered = device.Mode is DeviceMode.Direct or DeviceMode.Detached;
        if ((toVirtualAccountId is null || !isRegistered) && await scope.Db.ReportingStays.AnyAsync(row => row.AccountId == device.AccountId && row.DeviceId == device.Id))
        {
            await BeginAsync(scope, device, scope.Now, toVirtualAccountId);
        }
    }

    /// <param name="earlier">From when on its earlier reports count; null: whatever they tell of.</param>
    public Task BeginAsync(Device device, DateTimeOffset? earlier) => BeginAsync(scope, device, earlier ?? DateTimeOffset.UnixEpoch, device.VirtualAccountId);

    /// <summary>A product instance that was never taken up: whatever its reports tell of counts where it lies.</summary>
    /// <returns>Whether it is taken up with this.</returns>
    public async Task<bool> BeginOnceAsync(Device device)
    {
        if ((await StaysAsync(device)).Count > 0)
        {
            return false;
        }

        await BeginAsync(device, earlier: null);
        return true;
    }

    /// <summary>From then on its use is told otherwise, or is none.</summary>
    public Task PauseAsync(Device device, DateTimeOffset from) => BeginAsync(scope, device, from, null);

    /// <summary>The use of that time was another: the history of the pools is made right.</summary>
    public async Task ReviseAsync(Device device, long license, UsageChange change)
    {
        var stays = await StaysAsync(device);
        var end = change.To ?? scope.Now;
        foreach (var (index, stay) in stays.Index())
        {
            var from = stay.From > change.From ? stay.From : change.From;
            var to = index + 1 < stays.Count && stays[index + 1].From < end ? stays[index + 1].From : end;
            if (stay.VirtualAccountId is { } place && from < to && await IsHereAsync(place))
            {
                var periods = await scope.Db.UsagePeriods.Where(row => row.AccountId == accountId && row.VirtualAccountId == place && row.EntitlementId == license).ToListAsync();
                foreach (var (start, until, billing) in BillingTimes.Of(periods, from, to))
                {
                    await uses.ReviseAsync(new PoolKey(place, license, billing), start, until, change.Difference);
                }
            }
        }
    }

    private static async Task BeginAsync(WriteScope scope, Device device, DateTimeOffset from, long? virtualAccountId)
    {
        if (await scope.Db.ReportingStays.FindAsync(device.AccountId, device.Id, from) is { } known)
        {
            known.VirtualAccountId = virtualAccountId;
            return;
        }

        scope.Db.ReportingStays.Add(new ReportingStay { AccountId = device.AccountId, DeviceId = device.Id, From = from, VirtualAccountId = virtualAccountId });
    }

    private async Task<List<ReportingStay>> StaysAsync(Device device)
    {
        var stored = await scope.Db.ReportingStays.Where(row => row.AccountId == accountId && row.DeviceId == device.Id).ToListAsync();
        var added = scope.Db.ReportingStays.Local.Where(row => row.AccountId == accountId && row.DeviceId == device.Id);
        return [.. stored.UnionBy(added, row => row.From).OrderBy(row => row.From)];
    }

    // A virtual account may have been deleted since, or have gone to another Smart Account.
    private Task<bool> IsHereAsync(long place) => scope.Db.VirtualAccounts.AnyAsync(row => row.AccountId == accountId && row.Id == place);
}
