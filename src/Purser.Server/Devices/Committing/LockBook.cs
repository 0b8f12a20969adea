using Purser.Protocol.Wire;
using Purser.Server.Alerts;
using Purser.Server.Catalog;
using Purser.Server.Devices.Rules;
using Purser.Server.Events;
using Purser.Server.Licenses;

namespace Purser.Server.Devices.Committing;

/// <summary>
/// Locks restricted licenses to the devices that ask for them and takes them back when these no longer do (domain rules 9). Lines give perpetual
/// units first, then those that end last (8.3), and get back in the opposite order.
/// </summary>
internal sealed class LockBook(BatchBook book, CatalogSnapshot catalog)
{
    private static readonly Dictionary<long, long> Nothing = [];

    private BatchState State => book.State;

    /// <summary>Is this license locked to the device, rather than counted as demand? What is locked stays so when the account's regime changes.</summary>
    public static bool Governs(DeviceEntry device, AskedLicense asked) =>
        asked is { MayUse: true, Entitlement: { Enforcement: Enforcement.ExportRestricted } license }
        && (device.Account.HoldsRestrictedLicenses || device.Uses.GetValueOrDefault(license.Id) is { IsLocked: true });

    /// <summary>The restricted part of a request: what is listed, and, being not listed, what is given back.</summary>
    /// <returns>License → units locked from now on.</returns>
    public IReadOnlyDictionary<long, long> Carry(DeviceEntry device, IReadOnlyCollection<AskedLicense> asked)
    {
        if (asked.Count == 0 && !device.Uses.Values.Any(use => use.IsLocked))
        {
            return Nothing;
        }

        var wanted = asked.GroupBy(one => one.Entitlement!.Id).ToDictionary(group => group.Key, group => Math.Min(group.Sum(one => one.Request.Count), WireLimits.Count));
        foreach (var held in device.Uses.Values.Where(use => use.IsLocked))
        {
            wanted.TryAdd(held.EntitlementId, 0);
        }

        var demands = wanted.OrderBy(one => one.Key).Select(one => Demand(device, one.Key, one.Value)).ToList();
        var granted = RestrictedRules.Decide(demands);
        Change(device, granted);
        Tell(device, demands, granted);
        return granted;
    }

    /// <summary>The device gives all of them back: it deregisters.</summary>
    public void ReleaseAll(DeviceEntry device) => Carry(device, []);

    /// <summary>Its identity ended elsewhere, without its word that the functions are off: the locks stay, and somebody must look (domain rules 9.6).</summary>
    public void Abandon(DeviceEntry device)
    {
        if (device.Uses.Values.Any(use => use.IsLocked))
        {
            var row = device.Row;
            book.Raise(
                row, null, AlertKind.DeauthorizationFailed, AlertLevel.Major, AlertSubjects.Deauthorization(row.Id),
                AlertTexts.DeauthorizationFailed(row.DisplayName, book.VirtualAccountName(device)));
        }
    }

    private RestrictedDemand Demand(DeviceEntry device, long entitlementId, long wanted)
    {
        var covered = device.LockedOf(entitlementId);
        var uncovered = device.Uses.GetValueOrDefault(entitlementId) is { IsLocked: true } use ? use.Requested - covered : 0;
        var free = Stock(device, entitlementId).Sum(line => line.Holding.Free);
        return new RestrictedDemand(entitlementId, wanted, covered, RestrictedRules.Free(free, book.Pool(device, entitlementId).Balance, uncovered));
    }

    private void Change(DeviceEntry device, IReadOnlyDictionary<long, long> granted)
    {
        var (taken, given) = (new List<LockedPart>(), new List<LockedPart>());
        foreach (var (entitlement, target) in granted.OrderBy(one => one.Key))
        {
            var covered = device.LockedOf(entitlement);
            if (target > covered)
            {
                taken.AddRange(Take(device, entitlement, target - covered));
            }
            else if (target < covered)
            {
                given.AddRange(GiveBack(device, entitlement, covered - target));
            }

            if ((device.Uses.GetValueOrDefault(entitlement)?.Requested ?? 0) != target)
            {
                book.SetLocked(device, entitlement, target);
            }
        }

        var (name, place) = (device.Row.DisplayName, book.VirtualAccountName(device));
        if (given.Count > 0)
        {
            book.Append(device, ExportEvents.Released(name, place, given), Single(given));
        }

        if (taken.Count > 0)
        {
            book.Append(device, ExportEvents.Assigned(name, place, taken), Single(taken));
        }
    }

