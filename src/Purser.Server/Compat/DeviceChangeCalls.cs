using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Devices;
using Purser.Server.Devices.Instances;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Reservations;
using Purser.Server.Store;

namespace Purser.Server.Compat;

/// <summary>Transfer and removal of product instances in the published API (API reference 3.5): each item has its own outcome.</summary>
internal sealed class DeviceChangeCalls(Database database, CatalogCache catalogs, Places places, TransferDevices transfer, RemoveDevices remove, EndReservation end)
{
    /// <summary>POST …/devices/transfer.</summary>
    public async Task<IResult> TransferAsync(HttpContext context)
    {
        var input = await PublishedInput.ReadAsync(context.Request);
        var source = await places.OfRouteAsync(context, Permission.DeviceTransfer);
        if (!source.IsOk)
        {
            return Published.Refused(source.Refusal!);
        }

        var items = input.Objects("productInstances");
        if (Published.ListProblem(items.Count) is { } problem)
        {
            return problem;
        }

        var outcomes = new List<(PublishedInput Item, ItemOutcome Outcome)>();
        foreach (var item in items)
        {
            outcomes.Add((item, await MoveAsync(context, source.Value, item)));
        }

        var done = outcomes.Count(pair => pair.Outcome.Ok);
        return Published.Answer(new
        {
            status = ItemOutcome.StatusOf(outcomes.Select(pair => pair.Outcome)),
            statusMessage = $"{done} product instances transferred successfully.",
            productsTransferStatus = outcomes.Select(pair => new
            {
                status = pair.Outcome.Status,
                statusMessage = pair.Outcome.Message,
                sudi = SudiOf(pair.Item),
                targetVirtualAccount = pair.Item.Text("targetVirtualAccount"),
                productTagName = pair.Item.Text("productTagName"),
                sourceVirtualAccount = source.Value.Name,
            }),
            successCount = done,
            errorCount = outcomes.Count - done,
        });
    }

    /// <summary>POST v1 …/devices/remove: one product instance.</summary>
    public async Task<IResult> RemoveOneAsync(HttpContext context)
    {
        var input = await PublishedInput.ReadAsync(context.Request);
        var place = await places.OfRouteAsync(context, Permission.DeviceRemove);
        if (!place.IsOk)
        {
            return Published.Refused(place.Refusal!);
        }

        var outcome = await RemoveAsync(context, place.Value, input);
        return Published.Answer(new { status = outcome.Status, statusMessage = outcome.Message });
    }

    /// <summary>POST v2 and v3 …/devices/remove: a list, under the misspelled name or the right one.</summary>
    public async Task<IResult> RemoveManyAsync(HttpContext context)
    {
        var input = await PublishedInput.ReadAsync(context.Request);
        var place = await places.OfRouteAsync(context, Permission.DeviceRemove);
        if (!place.IsOk)
        {
            return Published.Refused(place.Refusal!);
        }

        var items = input.Objects("productInstacesRemoveRequests", "productInstancesRemoveRequests");
        if (Published.ListProblem(items.Count) is { } problem)
        {
            return problem;
        }

        var outcomes = new List<(PublishedSudi Sudi, ItemOutcome Outcome)>();
        foreach (var item in items)
        {
            outcomes.Add((SudiOf(item), await RemoveAsync(context, place.Value, item)));
        }

        return Published.Answer(new
        {
            status = ItemOutcome.StatusOf(outcomes.Select(pair => pair.Outcome)),
            statusMessage = $"{outcomes.Count(pair => pair.Outcome.Ok)} Product Instance  removed successfully.",
            removeProductInstancesStatus = outcomes.Select(pair => new
            {
                status = pair.Outcome.Status, statusMessage = pair.Outcome.Message, device = pair.Sudi.ToString(),
            }),
        });
    }

