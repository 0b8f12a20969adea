using System.Globalization;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Web;

namespace Purser.Server.Alerts.Webhooks;

/// <summary>The webhook dialog as it was typed.</summary>
public sealed record WebhookForm(WebhookChoice Choice, string GroupMinutes, string VirtualAccount)
{
    public static WebhookForm Of(WebhookChoice choice) => new(
        choice, choice.GroupMinutes.ToString(CultureInfo.InvariantCulture), choice.VirtualAccountId?.ToString(CultureInfo.InvariantCulture) ?? "");

    public static WebhookForm From(IFormCollection form)
    {
        var (group, place) = (form["groupMinutes"].ToString().Trim(), form["virtualAccountId"].ToString());
        var choice = new WebhookChoice(
            form["name"].ToString(), form["url"].ToString(), Enum.TryParse<AlertLevel>(form["leastLevel"].ToString(), out var level) ? level : (AlertLevel)(-1),
            long.TryParse(place, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null,

            // What is no number becomes one that the rules refuse with their own words.
            group.Length == 0 ? 0 : int.TryParse(group, NumberStyles.None, CultureInfo.InvariantCulture, out var minutes) ? minutes : -1,
            form["quietFrom"].ToString(), form["quietTo"].ToString(), form["zone"].ToString(), form["majorAlways"] == "true", form["isPaused"] == "true");
        return new WebhookForm(choice, group, place);
    }
}

/// <summary>What the webhook pages post to.</summary>
public static class WebhookForms
{
    private const string All = "/accounts/{account}/webhooks";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(All + "/new", (IFormCollection fields, HttpContext context, SaveWebhook save) => SaveAsync(null, fields, context, save)).Requires(Permission.WebhookManage);
        routes.MapPost(All + "/{webhook:long}/edit", (long webhook, IFormCollection fields, HttpContext context, SaveWebhook save) =>
            SaveAsync(webhook, fields, context, save)).Requires(Permission.WebhookManage);
        routes.MapPost(All + "/{webhook:long}/secret", RenewAsync).Requires(Permission.WebhookManage);
        routes.MapPost(All + "/{webhook:long}/remove", RemoveAsync).Requires(Permission.WebhookManage);
        routes.MapPost(All + "/{webhook:long}/trial", TryAsync).Requires(Permission.WebhookManage);
        routes.MapPost(All + "/{webhook:long}/deliveries/{delivery:long}/replay", AgainAsync).Requires(Permission.WebhookManage);
    }

    private static async Task<IResult> SaveAsync(long? webhook, IFormCollection fields, HttpContext context, SaveWebhook save)
    {
        var form = WebhookForm.From(fields);
        var input = new SaveWebhook.Input(webhook, form.Choice);
        var done = await save.HandleAsync(context.Command(webhook is null ? SaveWebhook.AddName : SaveWebhook.ChangeName, input), input, context.RequestAborted);
        return !done.IsOk ? PageAnswer.Refused<WebhookPage>(new() { ["Webhook"] = webhook, ["Form"] = form, ["Errors"] = FormErrors.Of(done.Refusal!) })
            : done.Value.Secret is not null ? PageAnswer.Page<WebhookPage>(new() { ["Form"] = form, ["Made"] = done.Value })
            : PageAnswer.Done(context, List(context), new Toast($"The webhook “{done.Value.Name}” was changed."));
    }

    private static async Task<IResult> RenewAsync(long webhook, IFormCollection _, HttpContext context, SaveWebhook save)
    {
        var done = await save.RenewAsync(context.Command(SaveWebhook.RenewName, new SaveWebhook.OneOf(webhook)), webhook, context.RequestAborted);
        return done.IsOk
            ? PageAnswer.Page<ConfirmWebhookPage>(new() { ["Webhook"] = webhook, ["Made"] = done.Value })
            : PageAnswer.Refused<ConfirmWebhookPage>(new() { ["Webhook"] = webhook, ["Errors"] = FormErrors.Of(done.Refusal!) });
    }

    private static async Task<IResult> RemoveAsync(long webhook, IFormCollection _, HttpContext context, SaveWebhook save)
    {
        var done = await save.RemoveAsync(context.Command(SaveWebhook.RemoveName, new SaveWebhook.OneOf(webhook)), webhook, context.RequestAborted);
        return done.IsOk
            ? PageAnswer.Done(context, List(context), new Toast("The webhook was removed."))
            : PageAnswer.Refused<ConfirmWebhookPage>(new() { ["Webhook"] = webhook, ["Errors"] = FormErrors.Of(done.Refusal!) });
    }

    private static async Task<IResult> TryAsync(long webhook, IFormCollection _, HttpContext context, SendAgain send)
    {
        var input = new SendAgain.Input(webhook);
        return Sent(context, webhook, await send.TryAsync(context.Command(SendAgain.TrialName, input), input, context.RequestAborted));
    }

    private static async Task<IResult> AgainAsync(long webhook, long delivery, IFormCollection _, HttpContext context, SendAgain send)
    {
        var input = new SendAgain.Input(webhook, delivery);
        return Sent(context, webhook, await send.AgainAsync(context.Command(SendAgain.AgainName, input), input, context.RequestAborted));
    }

    private static IResult Sent(HttpContext context, long webhook, Commands.Verdict<SendAgain.Answer> done) => PageAnswer.Done(
        context, $"{List(context)}/{webhook.ToString(CultureInfo.InvariantCulture)}/deliveries",
        done.IsOk ? new Toast("It is sent within a few seconds.") : new Toast(done.Refusal!.Detail, Tone: ToastTone.Failure));

    private static string List(HttpContext context) => $"/accounts/{context.Account().Domain}/webhooks";
}
