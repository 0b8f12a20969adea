using Microsoft.EntityFrameworkCore;
using Purser.Protocol;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Devices.Instances;
using Purser.Server.Http;
using Purser.Server.Licenses;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Devices.Additions;

/// <summary>
/// "Add Licenses to Inventory" (help ch. 6; PI-09): licenses to which a product instance is entitled come into its virtual account, once for each
/// license, as long as the account's flag permits it.
/// </summary>
public sealed class AddToInventory(WritePath writePath, Database database, CatalogCache catalogs)
{
    public const string Name = "devices.add-to-inventory";

    public sealed record Input(long VirtualAccountId, long DeviceId, IReadOnlyList<AdditionWish> Licenses);

    public sealed record Answer(long TransactionId, long Added);

    /// <param name="WhyNot">Null: licenses may be added.</param>
    public sealed record Offer(string Device, IReadOnlyList<AddableLicense> Licenses, string? WhyNot);

    public sealed record Body(IReadOnlyList<AdditionWish> Licenses);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/{device:long}/addable-licenses", async (long virtualAccount, long device, AddToInventory add, HttpContext context) =>
                (await add.OfferAsync(context.Actor(), context.Account().Id, virtualAccount, device, context.RequestAborted)).ToHttp())
            .Requires(Permission.DeviceView)
            .WithSummary("List the licenses that may be added to the inventory from a product instance").Produces<Offer>();
        routes.MapPost("/{device:long}/add-to-inventory", async (long virtualAccount, long device, Body body, AddToInventory add, HttpContext context) =>
            {
                var input = new Input(virtualAccount, device, body.Licenses);
                return (await add.HandleAsync(context.Command(Name, input), input, context.RequestAborted)).ToHttp();
            })
            .Requires(Permission.LicenseTransfer)
            .WithSummary("Add licenses to the inventory from a product instance, once for each license")
            .Produces<Answer>();
    }

    public async Task<Verdict<Offer>> OfferAsync(Actor actor, long accountId, long virtualAccountId, long deviceId, CancellationToken cancellation = default)
    {
        var catalog = await catalogs.CurrentAsync(cancellation);
        await using var db = database.Read(accountId);
        return await FindAsync(db, accountId, virtualAccountId, deviceId, cancellation) is { } device && actor.May(Permission.DeviceView, accountId, virtualAccountId)
            ? new Offer(device.DisplayName, await LicensesAsync(db, catalog, KeyOf(device), device.ProductId, cancellation), await WhyNotAsync(db, accountId, device, cancellation))
            : GetDevice.NotFound();
    }

    public async Task<Verdict<Answer>> HandleAsync(Command command, Input input, CancellationToken cancellation = default)
    {
        var accountId = command.Accounts[0];
        if (!command.Actor.May(Permission.LicenseTransfer, accountId, input.VirtualAccountId))
        {
            return Verdict.Refused(RefusalCode.NotAllowed, "You may not add licenses to this virtual account.");
        }

        var catalog = await catalogs.CurrentAsync(cancellation);
        return await writePath.RunAsync<Answer>(command, async scope =>
        {
            if (await FindAsync(scope.Db, accountId, input.VirtualAccountId, input.DeviceId, cancellation) is not { } device)
            {
                return GetDevice.NotFound();
            }

            if (await WhyNotAsync(scope.Db, accountId, device, cancellation) is { } reason)
            {
                return Verdict.Refused(RefusalCode.Conflict, reason);
            }

            var offered = await LicensesAsync(scope.Db, catalog, KeyOf(device), device.ProductId, cancellation);
            if (AdditionRules.Judge(offered, input.Licenses) is { } problem)
            {
                return problem;
            }

            var transaction = scope.NextId(IdKind.Transaction);
            await AddAsync(scope, catalog, device, input.Licenses, transaction);
            return new Answer(transaction, input.Licenses.Sum(wish => wish.Quantity));
        }, cancellation);
    }

    /// <summary>The licenses come into the device's virtual account, and are never offered again for it.</summary>
    internal static async Task AddAsync(WriteScope scope, CatalogSnapshot catalog, Device device, IEnumerable<AdditionWish> wishes, long transactionId)
    {
        foreach (var wish in wishes)
        {
            var draft = new LineDraft(wish.EntitlementId, wish.Quantity, LicenseTerms.Perpetual, LineSource.DeviceRequest)
            {
                ProductSku = device.UdiPid, ProductSerial = device.UdiSerialNumber, ProductFamily = catalog.FindProduct(device.ProductId)?.Family ?? "",
            };
            await scope.Ledger(device.AccountId).DepositAsync(draft, device.VirtualAccountId, transactionId);
            scope.Db.DeviceAdditions.Add(new DeviceAddition
            {
                Udi = KeyOf(device), ProductId = device.ProductId, EntitlementId = wish.EntitlementId, AccountId = device.AccountId, DeviceId = device.Id,
                Quantity = wish.Quantity, At = scope.Now, AddedBy = scope.Actor.Name,
            });
        }
    }

    /// <summary>What may be added from a device, which need not be here yet; nothing where the account's flag forbids it.</summary>
    internal static async Task<IReadOnlyList<AddableLicense>> OfferedAsync(PurserContext db, CatalogSnapshot catalog, long accountId, string udi, long productId, CancellationToken cancellation) =>
        await db.LicenseConfigurations.AnyAsync(row => row.AccountId == accountId && !row.AddToInventory, cancellation) ? [] : await LicensesAsync(db, catalog, udi, productId, cancellation);

    private static Task<Device?> FindAsync(PurserContext db, long accountId, long virtualAccountId, long deviceId, CancellationToken cancellation) =>
        db.Devices.FirstOrDefaultAsync(
            row => row.AccountId == accountId && row.Id == deviceId && row.VirtualAccountId == virtualAccountId && row.State == DeviceState.Registered, cancellation);

    /// <summary>"when the Add to Inventory flag is set to Enabled" (help ch. 6).</summary>
    private static async Task<string?> WhyNotAsync(PurserContext db, long accountId, Device device, CancellationToken cancellation) =>
        device.Mode == DeviceMode.Satellite ? "It belongs to a satellite: its licenses are managed there."
        : await db.LicenseConfigurations.AnyAsync(row => row.AccountId == accountId && !row.AddToInventory, cancellation)
            ? "Adding licenses to the inventory from product instances is switched off for this Smart Account. An administrator enables \"Add to Inventory\" under Preferences."
            : null;

    private static async Task<IReadOnlyList<AddableLicense>> LicensesAsync(PurserContext db, CatalogSnapshot catalog, string udi, long productId, CancellationToken cancellation)
    {
        var added = await db.DeviceAdditions.Where(row => row.Udi == udi && row.ProductId == productId).ToDictionaryAsync(row => row.EntitlementId, cancellation);
        return [.. catalog.InclusionsOf(productId)
            .Select(one => (License: catalog.FindEntitlement(one.EntitlementId)!, one.Quantity, Done: added.GetValueOrDefault(one.EntitlementId)))
            .Select(one => new AddableLicense(one.License.Id, one.License.Name, one.License.Description, Instances.TermGroup.Never, one.Quantity, one.Done?.Quantity, one.Done?.At))
            .OrderBy(license => license.License, StringComparer.OrdinalIgnoreCase)];
    }

    private static string KeyOf(Device device) => new Udi(device.UdiPid, device.UdiSerialNumber, device.Uuid.Length > 0 ? device.Uuid : null).Key;
}