    private async Task<ItemOutcome> MoveAsync(HttpContext context, VirtualAccount source, PublishedInput item)
    {
        if (item.Text("targetVirtualAccount") is not { } targetName)
        {
            return new ItemOutcome(false, "Missing required input parameters");
        }

        var target = await places.FindAsync(context, Permission.DeviceTransfer, targetName);
        if (!target.IsOk)
        {
            return ItemOutcome.Refused(target.Refusal!);
        }

        var found = await FindAsync(context, source, item);
        if (!found.IsOk)
        {
            return ItemOutcome.Refused(found.Refusal!);
        }

        var wanted = new TransferDevices.Input(source.Id, target.Value.Id, [found.Value.Id]);
        var verdict = await transfer.HandleAsync(context.Command(TransferDevices.Name, wanted) with { IdempotencyKey = null }, wanted, context.RequestAborted);
        return verdict.IsOk
            ? new ItemOutcome(true, $"Device ‘{found.Value.DisplayName}’ successfully transferred from Virtual Account ‘{source.Name}’ to Virtual Account ‘{target.Value.Name}’.")
            : ItemOutcome.Refused(verdict.Refusal!);
    }

    private async Task<ItemOutcome> RemoveAsync(HttpContext context, VirtualAccount place, PublishedInput item)
    {
        var found = await FindAsync(context, place, item);
        if (!found.IsOk)
        {
            return ItemOutcome.Refused(found.Refusal!);
        }

        if (item.Text("returnCode") is { } code && found.Value.Mode == DeviceMode.Reserved)
        {
            return await ReturnAsync(context, place, found.Value, code);
        }

        var wanted = new RemoveDevices.Input(place.Id, [found.Value.Id]);
        var verdict = await remove.HandleAsync(context.Command(RemoveDevices.Name, wanted) with { IdempotencyKey = null }, wanted, context.RequestAborted);
        return verdict.IsOk
            ? new ItemOutcome(true, $"The Product Instance {found.Value.DisplayName} was successfully removed")
            : ItemOutcome.Refused(verdict.Refusal!);
    }

    /// <summary>One that reserves goes with its return code (API reference 3.6).</summary>
    private async Task<ItemOutcome> ReturnAsync(HttpContext context, VirtualAccount place, Device device, string code)
    {
        if (!context.Actor().May(Permission.LicenseReserve, place.AccountId, place.Id))
        {
            return new ItemOutcome(false, $"You are not authorized in Virtual Account ‘{place.Name}’.");
        }

        var input = new EndReservation.ReturnInput(place.Id, device.Id, code);
        var verdict = await end.ReturnAsync(context.Command(EndReservation.ReturnName, input) with { IdempotencyKey = null }, input, context.RequestAborted);
        return verdict.IsOk ? new ItemOutcome(true, $"The Product Instance {device.DisplayName} was successfully removed") : ItemOutcome.Refused(verdict.Refusal!);
    }

    /// <summary>The one product instance of a virtual account that the item means.</summary>
    private async Task<Verdict<Device>> FindAsync(HttpContext context, VirtualAccount place, PublishedInput item)
    {
        var sudi = SudiOf(item);
        if (!sudi.NamesOne)
        {
            return Verdict.Refused(RefusalCode.InvalidInput, "Missing required input parameters");
        }

        await using var db = database.Read(place.AccountId);
        var devices = sudi.Find(db.Devices.Where(device =>
            device.AccountId == place.AccountId && device.VirtualAccountId == place.Id && device.State == DeviceState.Registered));
        if (item.Text("productTagName") is { } tag)
        {
            var product = (await catalogs.CurrentAsync(context.RequestAborted)).FindProduct(tag)?.Id ?? 0;
            devices = devices.Where(device => device.ProductId == product);
        }

        var found = await devices.OrderBy(device => device.Id).Take(2).ToListAsync(context.RequestAborted);
        return found switch
        {
            [var one] => one,
            [] => Verdict.Refused(RefusalCode.NotFound, $"No Product Instance {sudi} was found in Virtual Account ‘{place.Name}’."),
            _ => Verdict.Refused(RefusalCode.Conflict, $"More than one Product Instance {sudi} was found in Virtual Account ‘{place.Name}’. Name its productTagName."),
        };
    }

    private static PublishedSudi SudiOf(PublishedInput item) => PublishedSudi.Read(item.Object("sudi") ?? item);
}
