using Microsoft.EntityFrameworkCore;
using Purser.Protocol;
using Purser.Protocol.Reservations;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Devices;
using Purser.Server.Devices.Additions;
using Purser.Server.Devices.Instances;
using Purser.Server.Events;
using Purser.Server.Licenses;
using Purser.Server.Reservations.Rules;
using Purser.Server.Store;

namespace Purser.Server.Reservations;

/// <summary>The steps that the commands of reservation share, inside one of them.</summary>
internal sealed class ReservationWork(WriteScope scope, CatalogSnapshot catalog, AuthorizationMint mint, long accountId)
{
    private readonly HashSet<string> lookedUp = new(StringComparer.Ordinal);

    public ReservationBook Book { get; } = new(scope, accountId);

    /// <summary>A product instance comes to be that reserves and never calls (domain rules 8.2).</summary>
    /// <param name="field">Of the request code, for a refusal.</param>
    public async Task<Verdict<(Reservation Reservation, Device Device)>> BeginAsync(
        RequestCode code, Product product, long virtualAccountId, ReservationKind kind, ReservationOrigin origin = ReservationOrigin.Portal, string field = "requestCode") =>
        await JudgeCodeAsync(code, product, field) is { } problem ? problem : Begin(code, product, virtualAccountId, kind, origin);

    /// <summary>For many codes at once: what the installation knows of them is read in two statements.</summary>
    public async Task LookUpAsync(IReadOnlyCollection<RequestCode> codes, CancellationToken cancellation)
    {
        var (texts, keys) = (codes.Select(code => code.Text).ToList(), codes.Select(code => code.Udi.Key).ToList());
        await scope.Db.UsedRequestCodes.Where(row => texts.Contains(row.Code)).LoadAsync(cancellation);
        await scope.Db.DeviceDirectory.Where(row => keys.Contains(row.Udi)).LoadAsync(cancellation);
        lookedUp.UnionWith(texts);
    }

    /// <summary>Null: the code is unused, and its product instance is in no account.</summary>
    public async Task<Refusal?> JudgeCodeAsync(RequestCode code, Product product, string field = "requestCode")
    {
        var isKnown = lookedUp.Contains(code.Text);
        if ((isKnown ? scope.Db.UsedRequestCodes.Local.FindEntry(code.Text)?.Entity : await scope.Db.UsedRequestCodes.FindAsync(code.Text)) is { } used)
        {
            return Verdict.Refused(
                RefusalCode.CodeUsed,
                used.AccountId == accountId
                    ? $"This request code was used already, on {used.At.UtcDateTime:d MMMM yyyy}. On the product instances tab the authorization code can be downloaded again; for another reservation cancel the request on the device, which makes a new code."
                    : "This request code was used already. Cancel the request on the device, which makes a new code.",
                field);
        }

        var known = isKnown
            ? scope.Db.DeviceDirectory.Local.FindEntryUntyped([code.Udi.Key, product.Id])?.Entity
            : await scope.Db.DeviceDirectory.FindAsync(code.Udi.Key, product.Id);
        return known is null ? null : await ExplainAsync(known) with { Field = field };
    }

    /// <summary>The code was judged.</summary>
    public (Reservation Reservation, Device Device) Begin(
        RequestCode code, Product product, long virtualAccountId, ReservationKind kind, ReservationOrigin origin = ReservationOrigin.Portal)
    {
        var device = UnregisteredDevice.Add(scope, accountId, virtualAccountId, product.Id, code.Udi, DeviceMode.Reserved);
        var reservation = new Reservation
        {
            AccountId = accountId, DeviceId = device.Id, VirtualAccountId = virtualAccountId, Kind = kind, Origin = origin, RequestCode = code.Text, Authorization = "",
        };
        scope.Db.Reservations.Add(reservation);
        Book.Begin(device.Id);
        scope.Db.UsedRequestCodes.Add(new UsedRequestCode { Code = code.Text, AccountId = accountId, DeviceId = device.Id, At = scope.Now });
        return (reservation, device);
    }

    /// <summary>Licenses to which the product is entitled come into the inventory first: they are committed with the reservation only (domain rules 7.7).</summary>
    public async Task<Refusal?> AddAsync(Device device, IReadOnlyList<AdditionWish>? additions, CancellationToken cancellation)
    {
        if (additions is not { Count: > 0 })
        {
            return null;
        }

        var udi = new Udi(device.UdiPid, device.UdiSerialNumber, device.Uuid.Length > 0 ? device.Uuid : null).Key;
        var offered = await AddToInventory.OfferedAsync(scope.Db, catalog, accountId, udi, device.ProductId, cancellation);
        if (AdditionRules.Judge(offered, additions) is { } problem)
        {
            return problem;
        }

        await AddToInventory.AddAsync(scope, catalog, device, additions, scope.NextId(IdKind.Transaction));
        await scope.Db.SaveChangesAsync(cancellation);
        return null;
    }

    /// <summary>Plans every license before the first is touched; licenses that are not wished for are given back (help ch. 4: blank is zero).</summary>
    public Task<Verdict<IReadOnlyList<(Entitlement License, ReservationPlan Plan)>>> PlanAsync(Reservation reservation, IReadOnlyDictionary<long, ReservationWish> wishes) =>
        PlanAsync(reservation.DeviceId, reservation.VirtualAccountId, wishes);

