using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Purser.Protocol;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Devices;
using Purser.Server.Devices.Additions;
using Purser.Server.Devices.Instances;
using Purser.Server.Http;
using Purser.Server.Licenses;
using Purser.Server.People;
using Purser.Server.Reservations.Rules;
using Purser.Server.Store;

namespace Purser.Server.Reservations;

/// <summary>What a product instance may reserve now: the wizard's steps before the review (help ch. 4, 6). Reads only.</summary>
public sealed class OfferReservation(Database database, DomainClock clock, CatalogCache catalogs)
{
    /// <param name="Product">The product's name.</param>
    /// <param name="CanAdd">Licenses that may be added to the inventory first, once for each (domain rules 7.7).</param>
    public sealed record Answer(string Device, long ProductId, string Product, IReadOnlyList<License> Licenses, IReadOnlyList<AddableLicense> CanAdd)
    {
        /// <summary>It is registered online: that ends with the reservation, and what it uses is available to it.</summary>
        public bool EndsRegistration { get; init; }
    }

    /// <param name="Reserved">What it reserves now.</param>
    /// <param name="Maximum">What it can have at most: its own and what is available (domain rules 8.4); null: unlimited.</param>
    public sealed record License(long EntitlementId, string Name, string Description, long Reserved, long Available, long? Maximum, IReadOnlyList<Line> Lines);

    /// <summary>"Multiple terms": a line that gives.</summary>
    /// <param name="EndsOn">Null: never.</param>
    public sealed record Line(long LineId, string SubscriptionId, DateOnly? StartsOn, DateOnly? EndsOn, long Reserved, long Maximum);