    private void Tell(DeviceEntry device, List<RestrictedDemand> demands, IReadOnlyDictionary<long, long> granted)
    {
        var row = device.Row;
        var refused = demands.Where(demand => granted[demand.EntitlementId] < demand.Wanted).ToList();
        var missing = refused.Where(demand => !demand.Fits).ToList();
        foreach (var demand in missing)
        {
            book.Raise(
                row, demand.EntitlementId, AlertKind.RestrictedLicenseNotAvailable, AlertLevel.Informational, AlertSubjects.Restricted(row.Id, demand.EntitlementId),
                AlertTexts.RestrictedNotAvailable(row.DisplayName, NameOf(demand.EntitlementId), book.VirtualAccountName(device)));
        }

        foreach (var demand in demands.Except(refused).Where(demand => demand.Wanted > 0))
        {
            book.Clear(row, AlertSubjects.Restricted(row.Id, demand.EntitlementId));
        }

        if (missing.Count > 0)
        {
            book.Append(
                device,
                ExportEvents.NotAvailable(row.DisplayName, book.VirtualAccountName(device), missing.Select(demand => (demand.Wanted, NameOf(demand.EntitlementId)))),
                missing is [var one] ? one.EntitlementId : null);
        }
    }

    private IEnumerable<LockedPart> Take(DeviceEntry device, long entitlementId, long quantity)
    {
        foreach (var line in Stock(device, entitlementId).OrderByDescending(line => LicenseTerms.Length(line.EndsAt)).ThenBy(line => line.Holding.LineId))
        {
            var part = Math.Min(quantity, line.Holding.Free);
            if (part == 0)
            {
                continue;
            }

            if (!device.Locks.TryGetValue(line.Holding.LineId, out var held))
            {
                held = new LicenseLock
                {
                    AccountId = device.Row.AccountId, DeviceId = device.Row.Id, LineId = line.Holding.LineId, EntitlementId = entitlementId,
                    VirtualAccountId = device.Row.VirtualAccountId,
                };
                device.Locks.Add(held.LineId, held);
            }

            held.Quantity += part;
            line.Holding.Locked += part;
            State.ChangedLocks.Add(held);
            State.ChangedHoldings.Add(line.Holding);
            quantity -= part;
            yield return new LockedPart(part, NameOf(entitlementId), line.Type);
        }
    }

    private IEnumerable<LockedPart> GiveBack(DeviceEntry device, long entitlementId, long quantity)
    {
        var stock = Stock(device, entitlementId).ToDictionary(line => line.Holding.LineId);
        foreach (var held in device.Locks.Values.Where(one => one.EntitlementId == entitlementId)
            .OrderBy(one => LicenseTerms.Length(stock[one.LineId].EndsAt)).ThenByDescending(one => one.LineId).ToList())
        {
            var part = Math.Min(quantity, held.Quantity);
            if (part == 0)
            {
                yield break;
            }

            held.Quantity -= part;
            stock[held.LineId].Holding.Locked -= part;
            State.ChangedHoldings.Add(stock[held.LineId].Holding);
            State.ChangedLocks.Add(held);
            if (held.Quantity == 0)
            {
                device.Locks.Remove(held.LineId);
                State.ChangedLocks.Remove(held);
                State.RemovedLocks.Add(held);
            }

            quantity -= part;
            yield return new LockedPart(part, NameOf(entitlementId), stock[held.LineId].Type);
        }
    }

    private List<LockableLine> Stock(DeviceEntry device, long entitlementId) =>
        State.StockOf(device.Row.AccountId, new PoolKey(device.Row.VirtualAccountId, entitlementId));

    private string NameOf(long entitlementId) => catalog.FindEntitlement(entitlementId)?.Name ?? "?";

    private long? Single(IReadOnlyList<LockedPart> parts) =>
        parts.Select(part => part.License).Distinct().ToList() is [var one] ? catalog.FindEntitlement(one)?.Id : null;
}