    /// <param name="deviceId">0: one that has no reservation yet.</param>
    public async Task<Verdict<IReadOnlyList<(Entitlement License, ReservationPlan Plan)>>> PlanAsync(long deviceId, long virtualAccountId, IReadOnlyDictionary<long, ReservationWish> wishes)
    {
        var plans = new List<(Entitlement, ReservationPlan)>();
        var has = (await Book.UnitsAsync(deviceId)).Where(row => row.Kept > 0).Select(row => row.EntitlementId);
        foreach (var id in wishes.Keys.Concat(has).Distinct().Order())
        {
            var license = catalog.FindEntitlement(id)!;
            var reservable = await Book.ReservableAsync(license, deviceId, virtualAccountId);
            var wish = wishes.GetValueOrDefault(id);
            var plan = wish?.Lines is { } lines
                ? ReservationPlan.Of(reservable, lines.ToDictionary(line => line.LineId, line => line.Quantity))
                : ReservationPlan.Of(reservable, wish?.Quantity ?? 0, wish?.LongestTermLast ?? false);
            if (!plan.IsOk)
            {
                return plan.Refusal! with { Field = "licenses" };
            }

            plans.Add((license, plan.Value));
        }

        return plans;
    }

    public async Task MintAsync(Reservation reservation, Device device) =>
        mint.Renew(scope, reservation, device, AuthorizationMint.LicensesOf(await Book.UnitsAsync(device.Id), await LinesAsync(device.Id), catalog, scope.Now, scope.DayZone));

    /// <summary>Units by line as the events name them.</summary>
    public async Task<List<ReservedPart>> PartsAsync(Entitlement license, IReadOnlyDictionary<long, long> units)
    {
        var lines = await LinesAsync(units.Keys);
        return [.. units.Select(pair => new ReservedPart(license.Name, pair.Value, lines.GetValueOrDefault(pair.Key)?.EndsOn))];
    }

    public async Task<List<ReservedPart>> PartsAsync(IEnumerable<ReservedUnits> units)
    {
        var rows = units.Where(row => row.Sum > 0).ToList();
        var lines = await LinesAsync(rows.Select(row => row.LineId));
        return [.. rows.Select(row => new ReservedPart(catalog.FindEntitlement(row.EntitlementId)!.Name, row.Sum, lines.GetValueOrDefault(row.LineId)?.EndsOn))];
    }

    public async Task<string> PlaceAsync(Reservation reservation) => await LedgerNames.VirtualAccountAsync(scope, accountId, reservation.VirtualAccountId);

    public void Tell(Device device, EventText text) => scope.Journal(accountId).Append(text, DeviceRemoval.PlaceOf(device));

    /// <summary>The product instance goes with its reservation (domain rules 8.8).</summary>
    public async Task EndAsync(Reservation reservation, Device device, string reason)
    {
        await ReleaseAsync(reservation, device);
        await DeviceRemoval.RemoveAsync(scope, device, reason);
    }

    /// <summary>What it reserved is free; the product instance stays.</summary>
    public async Task ReleaseAsync(Reservation reservation, Device device)
    {
        var held = await Book.ReleaseAsync(reservation);
        await new ReservedUseBook(scope, accountId).RenewAsync(device);
        Tell(device, ReservationEvents.Returned(device.DisplayName, await PlaceAsync(reservation), await PartsAsync(held)));
        await scope.Alerts(accountId).ClearDeviceAsync(device.Id);
    }

    private async Task<Dictionary<long, LicenseLine>> LinesAsync(long deviceId) => await LinesAsync((await Book.UnitsAsync(deviceId)).Select(row => row.LineId));

    private async Task<Dictionary<long, LicenseLine>> LinesAsync(IEnumerable<long> ids)
    {
        // Most were loaded for the plan.
        var lines = new Dictionary<long, LicenseLine>();
        foreach (var id in ids.Where(id => id != ReservedUnits.NoLine).Distinct())
        {
            if (await scope.Db.LicenseLines.FindAsync(accountId, id) is { } line)
            {
                lines.Add(id, line);
            }
        }

        return lines;
    }

    private async Task<Refusal> ExplainAsync(DeviceDirectory known)
    {
        if (known.AccountId != accountId)
        {
            return Known("A product instance with this serial number is registered in another Smart Account. It has to be removed there, or deregistered on the device, first.");
        }

        // It may have come to be in this very command.
        var there = await scope.Db.Devices.FindAsync(accountId, known.DeviceId) ?? throw new InvalidOperationException($"No device {known.DeviceId}");
        var name = DeviceNaming.Plain(there.DisplayName);
        return there.Mode switch
        {
            DeviceMode.Policy => ReservationRequestRules.LicensedByPolicy(name),
            DeviceMode.Reserved => Known($"The product instance {name} has a reservation already. Update it, or remove it with its return code first."),
            _ => Known($"The product instance {name} is registered online. Deregister it on the device, or remove it, first."),
        };
    }

    private static Refusal Known(string detail) => Verdict.Refused(RefusalCode.AlreadyExists, detail);
}
