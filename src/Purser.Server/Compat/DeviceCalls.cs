using Microsoft.EntityFrameworkCore;
using Purser.Server.Catalog;
using Purser.Server.Devices;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Compat;

/// <summary>Lists of product instances in the published API (API reference 3.5).</summary>
internal sealed class DeviceCalls(Database database, CatalogCache catalogs, Places places)
{
    /// <summary>GET …/virtual-accounts/{va}/devices.</summary>
    public async Task<IResult> ListAsync(HttpContext context)
    {
        var input = await PublishedInput.ReadAsync(context.Request);
        var place = await places.OfRouteAsync(context, Permission.DeviceView);
        if (!place.IsOk)
        {
            return Published.Refused(place.Refusal!);
        }

        await using var db = database.Read(place.Value.AccountId);
        var catalog = await catalogs.CurrentAsync(context.RequestAborted);
        var devices = Registered(db, place.Value.AccountId, [place.Value.Id]).WhereContains(device => device.DisplayName, input.Text("instanceName"));
        var (total, rows) = await OffsetPage.Of(input).ReadAsync(devices.OrderBy(device => device.DisplayName).ThenBy(device => device.Id), context.RequestAborted);
        return Published.Answer(new
        {
            status = Published.Success,
            statusMessage = "",
            totalRecords = total,
            devices = rows.Select(device => new
            {
                instanceName = device.DisplayName,
                productTagName = catalog.FindProduct(device.ProductId)?.Tag ?? "",
                sudi = PublishedSudi.Of(device),
            }),
        });
    }

    /// <summary>POST …/devices: of several virtual accounts, with licenses in use.</summary>
    public async Task<IResult> SearchAsync(HttpContext context)
    {
        var input = await PublishedInput.ReadAsync(context.Request);
        var account = context.Account().Id;
        var chosen = await places.ChosenAsync(context, Permission.DeviceView, input.Texts("virtualAccounts"));
        var catalog = await catalogs.CurrentAsync(context.RequestAborted);
        await using var db = database.Read(account);
        var devices = Registered(db, account, [.. chosen.Keys]).OrderBy(device => device.Id);
        var (total, rows) = await OffsetPage.Of(input).ReadAsync(devices, context.RequestAborted);
        var uses = await UsesAsync(db, account, rows.ConvertAll(device => device.Id), context.RequestAborted);
        return Published.Answer(new
        {
            totalRecords = total,
            devices = rows.Select(device =>
            {
                var product = catalog.FindProduct(device.ProductId);
                return new
                {
                    licenseUsage = uses[device.Id].Select(use => new { license = catalog.FindEntitlement(use.EntitlementId)?.Name ?? "", quantity = use.Quantity }),
                    hostName = device.DisplayName.StartsWith("UDI_PID:", StringComparison.Ordinal) ? "" : device.DisplayName,
                    sudi = PublishedSudi.Of(device),
                    displayName = device.DisplayName,
                    registrationDate = Published.Seconds(device.RegisteredAt),
                    productTagName = product?.Tag ?? "",
                    virtualAccount = chosen[device.VirtualAccountId],
                    productName = product?.Name ?? "",
                    productDescription = product?.Description ?? "",
                    productType = device.UdiPid,
                    status = uses[device.Id].Any(use => use.IsShort) ? "Out Of Compliance" : "In Compliance",
                    lastContactDate = Published.Seconds(device.LastContactAt),
                };
            }),
            statusMessage = "",
            status = Published.Success,
        });
    }

    private static IQueryable<Device> Registered(PurserContext db, long account, List<long> placeIds) => db.Devices.Where(device =>
        device.AccountId == account && placeIds.Contains(device.VirtualAccountId) && device.State == DeviceState.Registered);

    private static async Task<ILookup<long, Use>> UsesAsync(PurserContext db, long account, List<long> deviceIds, CancellationToken cancellation)
    {
        var uses = await (
            from use in db.LicenseUses
            where use.AccountId == account && deviceIds.Contains(use.DeviceId) && !use.Released
            orderby use.DeviceId, use.EntitlementId
            select new
            {
                use.DeviceId,
                use.EntitlementId,
                use.Requested,
                IsShort = db.Pools.Any(pool => pool.AccountId == account && pool.VirtualAccountId == use.VirtualAccountId
                    && pool.EntitlementId == use.EntitlementId && pool.Billing == use.Billing && pool.ShortSince != null),
            }).ToListAsync(cancellation);
        return uses.ToLookup(use => use.DeviceId, use => new Use(use.EntitlementId, use.Requested, use.IsShort));
    }

    private sealed record Use(long EntitlementId, long Quantity, bool IsShort);
}
