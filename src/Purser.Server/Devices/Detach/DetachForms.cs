using System.Globalization;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.Inventory;
using Purser.Server.People;
using Purser.Server.Web;

namespace Purser.Server.Devices.Detach;

/// <summary>What the dialogs of detached mode post to.</summary>
public static class DetachForms
{
    private const string Below = "/accounts/{account}/inventory/{virtualAccount:long}/devices/{device:long}";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(Below + "/detach", DetachAsync).Requires(Permission.DeviceDetach);
        routes.MapPost(Below + "/reattach", ReattachAsync).Requires(Permission.DeviceDetach);
    }

    private static async Task<IResult> DetachAsync(long virtualAccount, long device, IFormCollection form, HttpContext context, DetachDevice detach)
    {
        var text = form["until"].ToString();
        var refusal = Verdict.Refused(RefusalCode.InvalidInput, "Choose the last day in detached mode.", "until");
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day < DateOnly.MaxValue)
        {
            // The whole day counts.
            var input = new DetachDevice.Input(virtualAccount, device, new DateTimeOffset(day.AddDays(1), TimeOnly.MinValue, TimeSpan.Zero));
            var done = await detach.HandleAsync(context.Command(DetachDevice.Name, input), input, context.RequestAborted);
            if (done.IsOk)
            {
                return Done(context, virtualAccount, "The product instance was put in detached mode.");
            }

            refusal = done.Refusal!;
        }

        return PageAnswer.Refused<DetachDevicePage>(new()
        {
            ["VirtualAccount"] = virtualAccount, ["Device"] = device, ["Until"] = text, ["Errors"] = refusal.Field == "until" ? FormErrors.Of(refusal) : new FormErrors(refusal.Detail),
        });
    }

    private static async Task<IResult> ReattachAsync(long virtualAccount, long device, IFormCollection _, HttpContext context, ReattachDevice reattach)
    {
        var input = new ReattachDevice.Input(virtualAccount, device);
        var done = await reattach.HandleAsync(context.Command(ReattachDevice.Name, input), input, context.RequestAborted);
        return done.IsOk
            ? Done(context, virtualAccount, "The product instance was taken out of detached mode.")
            : PageAnswer.Refused<DetachDevicePage>(new() { ["VirtualAccount"] = virtualAccount, ["Device"] = device, ["Errors"] = new FormErrors(done.Refusal!.Detail) });
    }

    private static IResult Done(HttpContext context, long virtualAccount, string text) =>
        PageAnswer.Done(context, InventoryLinks.Tab(context.Account().Domain, virtualAccount, "devices"), new Toast(text));
}
