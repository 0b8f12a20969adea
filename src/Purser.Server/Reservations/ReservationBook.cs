using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Alerts;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Licenses;
using Purser.Server.Reservations.Rules;
using Purser.Server.Store;

namespace Purser.Server.Reservations;

/// <summary>
/// Binds units of lines to reserving product instances and frees them: holdings, pools and <see cref="ReservedUnits"/> change together, nobody else
/// writes them (domain rules 1.9, 8). Callers have decided by <see cref="Rules"/>; the account's head is locked.
/// </summary>
internal sealed class ReservationBook(WriteScope scope, long accountId)
{
    private readonly HashSet<long> begun = [0];
    private Dictionary<(long EntitlementId, long VirtualAccountId), List<(LicenseLine Line, Holding Holding)>>? kept;

    private PurserContext Db => scope.Db;

    private Ledger Ledger => scope.Ledger(accountId);

    /// <summary>A product instance that comes to be in this command: the database knows no units of it.</summary>
    public void Begin(long deviceId) => begun.Add(deviceId);

    /// <summary>Lines are read once: for many reservations in one command that does nothing else to them.</summary>
    public void KeepLines() => kept = [];

    /// <summary>What a product instance reserves or may reserve of a license, as it is now.</summary>
    /// <param name="deviceId">0: one that has no reservation yet.</param>
    public async Task<ReservableLicense> ReservableAsync(Entitlement license, long deviceId, long virtualAccountId)
    {
        var own = (await UnitsAsync(deviceId)).Where(row => row.EntitlementId == license.Id).ToDictionary(row => row.LineId);
        var rows = await LinesAsync(license.Id, virtualAccountId);
        var pool = await Ledger.PoolAsync(new PoolKey(virtualAccountId, license.Id));
        await Ledger.SubstituteAsync();
        return ReservableRules.Of(license, rows, own, pool.Available);
    }

    public async Task ReserveAsync(Reservation reservation, Entitlement license, ReservationPlan plan)
    {
        var pool = await PoolAsync(reservation, license.Id);
        var replaced = plan.Replaced;
        foreach (var ended in await EndedAsync(reservation, license.Id))
        {
            var part = Math.Min(replaced, ended.Uncovered);
            (ended.Uncovered, replaced) = (ended.Uncovered - part, replaced - part);
            pool.Uncovered -= part;
            pool.Uncovered -= ended.Uncovered;
            pool.InTransition += ended.Uncovered;
            (ended.Leaving, ended.Uncovered) = (ended.Leaving + ended.Uncovered, 0);
        }

        foreach (var (line, quantity) in plan.Increases)
        {
            await BindAsync(reservation, license, pool, line, quantity);
        }

        foreach (var (line, quantity) in plan.Decreases)
        {
            await LowerAsync(reservation, license, pool, line, quantity);
        }
    }

    /// <summary>Units that nothing covers: of a failed product that still holds them (domain rules 8.7).</summary>
    public async Task CopyUncoveredAsync(Reservation reservation, long entitlementId, long lineId, long quantity)
    {
        (await PoolAsync(reservation, entitlementId)).Uncovered += quantity;
        (await UnitsOfAsync(reservation, entitlementId, lineId)).Uncovered += quantity;
    }

    public async Task RememberAsync(Reservation reservation) => reservation.PreviousUnits = JsonSerializer.Serialize(
        (await UnitsAsync(reservation.DeviceId)).Where(row => row.Kept > 0).Select(row => new ReservedBefore(row.EntitlementId, row.LineId, row.Firm, row.Uncovered)), WritePath.Json);

    /// <summary>The device has the update: what it gave back is free.</summary>
    public async Task ConfirmAsync(Reservation reservation)
    {
        foreach (var units in await UnitsAsync(reservation.DeviceId))
        {
            await FreeAsync(units, transition: units.InTransition, leaving: units.Leaving);
        }

        await DropEmptyAsync(reservation.DeviceId);
    }

