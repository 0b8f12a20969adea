using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Devices;
using Purser.Server.Devices.Rules;
using Purser.Server.Events;
using Purser.Server.Store;

namespace Purser.Server.Licenses;

/// <summary>Restricted licenses that are locked to product instances, where people and time act on them; devices themselves do it by their messages (domain rules 9).</summary>
internal sealed class LicenseLockBook(WriteScope scope, long accountId)
{
    private PurserContext Db => scope.Db;

    private Ledger Ledger => scope.Ledger(accountId);

    public static Task<HashSet<long>> HoldersAsync(PurserContext db, long accountId, IReadOnlyCollection<long> devices) => db.LicenseUses
        .Where(use => use.AccountId == accountId && devices.Contains(use.DeviceId) && use.IsLocked).Select(use => use.DeviceId).ToHashSetAsync();

    /// <summary>The device changes its virtual account: what is locked to it goes along, with its lines (help ch. 6; domain rules 7.5).</summary>
    public async Task MoveAsync(long deviceId, long toVirtualAccountId, long transactionId)
    {
        foreach (var held in await LocksAsync(deviceId))
        {
            var line = await Db.LicenseLines.SingleAsync(row => row.AccountId == accountId && row.Id == held.LineId);
            var from = await HoldingAsync(held.LineId, held.VirtualAccountId);
            from.Locked -= held.Quantity;
            await Ledger.MoveAsync(line, from, toVirtualAccountId, held.Quantity, transactionId, reason: LicenseNames.Of(LineSource.DeviceTransfer));
            (await HoldingAsync(held.LineId, toVirtualAccountId)).Locked += held.Quantity;
            await Ledger.TransferredAsync(held.EntitlementId, held.VirtualAccountId, toVirtualAccountId, held.Quantity);
            held.VirtualAccountId = toVirtualAccountId;
        }

        foreach (var use in await UsesAsync(deviceId))
        {
            await ChangeAsync(new PoolKey(use.VirtualAccountId, use.EntitlementId), -use.Requested);
            await ChangeAsync(new PoolKey(toVirtualAccountId, use.EntitlementId), use.Requested);
            use.VirtualAccountId = toVirtualAccountId;
        }
    }

    /// <summary>What would be locked, beside what the books say about it.</summary>
    /// <param name="deviceId">0: a product instance that is not known yet.</param>
    public async Task<RestrictedDemand> DemandAsync(long deviceId, long virtualAccountId, long entitlementId, long wanted)
    {
        var covered = (await LocksAsync(row => row.DeviceId == deviceId && row.EntitlementId == entitlementId)).Sum(row => row.Quantity);
        var use = await Db.LicenseUses.FindAsync(accountId, deviceId, entitlementId);
        var free = (await StockAsync(virtualAccountId, entitlementId)).Sum(one => one.Holding.Free);
        var pool = await Ledger.PoolAsync(new PoolKey(virtualAccountId, entitlementId));
        return new RestrictedDemand(entitlementId, wanted, covered, RestrictedRules.Free(free, pool.Balance, (use?.Counted ?? 0) - covered));
    }

    /// <summary>So many units are locked to the device from now on, or as many as were before if these are more; the best ones first.</summary>
    /// <returns>What was locked besides.</returns>
    public async Task<IReadOnlyList<LockedPart>> LockAsync(Device device, long entitlementId, long target)
    {
        var held = await LocksAsync(row => row.DeviceId == device.Id && row.EntitlementId == entitlementId);
        var missing = target - held.Sum(row => row.Quantity);
        if (missing <= 0)
        {
            return [];
        }

        var like = new LicenseLock { AccountId = accountId, DeviceId = device.Id, EntitlementId = entitlementId, VirtualAccountId = device.VirtualAccountId };
        var taken = new List<LockedPart>();
        foreach (var (line, holding) in await StockAsync(device.VirtualAccountId, entitlementId))
        {
            var part = Math.Min(missing, holding.Free);
            if (part > 0)
            {
                holding.Locked += part;
                missing -= part;
                await AddAsync(like, line.Id, part);
                taken.Add(new LockedPart(part, await LedgerNames.LicenseAsync(scope, entitlementId), line.LicenseType));
            }
        }

        await SetUseAsync(device, entitlementId, target);
        return taken;
    }

