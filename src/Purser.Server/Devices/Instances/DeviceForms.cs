using System.Globalization;
using Microsoft.Extensions.Primitives;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.Inventory;
using Purser.Server.People;
using Purser.Server.Web;

namespace Purser.Server.Devices.Instances;

/// <summary>What the dialogs of the Product Instances tab post to.</summary>
public static class DeviceForms
{
    private const string Below = "/accounts/{account}/inventory/{virtualAccount:long}/devices";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(Below + "/transfer", TransferAsync).Requires(Permission.DeviceTransfer);
        routes.MapPost(Below + "/{device:long}/remove", RemoveAsync).Requires(Permission.DeviceRemove);
        routes.MapPost(Below + "/{device:long}/release-unrestricted", ReleaseUnrestrictedAsync).Requires(Permission.DeviceRemove);
        routes.MapPost(Below + "/{device:long}/release-restricted", ReleaseRestrictedAsync).Requires(Permission.LicenseAddRemove);
    }

    public static IReadOnlyList<long> IdsOf(StringValues texts) => [.. texts.Select(NumberOf).OfType<long>().Distinct()];

    private static async Task<IResult> TransferAsync(long virtualAccount, IFormCollection form, HttpContext context, TransferDevices transfer)
    {
        var ids = IdsOf(form["id"]);
        var target = NumberOf(form["targetVirtualAccountId"]);
        if (form["act"] == "refresh")
        {
            return PageAnswer.Page<TransferDevicePage>(new() { ["VirtualAccount"] = virtualAccount, ["Ids"] = ids, ["Target"] = target, ["WithLicenses"] = form["withLicenses"] == "true" });
        }

        Refusal? refusal = Verdict.Refused(RefusalCode.InvalidInput, "Choose the destination.", "targetVirtualAccountId");
        if (target is { } destination)
        {
            var input = new TransferDevices.Input(virtualAccount, destination, ids) { WithLicenses = form["withLicenses"] == "true" };
            var done = await transfer.HandleAsync(context.Command(TransferDevices.Name, input), input, context.RequestAborted);
            if (done.IsOk)
            {
                var text = done.Value.Transferred == 1 ? "The product instance was transferred." : $"{done.Value.Transferred} product instances were transferred.";
                return PageAnswer.Done(
                    context, InventoryLinks.Tab(context.Account().Domain, virtualAccount, "devices"),
                    new Toast(text, ids.Count == 1 ? InventoryLinks.Device(context.Account().Domain, destination, ids[0]) : InventoryLinks.Tab(context.Account().Domain, destination, "devices")));
            }

            refusal = done.Refusal!;
        }

        return PageAnswer.Refused<TransferDevicePage>(new()
        {
            ["VirtualAccount"] = virtualAccount, ["Ids"] = ids, ["Target"] = target, ["WithLicenses"] = form["withLicenses"] == "true", ["Errors"] = ErrorsOf(refusal),
        });
    }

    private static async Task<IResult> RemoveAsync(long virtualAccount, long device, IFormCollection _, HttpContext context, RemoveDevices remove)
    {
        var input = new RemoveDevices.Input(virtualAccount, [device]);
        var done = await remove.HandleAsync(context.Command(RemoveDevices.Name, input), input, context.RequestAborted);
        return done.IsOk
            ? PageAnswer.Done(context, InventoryLinks.Tab(context.Account().Domain, virtualAccount, "devices"), new Toast("The product instance was removed, its licenses were released."))
            : PageAnswer.Refused<RemoveDevicePage>(new() { ["VirtualAccount"] = virtualAccount, ["Device"] = device, ["Errors"] = new FormErrors(done.Refusal!.Detail) });
    }

    private static async Task<IResult> ReleaseUnrestrictedAsync(long virtualAccount, long device, IFormCollection _, HttpContext context, ReleaseUnrestricted release)
    {
        var input = new ReleaseUnrestricted.Input(virtualAccount, device);
        var done = await release.HandleAsync(context.Command(ReleaseUnrestricted.Name, input), input, context.RequestAborted);
        return done.IsOk
            ? PageAnswer.Done(
                context, InventoryLinks.Tab(context.Account().Domain, virtualAccount, "devices"),
                new Toast("The unrestricted licenses were released. The product instance stays: restricted licenses are still in use on it."))
            : PageAnswer.Refused<RemoveDevicePage>(new() { ["VirtualAccount"] = virtualAccount, ["Device"] = device, ["Errors"] = new FormErrors(done.Refusal!.Detail) });
    }

    private static async Task<IResult> ReleaseRestrictedAsync(long virtualAccount, long device, IFormCollection form, HttpContext context, ReleaseRestricted release)
    {
        var input = new ReleaseRestricted.Input(virtualAccount, device, form["notes"].ToString());
        var done = await release.HandleAsync(context.Command(ReleaseRestricted.Name, input), input, context.RequestAborted);
        return done.IsOk
            ? PageAnswer.Done(context, InventoryLinks.Tab(context.Account().Domain, virtualAccount, "devices"), new Toast("The restricted licenses were released back to the inventory."))
            : PageAnswer.Refused<ReleaseRestrictedPage>(new() { ["VirtualAccount"] = virtualAccount, ["Device"] = device, ["Errors"] = FormErrors.Of(done.Refusal!) });
    }

    /// <summary>Where several stand in the way, each is named.</summary>
    private static FormErrors ErrorsOf(Refusal refusal) => refusal.Items is { Count: > 1 } items
        ? new FormErrors($"{refusal.Detail} {string.Join(" ", items.Take(10).Select(item => $"{item.Name}: {item.Detail}"))}")
        : refusal.Field is "targetVirtualAccountId" or "withLicenses" ? FormErrors.Of(refusal) : new FormErrors(refusal.Detail);

    private static long? NumberOf(string? text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static long? NumberOf(StringValues values) => NumberOf(values.ToString());
}