    /// <summary>As before the update; what ended meanwhile is without cover (domain rules 8.4, 8.5).</summary>
    public async Task RestoreAsync(Reservation reservation)
    {
        var before = JsonSerializer.Deserialize<List<ReservedBefore>>(reservation.PreviousUnits ?? "[]", WritePath.Json)!.ToDictionary(row => (row.EntitlementId, row.LineId));
        foreach (var units in await UnitsAsync(reservation.DeviceId))
        {
            await RestoreAsync(units, before.GetValueOrDefault((units.EntitlementId, units.LineId)));
            before.Remove((units.EntitlementId, units.LineId));
        }

        foreach (var gone in before.Values)
        {
            await CopyUncoveredAsync(reservation, gone.EntitlementId, gone.LineId, gone.Firm + gone.Uncovered);
        }

        await DropEmptyAsync(reservation.DeviceId);
    }

    /// <summary>The reservation ends: everything is free; reporting-only licenses vanish, what was uncovered just ends (domain rules 8.8).</summary>
    /// <returns>What it held and its lines gave.</returns>
    public async Task<IReadOnlyList<ReservedUnits>> ReleaseAsync(Reservation reservation)
    {
        var units = await UnitsAsync(reservation.DeviceId);
        var held = units.Where(row => row.Sum > 0).Select(Copy).ToList();
        foreach (var row in units)
        {
            await FreeAsync(row, row.Firm, row.InTransition, row.Uncovered, row.Leaving);
        }

        if (reservation.ReplacedByDeviceId is { } replacement)
        {
            await CoverAsync(replacement, held);
        }

        await TellPredecessorsAsync(reservation);

        Db.ReservedUnits.RemoveRange(units);
        Db.ReservedUses.RemoveRange(await Db.ReservedUses.Where(row => row.AccountId == accountId && row.DeviceId == reservation.DeviceId).ToListAsync());
        Db.Reservations.Remove(reservation);
        return held;
    }

    /// <summary>
    /// A failed product instance whose replacement ends is as it was before the rehost: else nothing could be done with it any more. Where the
    /// replacement had failed in turn, the next one stands in its place.
    /// </summary>
    private async Task TellPredecessorsAsync(Reservation ended)
    {
        foreach (var failed in await Db.Reservations.Where(row => row.AccountId == accountId && row.ReplacedByDeviceId == ended.DeviceId).ToListAsync())
        {
            failed.ReplacedByDeviceId = ended.ReplacedByDeviceId;
            if (failed.ReplacedByDeviceId is null)
            {
                (failed.FailedAt, failed.IsUncoveredFailure) = (null, false);
                await scope.Alerts(accountId).ClearAsync(AlertSubjects.PendingRemoval(failed.DeviceId));
            }
        }
    }

    /// <summary>The device changes its virtual account: its units go along with their lines, uncovered ones as they are (help ch. 6; domain rules 7.5).</summary>
    public async Task MoveAsync(Reservation reservation, long toVirtualAccountId, long transactionId)
    {
        var from = reservation.VirtualAccountId;
        foreach (var units in await UnitsAsync(reservation.DeviceId))
        {
            var bound = units.Firm + units.InTransition;
            var (firm, transition, uncovered, leaving) = (units.Firm, units.InTransition, units.Uncovered, units.Leaving);
            await FreeAsync(units, firm, transition, uncovered, leaving);
            if (bound > 0)
            {
                var line = await Db.LicenseLines.SingleAsync(row => row.AccountId == accountId && row.Id == units.LineId);
                await Ledger.MoveAsync(line, await HoldingAsync(units.LineId, from), toVirtualAccountId, bound, transactionId, reason: LicenseNames.Of(LineSource.DeviceTransfer));
                await Ledger.TransferredAsync(units.EntitlementId, from, toVirtualAccountId, bound);
            }

            units.VirtualAccountId = toVirtualAccountId;
            await FreeAsync(units, -firm, -transition, -uncovered, -leaving);
        }

        reservation.VirtualAccountId = toVirtualAccountId;
    }

    /// <summary>A line ends while it is reserved: the device cannot be told, so its units stay on the books without cover (domain rules 8.5).</summary>
    /// <returns>The product instances concerned.</returns>
    public async Task<IReadOnlyList<long>> EndLineAsync(Holding holding)
    {
        if (holding.Firm + holding.InTransition == 0)
        {
            return [];
        }

        var concerned = new List<long>();
        var (line, place) = (holding.LineId, holding.VirtualAccountId);
        await Db.ReservedUnits.Where(row => row.AccountId == accountId && row.LineId == line && row.VirtualAccountId == place).LoadAsync();
        foreach (var units in Db.ReservedUnits.Local.Where(row => row.AccountId == accountId && row.LineId == line && row.VirtualAccountId == place).OrderBy(row => row.DeviceId).ToList())
        {
            if (units.Firm > 0)
            {
                concerned.Add(units.DeviceId);
            }

            var (firm, transition) = (units.Firm, units.InTransition);
            await FreeAsync(units, firm, transition);
            await FreeAsync(units, uncovered: -firm, leaving: -transition);
        }

        return concerned;
    }