    /// <summary>So many units are locked to the device at most; those that end first are given back.</summary>
    /// <returns>What was given back.</returns>
    public async Task<IReadOnlyList<LockedPart>> ReduceAsync(Device device, long entitlementId, long target)
    {
        var units = await UnitsAsync(device.Id, entitlementId);
        var surplus = units.Sum(one => one.Quantity) - target;
        var given = new List<LockedPart>();
        foreach (var (line, quantity) in units.Reverse())
        {
            var part = Math.Min(surplus, quantity);
            if (part > 0)
            {
                surplus -= part;
                (await HoldingAsync(line.Id, device.VirtualAccountId)).Locked -= part;
                var held = (await Db.LicenseLocks.FindAsync(accountId, device.Id, line.Id))!;
                held.Quantity -= part;
                if (held.Quantity == 0)
                {
                    Db.LicenseLocks.Remove(held);
                }

                given.Add(new LockedPart(part, await LedgerNames.LicenseAsync(scope, entitlementId), line.LicenseType));
            }
        }

        if (given.Count > 0)
        {
            await SetUseAsync(device, entitlementId, target);
        }

        return given;
    }

    /// <summary>Licenses of which units are locked to the device.</summary>
    public async Task<IReadOnlyList<long>> LicensesOfAsync(long deviceId) => [.. (await UsesAsync(deviceId)).Select(use => use.EntitlementId)];

    /// <summary>Units that are locked to the device, by line: perpetual ones first, then those that end last (domain rules 8.3).</summary>
    public async Task<IReadOnlyList<(LicenseLine Line, long Quantity)>> UnitsAsync(long deviceId, long entitlementId)
    {
        var units = new List<(LicenseLine Line, long Quantity)>();
        foreach (var held in await LocksAsync(row => row.DeviceId == deviceId && row.EntitlementId == entitlementId))
        {
            units.Add((await Db.LicenseLines.SingleAsync(row => row.AccountId == accountId && row.Id == held.LineId), held.Quantity));
        }

        return [.. units.OrderByDescending(one => LicenseTerms.Length(one.Line.EndsAt)).ThenBy(one => one.Line.Id)];
    }

    /// <summary>Released by an operator with evidence that the functions are off (domain rules 9.3): the device itself cannot be asked.</summary>
    /// <returns>What was released; empty where nothing was locked.</returns>
    public async Task<IReadOnlyList<LockedPart>> ReleaseAsync(long deviceId)
    {
        var released = new List<LockedPart>();
        foreach (var held in await LocksAsync(deviceId))
        {
            (await HoldingAsync(held.LineId, held.VirtualAccountId)).Locked -= held.Quantity;
            var line = await Db.LicenseLines.SingleAsync(row => row.AccountId == accountId && row.Id == held.LineId);
            released.Add(new LockedPart(held.Quantity, await LedgerNames.LicenseAsync(scope, held.EntitlementId), line.LicenseType));
            Db.LicenseLocks.Remove(held);
        }

        foreach (var use in await UsesAsync(deviceId))
        {
            await ChangeAsync(new PoolKey(use.VirtualAccountId, use.EntitlementId), -use.Requested);
            Db.LicenseUses.Remove(use);
        }

        return released;
    }

    /// <summary>
    /// A restricted term ended: its locks pass to free units of the pool. Where there are none the use counts on as shortage, and the device's
    /// next request is refused (domain rules 9.7).
    /// </summary>
    public async Task PassOnAsync(long endedLineId, long virtualAccountId)
    {
        foreach (var held in await LocksAsync(row => row.LineId == endedLineId && row.VirtualAccountId == virtualAccountId))
        {
            Db.LicenseLocks.Remove(held);
            var missing = held.Quantity;
            foreach (var (line, holding) in (await StockAsync(held.VirtualAccountId, held.EntitlementId)).Where(one => one.Line.Id != held.LineId))
            {
                var part = Math.Min(missing, holding.Free);
                if (part > 0)
                {
                    holding.Locked += part;
                    missing -= part;
                    await AddAsync(held, line.Id, part);
                }
            }
        }
    }