    /// <param name="RequestCode">Of a product instance that has no reservation yet.</param>
    /// <param name="Product">Where the catalog does not know the product id of the request code.</param>
    /// <param name="Device">Instead of a request code: a product instance that reserves already.</param>
    public sealed record Query(string? RequestCode = null, string? Product = null, long? Device = null, [FromQuery(Name = "kind")] ReservationKind Kind = ReservationKind.Specific);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/reservable-licenses", async (long virtualAccount, [AsParameters] Query query, OfferReservation offer, HttpContext context) =>
            (await offer.HandleAsync(context.Actor(), context.Account().Id, virtualAccount, query, context.RequestAborted)).ToHttp())
        .Requires(Permission.LicenseReserve)
        .WithSummary("List what a product instance may reserve: by its request code, or of one that reserves already")
        .Produces<Answer>();

    public async Task<Verdict<Answer>> HandleAsync(Actor actor, long accountId, long virtualAccountId, Query query, CancellationToken cancellation = default)
    {
        if (!actor.May(Permission.LicenseReserve, accountId, virtualAccountId))
        {
            return Verdict.Refused(RefusalCode.NotAllowed, "You may not reserve licenses of this virtual account.");
        }

        var catalog = await catalogs.CurrentAsync(cancellation);
        await using var db = database.Read(accountId);
        if (query.Device is { } id)
        {
            var device = await db.Devices.FirstOrDefaultAsync(
                row => row.AccountId == accountId && row.Id == id && row.VirtualAccountId == virtualAccountId && row.State == DeviceState.Registered && row.Mode == DeviceMode.Reserved, cancellation);
            return device is null ? GetDevice.NotFound()
                : await OfAsync(db, catalog, accountId, virtualAccountId, device.ProductId, device, new Udi(device.UdiPid, device.UdiSerialNumber, device.Uuid.Length > 0 ? device.Uuid : null), cancellation);
        }

        var request = ReservationRequestRules.Read(catalog, query.RequestCode ?? "", query.Product);
        if (!request.IsOk)
        {
            return request.Refusal!;
        }

        var account = await db.Accounts.FirstAsync(row => row.Id == accountId, cancellation);
        var (code, product) = request.Value;
        var problem = ReservationRequestRules.Judge(account, query.Kind) ?? await UsedAsync(db, code.Text, cancellation) ?? await PolicyAsync(db, accountId, code.Udi.Key, product.Id, cancellation);
        return problem is not null ? problem
            : await OfAsync(db, catalog, accountId, virtualAccountId, product.Id, null, code.Udi, cancellation);
    }

    private static async Task<Refusal?> UsedAsync(PurserContext db, string code, CancellationToken cancellation) =>
        await db.UsedRequestCodes.AnyAsync(row => row.Code == code, cancellation)
            ? Verdict.Refused(RefusalCode.CodeUsed, "This request code was used already. If it was for this product instance, its authorization code can be downloaded again on the product instances tab; otherwise cancel the request on the device, which makes a new code.", "requestCode")
            : null;

    private static async Task<Refusal?> PolicyAsync(PurserContext db, long accountId, string udi, long productId, CancellationToken cancellation)
    {
        var name = await (
            from known in db.DeviceDirectory
            join device in db.Devices on new { known.AccountId, Id = known.DeviceId } equals new { device.AccountId, device.Id }
            where known.Udi == udi && known.ProductId == productId && device.AccountId == accountId && device.Mode == DeviceMode.Policy
            select device.DisplayName).FirstOrDefaultAsync(cancellation);
        return name is null ? null : ReservationRequestRules.LicensedByPolicy(DeviceNaming.Plain(name));
    }

    private async Task<Answer> OfAsync(
        PurserContext db, CatalogSnapshot catalog, long accountId, long virtualAccountId, long productId, Device? device, Udi udi, CancellationToken cancellation)
    {
        var now = clock.Now;
        var pools = await db.Pools.Where(row => row.AccountId == accountId && row.VirtualAccountId == virtualAccountId && row.Billing == Billing.Prepaid)
            .ToDictionaryAsync(row => row.EntitlementId, cancellation);
        var lines = (await db.Holdings.Where(row => row.AccountId == accountId && row.VirtualAccountId == virtualAccountId && row.Held > 0)
            .Join(
                db.LicenseLines.Where(line => line.AccountId == accountId && line.State == LineState.Active && line.Billing == Billing.Prepaid && (line.EndsAt == null || line.EndsAt > now)),
                row => row.LineId, line => line.Id, (row, line) => new { line, row })
            .ToListAsync(cancellation)).ToLookup(row => row.line.EntitlementId, row => (row.line, row.row));
        var deviceId = device?.Id ?? 0;
        var registered = device is null ? await OnlineRegistration.FindAsync(db, accountId, virtualAccountId, udi.Key, productId, cancellation) : null;
        var used = registered is null ? new Dictionary<long, long>() : await OnlineRegistration.UsedAsync(db, registered, cancellation);
        var own = (await db.ReservedUnits.Where(row => row.AccountId == accountId && row.DeviceId == deviceId).ToListAsync(cancellation)).ToLookup(row => row.EntitlementId);
        var licenses = catalog.Entitlements
            .Where(license => catalog.MayUse(productId, license.Id) && (pools.ContainsKey(license.Id) || license.IsReportingOnly || own.Contains(license.Id)))
            .Where(license => !license.IsReportingOnly || catalog.EntitlementsOf(productId).Contains(license.Id) || pools.ContainsKey(license.Id))
            .OrderBy(license => license.Name, StringComparer.OrdinalIgnoreCase)
            .Select(license => Of(license, [.. lines[license.Id].OrderByDescending(row => row.line.EndsOn ?? DateOnly.MaxValue).ThenBy(row => row.line.Id)], own[license.Id].ToDictionary(row => row.LineId), Math.Max(0, (pools.GetValueOrDefault(license.Id)?.Balance ?? 0) + used.GetValueOrDefault(license.Id))))
            .Where(license => license.Maximum is null or > 0 || license.Reserved > 0)
            .ToList();
        var addable = await AddToInventory.OfferedAsync(db, catalog, accountId, udi.Key, productId, cancellation);
        return new Answer(
            DeviceNaming.Plain(device?.DisplayName ?? DeviceNaming.DisplayName(null, udi.Pid, udi.Sn)), productId, catalog.FindProduct(productId)!.Name, licenses,
            [.. addable.Where(license => license.Available > 0)]) { EndsRegistration = registered is not null };
    }

    private static License Of(Entitlement license, List<(LicenseLine Line, Holding Holding)> lines, Dictionary<long, ReservedUnits> own, long available)
    {
        var reservable = ReservableRules.Of(license, lines, own, available);
        var rows = license.IsReportingOnly ? [] : lines.Select(row => LineOf(row.Line, reservable.Lines.First(line => line.LineId == row.Line.Id), reservable.Maximum))
            .Where(line => line.Maximum > 0).ToList();
        return new License(
            license.Id, license.Name, license.Description, reservable.Own, license.IsReportingOnly ? 0 : available, license.IsReportingOnly ? null : reservable.Maximum, rows);
    }

    private static Line LineOf(LicenseLine line, ReservableLine reservable, long together) =>
        new(line.Id, line.SubscriptionId, line.StartsOn, line.EndsOn, reservable.Own, Math.Min(reservable.Most, together));
}