    /// <summary>Does it hold units of lines that have ended?</summary>
    public async Task<bool> HoldsEndedAsync(Reservation reservation)
    {
        foreach (var license in (await UnitsAsync(reservation.DeviceId)).Where(row => row.Uncovered > 0).Select(row => row.EntitlementId).Distinct())
        {
            if ((await EndedAsync(reservation, license)).Count > 0)
            {
                return true;
            }
        }

        return false;
    }

    public Task<Reservation?> FindAsync(long deviceId) => Db.Reservations.FirstOrDefaultAsync(row => row.AccountId == accountId && row.DeviceId == deviceId);

    /// <summary>Those of the database and those that this command has changed and not saved yet.</summary>
    public async Task<List<ReservedUnits>> UnitsAsync(long deviceId)
    {
        if (!begun.Contains(deviceId))
        {
            await Db.ReservedUnits.Where(row => row.AccountId == accountId && row.DeviceId == deviceId).LoadAsync();
        }

        return [.. Db.ReservedUnits.Local.Where(row => row.AccountId == accountId && row.DeviceId == deviceId).OrderBy(row => row.EntitlementId).ThenBy(row => row.LineId)];
    }

    /// <summary>Lines of a license that lie in a virtual account and count.</summary>
    public async Task<List<(LicenseLine Line, Holding Holding)>> LinesAsync(long entitlementId, long virtualAccountId)
    {
        if (kept?.GetValueOrDefault((entitlementId, virtualAccountId)) is { } known)
        {
            return known;
        }

        // What has ended by now goes in the next run of the clock.
        var now = scope.Now;
        var rows = await Db.Holdings
            .Where(row => row.AccountId == accountId && row.VirtualAccountId == virtualAccountId && row.EntitlementId == entitlementId && row.Held > 0)
            .Join(
                Db.LicenseLines.Where(line => line.AccountId == accountId && line.State == LineState.Active && line.Billing == Billing.Prepaid && (line.EndsAt == null || line.EndsAt > now)),
                row => row.LineId, line => line.Id, (row, line) => new { line, row })
            .ToListAsync();
        List<(LicenseLine, Holding)> lines = [.. rows.Select(row => (row.line, row.row)).OrderBy(row => row.line.Id)];
        kept?.Add((entitlementId, virtualAccountId), lines);
        return lines;
    }

    private async Task BindAsync(Reservation reservation, Entitlement license, Pool pool, long line, long quantity)
    {
        var units = await UnitsOfAsync(reservation, license.Id, line);
        if (license.IsReportingOnly)
        {
            units.Uncovered += quantity;
            pool.Uncovered += quantity;
            return;
        }

        units.Firm += quantity;
        pool.Firm += quantity;
        (await HoldingAsync(line, reservation.VirtualAccountId)).Firm += quantity;
    }

    private async Task LowerAsync(Reservation reservation, Entitlement license, Pool pool, long line, long quantity)
    {
        var units = await UnitsOfAsync(reservation, license.Id, line);
        var uncovered = Math.Min(quantity, units.Uncovered);
        units.Uncovered -= uncovered;
        pool.Uncovered -= uncovered;
        if (!license.IsReportingOnly)
        {
            units.Leaving += uncovered;
            pool.InTransition += uncovered;
        }

        if (quantity - uncovered is > 0 and var firm)
        {
            units.Firm -= firm;
            units.InTransition += firm;
            pool.Firm -= firm;
            pool.InTransition += firm;
            var holding = await HoldingAsync(line, reservation.VirtualAccountId);
            holding.Firm -= firm;
            holding.InTransition += firm;
        }
    }