    private async Task AddAsync(LicenseLock like, long lineId, long quantity)
    {
        if (await Db.LicenseLocks.FindAsync(accountId, like.DeviceId, lineId) is { } known)
        {
            known.Quantity += quantity;
            return;
        }

        Db.LicenseLocks.Add(new LicenseLock
        {
            AccountId = accountId, DeviceId = like.DeviceId, LineId = lineId, EntitlementId = like.EntitlementId, VirtualAccountId = like.VirtualAccountId, Quantity = quantity,
        });
    }

    /// <summary>Perpetual units first, then those that end last (domain rules 8.3).</summary>
    private async Task<List<(LicenseLine Line, Holding Holding)>> StockAsync(long virtualAccountId, long entitlementId)
    {
        // What has ended by now goes in this same run.
        var now = scope.Now;
        var rows = await Db.Holdings
            .Where(row => row.AccountId == accountId && row.VirtualAccountId == virtualAccountId && row.EntitlementId == entitlementId)
            .Join(
                Db.LicenseLines.Where(line => line.AccountId == accountId && line.State == LineState.Active && line.Billing == Billing.Prepaid && (line.EndsAt == null || line.EndsAt > now)),
                row => row.LineId, line => line.Id, (row, line) => new { line, row })
            .ToListAsync();
        return [.. rows.Select(row => (row.line, row.row)).OrderByDescending(one => LicenseTerms.Length(one.line.EndsAt)).ThenBy(one => one.line.Id)];
    }

    /// <summary>What is locked is what it uses of that license; what it reported before goes into that.</summary>
    private async Task SetUseAsync(Device device, long entitlementId, long target)
    {
        var key = new PoolKey(device.VirtualAccountId, entitlementId);
        var use = await Db.LicenseUses.FindAsync(accountId, device.Id, entitlementId);
        var (counted, locked) = (use?.Counted ?? 0, use is { IsLocked: true } ? use.Requested : 0);
        if (use is null)
        {
            use = new LicenseUse { AccountId = accountId, DeviceId = device.Id, EntitlementId = entitlementId, VirtualAccountId = device.VirtualAccountId };
            Db.LicenseUses.Add(use);
        }

        // What is locked is bought: of what is billed by usage there is nothing to lock.
        var from = use.Pool;
        (use.Requested, use.IsLocked, use.Released, use.Since, use.Billing) = (target, true, false, scope.Now, Billing.Prepaid);
        if (target == 0)
        {
            Db.LicenseUses.Remove(use);
        }

        await Ledger.ChangeUseAsync(from, -counted);
        await Ledger.ChangeUseAsync(key, target);
        (await Ledger.PoolAsync(key)).Locked += target - locked;
    }

    private async Task ChangeAsync(PoolKey key, long difference)
    {
        await Ledger.ChangeUseAsync(key, difference);
        (await Ledger.PoolAsync(key)).Locked += difference;
    }

    private async Task<Holding> HoldingAsync(long lineId, long virtualAccountId) => await Db.Holdings.FindAsync(accountId, lineId, virtualAccountId)
        ?? throw new InvalidOperationException($"Line {lineId} is locked in virtual account {virtualAccountId}, where nothing of it lies");

    private Task<List<LicenseLock>> LocksAsync(long deviceId) => LocksAsync(row => row.DeviceId == deviceId);

    /// <summary>Those of the database, and those that this command has passed on and not saved yet: several lines of a license may end at once.</summary>
    private async Task<List<LicenseLock>> LocksAsync(Expression<Func<LicenseLock, bool>> which)
    {
        await Db.LicenseLocks.Where(row => row.AccountId == accountId).Where(which).LoadAsync();
        return [.. Db.LicenseLocks.Local.Where(row => row.AccountId == accountId).Where(which.Compile()).OrderBy(row => row.DeviceId).ThenBy(row => row.LineId)];
    }

    private Task<List<LicenseUse>> UsesAsync(long deviceId) =>
        Db.LicenseUses.Where(use => use.AccountId == accountId && use.DeviceId == deviceId && use.IsLocked).OrderBy(use => use.EntitlementId).ToListAsync();
}
