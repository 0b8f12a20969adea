using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Devices;
using Purser.Server.Store;

namespace Purser.Server.Licenses;

/// <summary>What product instances that report their use ask of the pools: the latest report stands until a newer one, an older one changes history only (domain rules 13.2).</summary>
internal sealed class ReportedUse(WriteScope scope, long accountId)
{
    /// <summary>What the product instance uses from now on. What is locked to it stays as it is: it changes with its authorization code.</summary>
    public async Task SetAsync(Device device, long entitlementId, long quantity)
    {
        var use = await scope.Db.LicenseUses.FindAsync(accountId, device.Id, entitlementId);
        if (use is { IsLocked: true } || (use is null && quantity == 0))
        {
            return;
        }

        var (before, from) = (use?.Counted ?? 0, use?.Pool);
        if (use is null)
        {
            use = new LicenseUse { AccountId = accountId, DeviceId = device.Id, EntitlementId = entitlementId, VirtualAccountId = device.VirtualAccountId };
            scope.Db.LicenseUses.Add(use);
        }

        if (use.Requested != quantity || use.Released)
        {
            use.Since = scope.Now;
        }

        (use.Requested, use.Released, use.Billing) = (quantity, false, await scope.Ledger(accountId).BillingOfAsync(device.Mode, device.VirtualAccountId, entitlementId));
        if (quantity == 0)
        {
            scope.Db.LicenseUses.Remove(use);
        }

        if (from is { } other && other != use.Pool)
        {
            await scope.Ledger(accountId).ChangeUseAsync(other, -before);
            before = 0;
        }

        await scope.Ledger(accountId).ChangeUseAsync(use.Pool, quantity - before);
    }

    /// <summary>The history of a pool is made right: from then until then so many more, or fewer, were in use.</summary>
    public async Task ReviseAsync(PoolKey key, DateTimeOffset from, DateTimeOffset to, long difference)
    {
        var (first, end) = (PoolHours.Of(from), PoolHours.Of(to));
        if (first >= end)
        {
            return;
        }

        await BeginAsync(key, end);
        await BeginAsync(key, first);
        var rows = await HistoryOf(key).Where(row => row.Hour >= first && row.Hour < end).ToListAsync();
        foreach (var row in rows.UnionBy(scope.Db.PoolHistory.Local.Where(row => IsOf(row, key) && row.Hour >= first && row.Hour < end), row => row.Hour))
        {
            // What a reservation covered then is not kept: more may be taken off than was counted.
            row.InUse = Math.Max(0, row.InUse + difference);
            row.PeakInUse = Math.Max(row.InUse, row.PeakInUse + difference);
        }
    }

    /// <summary>A row for this hour, as it was with the hour before: so that what follows can be told apart.</summary>
    private async Task BeginAsync(PoolKey key, DateTimeOffset hour)
    {
        if (hour > PoolHours.Of(scope.Now) || await scope.Db.PoolHistory.FindAsync(accountId, key.VirtualAccountId, key.EntitlementId, key.Billing, hour) is not null)
        {
            return;
        }

        var stored = await HistoryOf(key).Where(row => row.Hour < hour).OrderByDescending(row => row.Hour).FirstOrDefaultAsync();
        var before = scope.Db.PoolHistory.Local.Where(row => IsOf(row, key) && row.Hour < hour).Append(stored).OfType<PoolHistory>().MaxBy(row => row.Hour);
        scope.Db.PoolHistory.Add(new PoolHistory
        {
            AccountId = accountId, VirtualAccountId = key.VirtualAccountId, EntitlementId = key.EntitlementId, Billing = key.Billing, Hour = hour,
            Purchased = before?.Purchased ?? 0, InUse = before?.InUse ?? 0, PeakInUse = before?.InUse ?? 0, Reserved = before?.Reserved ?? 0, Pending = before?.Pending ?? 0,
            InTransition = before?.InTransition ?? 0, Lent = before?.Lent ?? 0, Borrowed = before?.Borrowed ?? 0, ShortSince = before?.ShortSince,
        });
    }

    private bool IsOf(PoolHistory row, PoolKey key) =>
        row.AccountId == accountId && row.VirtualAccountId == key.VirtualAccountId && row.EntitlementId == key.EntitlementId && row.Billing == key.Billing;

    private IQueryable<PoolHistory> HistoryOf(PoolKey key) => scope.Db.PoolHistory.Where(row =>
        row.AccountId == accountId && row.VirtualAccountId == key.VirtualAccountId && row.EntitlementId == key.EntitlementId && row.Billing == key.Billing);
}