    /// <summary>Units were raised: free. Given back: reserved again. Replaced: without cover again.</summary>
    private async Task RestoreAsync(ReservedUnits units, ReservedBefore? before)
    {
        var bound = units.Firm + units.InTransition;
        var firm = Math.Min(before?.Firm ?? 0, bound);
        await FreeAsync(units, units.Firm, units.InTransition, units.Uncovered, units.Leaving);
        await FreeAsync(units, firm: -firm, uncovered: -((before?.Firm ?? 0) - firm + (before?.Uncovered ?? 0)));
    }

    /// <summary>The failed product gave its units back: what its replacement had without cover is covered by them (domain rules 8.7).</summary>
    private async Task CoverAsync(long deviceId, IReadOnlyList<ReservedUnits> released)
    {
        foreach (var units in await UnitsAsync(deviceId))
        {
            var freed = released.FirstOrDefault(row => row.LineId == units.LineId && row.VirtualAccountId == units.VirtualAccountId && row.LineId != ReservedUnits.NoLine);
            if (freed is not null && Math.Min(units.Uncovered, freed.Firm + freed.InTransition) is > 0 and var covered)
            {
                await FreeAsync(units, firm: -covered, uncovered: covered);
            }
        }
    }

    /// <summary>So much less of each; negative: more.</summary>
    private async Task FreeAsync(ReservedUnits units, long firm = 0, long transition = 0, long uncovered = 0, long leaving = 0)
    {
        if ((firm, transition, uncovered, leaving) == default)
        {
            return;
        }

        (units.Firm, units.InTransition, units.Uncovered, units.Leaving) = (units.Firm - firm, units.InTransition - transition, units.Uncovered - uncovered, units.Leaving - leaving);
        var pool = await Ledger.PoolAsync(new PoolKey(units.VirtualAccountId, units.EntitlementId));
        (pool.Firm, pool.InTransition, pool.Uncovered) = (pool.Firm - firm, pool.InTransition - transition - leaving, pool.Uncovered - uncovered);
        if ((firm, transition) != default)
        {
            var holding = await HoldingAsync(units.LineId, units.VirtualAccountId);
            (holding.Firm, holding.InTransition) = (holding.Firm - firm, holding.InTransition - transition);
        }
    }

    private async Task<List<ReservedUnits>> EndedAsync(Reservation reservation, long entitlementId)
    {
        var alive = (await LinesAsync(entitlementId, reservation.VirtualAccountId)).Select(row => row.Line.Id).ToHashSet();
        return (await UnitsAsync(reservation.DeviceId)).FindAll(row => row.EntitlementId == entitlementId && row.LineId != ReservedUnits.NoLine && !alive.Contains(row.LineId) && row.Uncovered > 0);
    }

    private async Task DropEmptyAsync(long deviceId) => Db.ReservedUnits.RemoveRange((await UnitsAsync(deviceId)).Where(row => row.Sum == 0));

    private Task<Pool> PoolAsync(Reservation reservation, long entitlementId) => Ledger.PoolAsync(new PoolKey(reservation.VirtualAccountId, entitlementId));

    private async Task<ReservedUnits> UnitsOfAsync(Reservation reservation, long entitlementId, long lineId)
    {
        var known = begun.Contains(reservation.DeviceId)
            ? (await UnitsAsync(reservation.DeviceId)).Find(row => row.EntitlementId == entitlementId && row.LineId == lineId)
            : await Db.ReservedUnits.FindAsync(accountId, reservation.DeviceId, entitlementId, lineId);
        if (known is not null && Db.Entry(known).State != EntityState.Deleted)
        {
            return known;
        }

        var units = new ReservedUnits { AccountId = accountId, DeviceId = reservation.DeviceId, EntitlementId = entitlementId, LineId = lineId, VirtualAccountId = reservation.VirtualAccountId };
        Db.ReservedUnits.Add(units);
        return units;
    }

    private async Task<Holding> HoldingAsync(long lineId, long virtualAccountId) => await Db.Holdings.FindAsync(accountId, lineId, virtualAccountId)
        ?? throw new InvalidOperationException($"Line {lineId} is reserved in virtual account {virtualAccountId}, where nothing of it lies");

    private static ReservedUnits Copy(ReservedUnits row) => new()
    {
        AccountId = row.AccountId, DeviceId = row.DeviceId, EntitlementId = row.EntitlementId, LineId = row.LineId, VirtualAccountId = row.VirtualAccountId,
        Firm = row.Firm, InTransition = row.InTransition, Uncovered = row.Uncovered, Leaving = row.Leaving,
    };
}
