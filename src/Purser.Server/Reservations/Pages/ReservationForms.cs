using Purser.Server.Commands;
using Purser.Server.Devices.Instances;
using Purser.Server.Http;
using Purser.Server.Inventory;
using Purser.Server.People;
using Purser.Server.Web;

namespace Purser.Server.Reservations.Pages;

/// <summary>What the dialogs of license reservation post to.</summary>
public static class ReservationForms
{
    public const string Back = "back";

    private const string OfDevice = "/accounts/{account}/inventory/{virtualAccount:long}/devices/{device:long}/reservation";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/accounts/{account}/inventory/{virtualAccount:long}/reserve", ReserveAsync).Requires(Permission.LicenseReserve);
        routes.MapPost(OfDevice + "/update", UpdateAsync).Requires(Permission.LicenseReserve);
        routes.MapPost(OfDevice + "/confirm", ConfirmAsync).Requires(Permission.LicenseReserve);
        routes.MapPost(OfDevice + "/cancel-update", CancelAsync).Requires(Permission.LicenseAddRemove);
        routes.MapPost(OfDevice + "/rehost", RehostAsync).Requires(Permission.LicenseReserve);
        routes.MapPost(OfDevice + "/return", ReturnAsync).Requires(Permission.LicenseReserve);
        routes.MapPost(OfDevice + "/remove", RemoveAsync).Requires(Permission.LicenseAddRemove);
        routes.MapPost(OfDevice + "/reset-alert", ResetAsync).Requires(Permission.LicenseReserve);
        routes.MapGet(OfDevice + "/authorization-file", ShowReservation.FileAsync).Requires(Permission.DeviceView);
    }

    private static async Task<IResult> ReserveAsync(long virtualAccount, IFormCollection fields, HttpContext context, OfferReservation offer, ReserveLicenses reserve)
    {
        var form = await ReservationForm.SentAsync(fields, context.RequestAborted);
        var query = new OfferReservation.Query(form.RequestCode, form.Product, Kind: form.Kind);
        var offered = await offer.HandleAsync(context.Actor(), context.Account().Id, virtualAccount, query, context.RequestAborted);
        if (!offered.IsOk)
        {
            return Show(ReservationWizardState.First(form, FormErrors.Of(offered.Refusal!)));
        }

        var (next, made) = await new ReservationDialog(form, offered.Value, isUpdate: false).GoAsync(fields["step"].ToString(), fields["act"] == Back, (wishes, isTrial) =>
        {
            var input = new ReserveLicenses.Input(virtualAccount, form.RequestCode)
            {
                Kind = form.Kind, Product = form.Product, Licenses = wishes, AddToInventory = form.Additions, Fingerprint = isTrial ? null : form.Fingerprint,
            };
            return reserve.HandleAsync(context.Command(ReserveLicenses.Name, input) with { DryRun = isTrial }, input, context.RequestAborted);
        });
        return made is null ? Show(next!) : Made(context, made, "reserve");

        IResult Show(ReservationWizardState state) => Shown<ReserveLicensesPage>(state, new() { ["VirtualAccount"] = virtualAccount });
    }

    private static async Task<IResult> UpdateAsync(long virtualAccount, long device, IFormCollection fields, HttpContext context, OfferReservation offer, UpdateReservation update)
    {
        var form = await ReservationForm.SentAsync(fields, context.RequestAborted);
        var offered = await offer.HandleAsync(context.Actor(), context.Account().Id, virtualAccount, new OfferReservation.Query(Device: device), context.RequestAborted);
        if (!offered.IsOk)
        {
            return PageAnswer.Refused<UpdateReservationPage>(Values(virtualAccount, device, offered.Refusal!));
        }

        var (next, made) = await new ReservationDialog(form, offered.Value, isUpdate: true).GoAsync(fields["step"].ToString(), fields["act"] == Back, (wishes, isTrial) =>
        {
            var input = new UpdateReservation.Input(virtualAccount, device, wishes) { AddToInventory = form.Additions, Fingerprint = isTrial ? null : form.Fingerprint };
            return update.HandleAsync(context.Command(UpdateReservation.Name, input) with { DryRun = isTrial }, input, context.RequestAborted);
        });
        return made is null ? Shown<UpdateReservationPage>(next!, new() { ["VirtualAccount"] = virtualAccount, ["Device"] = device }) : Made(context, made, "update");
    }

    private static async Task<IResult> RehostAsync(long virtualAccount, long device, IFormCollection fields, HttpContext context, RehostReservation rehost)
    {
        var input = new RehostReservation.Input(virtualAccount, device, fields[ReservationForm.RequestCodeField].ToString().Trim(), fields["notes"].ToString().Trim());
        var values = new Dictionary<string, object?> { ["VirtualAccount"] = virtualAccount, ["Device"] = device, ["RequestCode"] = input.RequestCode, ["Notes"] = input.Notes };
        if (fields["act"] == Back)
        {
            return PageAnswer.Page<RehostPage>(values);
        }

        if (fields["step"] == nameof(ReservationStep.Review))
        {
            var reviewed = input with { Fingerprint = fields[ReservationFingerprint.Field].ToString() };
            var done = await rehost.HandleAsync(context.Command(RehostReservation.Name, reviewed), reviewed, context.RequestAborted);
            if (done.IsOk)
            {
                return Made(context, done.Value, $"rehost&failed={device}");
            }

            values["Errors"] = done.Refusal!.Field == ReservationFingerprint.Field ? new FormErrors(done.Refusal.Detail) : FormErrors.Of(done.Refusal);
            if (done.Refusal.Field != ReservationFingerprint.Field)
            {
                return PageAnswer.Refused<RehostPage>(values);
            }
        }

        var trial = await rehost.HandleAsync(context.Command(RehostReservation.Name, input) with { DryRun = true }, input, context.RequestAborted);
        values[trial.IsOk ? "Review" : "Errors"] = trial.IsOk ? trial.Value : FormErrors.Of(trial.Refusal!);
        return values.ContainsKey("Errors") ? PageAnswer.Refused<RehostPage>(values) : PageAnswer.Page<RehostPage>(values);
    }

    private static async Task<IResult> ConfirmAsync(long virtualAccount, long device, IFormCollection fields, HttpContext context, ConfirmReservation confirm)
    {
        var input = new ConfirmReservation.Input(virtualAccount, device, fields["confirmationCode"].ToString());
        var done = await confirm.HandleAsync(context.Command(ConfirmReservation.Name, input), input, context.RequestAborted);
        return Answer<ConfirmReservationPage>(
            context, done, input.ConfirmationCode, InventoryLinks.Device(context.Account().Domain, virtualAccount, device),
            "The update of the reservation is complete. Licenses that it gave back are available again.", virtualAccount, device);
    }

    private static async Task<IResult> CancelAsync(long virtualAccount, long device, IFormCollection fields, HttpContext context, CancelReservationUpdate cancel)
    {
        var input = new CancelReservationUpdate.Input(virtualAccount, device, fields["notes"].ToString());
        var done = await cancel.HandleAsync(context.Command(CancelReservationUpdate.Name, input), input, context.RequestAborted);
        return Answer<CancelUpdatePage>(
            context, done, input.Notes, InventoryLinks.Device(context.Account().Domain, virtualAccount, device),
            "The previous update was canceled. The reservation is as it was before.", virtualAccount, device);
    }

    private static async Task<IResult> ReturnAsync(long virtualAccount, long device, IFormCollection fields, HttpContext context, EndReservation end)
    {
        var input = new EndReservation.ReturnInput(virtualAccount, device, fields["returnCode"].ToString());
        var done = await end.ReturnAsync(context.Command(EndReservation.ReturnName, input), input, context.RequestAborted);
        return Answer<RemoveDevicePage>(context, done, input.ReturnCode, Devices(context, virtualAccount), Removed(done), virtualAccount, device);
    }

    private static async Task<IResult> RemoveAsync(long virtualAccount, long device, IFormCollection fields, HttpContext context, EndReservation end)
    {
        var input = new EndReservation.RemoveInput(virtualAccount, device, fields["notes"].ToString());
        var done = await end.RemoveAsync(context.Command(EndReservation.RemoveName, input), input, context.RequestAborted);
        return Answer<RemoveReservationPage>(context, done, input.Notes, Devices(context, virtualAccount), Removed(done), virtualAccount, device);
    }

    private static async Task<IResult> ResetAsync(long virtualAccount, long device, IFormCollection fields, HttpContext context, RehostReservation rehost)
    {
        var input = new RehostReservation.ResetInput(virtualAccount, device);
        var done = await rehost.ResetAsync(context.Command(RehostReservation.ResetName, input), input, context.RequestAborted);
        return PageAnswer.Done(
            context, BackTo.Of(fields, Devices(context, virtualAccount)),
            done.IsOk ? new Toast("The alert was reset. The product instance still reserves its licenses until it is removed.") : new Toast(done.Refusal!.Detail, Tone: ToastTone.Failure));
    }

    private static IResult Answer<TPage>(HttpContext context, Verdict<ReservationView> done, string typed, string url, string text, long virtualAccount, long device)
        where TPage : Microsoft.AspNetCore.Components.IComponent
    {
        if (done.IsOk)
        {
            return PageAnswer.Done(context, url, new Toast(text));
        }

        var values = Values(virtualAccount, device, done.Refusal!);
        values["Typed"] = typed;
        return PageAnswer.Refused<TPage>(values);
    }

    private static IResult Shown<TPage>(ReservationWizardState state, Dictionary<string, object?> values) where TPage : Microsoft.AspNetCore.Components.IComponent
    {
        values["State"] = state;
        return state.Errors.Any ? PageAnswer.Refused<TPage>(values) : PageAnswer.Page<TPage>(values);
    }

    /// <summary>The authorization code has an address of its own, so that it survives a reload.</summary>
    private static IResult Made(HttpContext context, ReservationView made, string by) =>
        PageAnswer.Done(context, $"{ReservationLinks.Of(context.Account().Domain, made.VirtualAccountId, made.DeviceId)}?made={by}");

    private static Dictionary<string, object?> Values(long virtualAccount, long device, Refusal refusal) =>
        new() { ["VirtualAccount"] = virtualAccount, ["Device"] = device, ["Errors"] = FormErrors.Of(refusal) };

    private static string Devices(HttpContext context, long virtualAccount) => InventoryLinks.Tab(context.Account().Domain, virtualAccount, "devices");

    private static string Removed(Verdict<ReservationView> done) =>
        done.IsOk ? $"The product instance {done.Value.Device} was removed. The licenses that it reserved were returned to the inventory." : "";
}
