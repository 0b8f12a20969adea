using System.Globalization;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Web;
using Purser.Server.Web.Components;

namespace Purser.Server.Alerts;

/// <summary>Dismiss and Remind Later, from the menus of alerts.</summary>
public static class AlertForms
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/accounts/{account}/alerts/{id:long}/dismiss", DismissAsync).Requires(Permission.AlertAct);
        routes.MapPost("/accounts/{account}/alerts/{id:long}/remind-later", RemindLaterAsync).Requires(Permission.AlertAct);
        routes.MapPost("/accounts/{account}/alerts/dismiss", (IFormCollection form, HttpContext context, ActOnAlerts act, AlertHidings hidings) => ManyAsync(form, context, act, hidings, AlertAction.Dismiss))
            .Requires(Permission.AlertAct);
        routes.MapPost("/accounts/{account}/alerts/remind-later", (IFormCollection form, HttpContext context, ActOnAlerts act, AlertHidings hidings) => ManyAsync(form, context, act, hidings, AlertAction.RemindLater))
            .Requires(Permission.AlertAct);
        routes.MapPost("/accounts/{account}/alerts/dismiss-all", AllAsync).Requires(Permission.AlertAct);
    }

    /// <summary>All that the filter in the address finds, up to the moment at which their number was shown.</summary>
    private static async Task<IResult> AllAsync(IFormCollection _, HttpContext context, DismissAll dismiss, AlertHidings hidings)
    {
        var filter = AlertFilters.From(TableQuery.From(context));
        var done = await dismiss.HandleAsync(context.Command("alerts.dismiss", filter), filter, context.RequestAborted);
        var list = AlertFilters.Narrowing(PageUrl.Of(context)).To($"/accounts/{context.Account().Domain}/alerts").ToString();
        return PageAnswer.Done(context, list, !done.IsOk ? new Toast(done.Refusal!.Detail, Tone: ToastTone.Failure)
            : new Toast($"{Alerts(done.Value.Done)} {Dismissed(hidings)}.{(done.Value.More ? " There are more that match: dismiss all again to go on." : "")}"));
    }

    /// <summary>The rows that were ticked.</summary>
    private static async Task<IResult> ManyAsync(IFormCollection form, HttpContext context, ActOnAlerts act, AlertHidings hidings, AlertAction action)
    {
        var input = new ActOnAlerts.Input(action, [.. form["id"].Select(text => long.TryParse(text, CultureInfo.InvariantCulture, out var id) ? id : 0).Distinct()]);
        var done = await act.HandleAsync(context.Command(action == AlertAction.Dismiss ? "alerts.dismiss" : "alerts.remind-later", input), input, context.RequestAborted);
        return PageAnswer.Done(context, BackTo.Of(form, $"/accounts/{context.Account().Domain}/alerts"), done.IsOk ? Told(done.Value, action, hidings) : new Toast(done.Refusal!.Detail, Tone: ToastTone.Failure));
    }

    private static Toast Told(ActOnAlerts.Answer answer, AlertAction action, AlertHidings hidings)
    {
        var text = $"{Alerts(answer.Done)} {(action == AlertAction.Dismiss ? Dismissed(hidings) : "hidden until the next warning period")}.";
        return answer.Refused.Count == 0 ? new Toast(text) : new Toast($"{text} {answer.Refused.Count} stay: {answer.Refused[0].Detail}", Tone: answer.Done == 0 ? ToastTone.Failure : ToastTone.Success);
    }

    private static string Alerts(long count) => count == 1 ? "1 alert was" : FormattableString.Invariant($"{count:N0} alerts were");

    private static string Dismissed(AlertHidings hidings) => hidings.ArePersonal ? "dismissed for you" : "dismissed for everybody in this Smart Account";

    private static async Task<IResult> DismissAsync(long id, IFormCollection form, HttpContext context, ActOnAlert act, AlertHidings hidings)
    {
        var done = await act.DismissAsync(context.Command("alerts.dismiss", new ActOnAlert.Input(id)), id, context.RequestAborted);
        return Answer(context, form, done, alert => $"“{alert.Title}” was {Dismissed(hidings)}.");
    }

    private static async Task<IResult> RemindLaterAsync(long id, IFormCollection form, HttpContext context, ActOnAlert act)
    {
        var done = await act.RemindLaterAsync(context.Command("alerts.remind-later", new ActOnAlert.Input(id)), id, context.RequestAborted);
        return Answer(context, form, done, alert => $"“{alert.Title}” is hidden until the next warning period.");
    }

    private static IResult Answer(HttpContext context, IFormCollection form, Verdict<AlertLine> done, Func<AlertLine, string> text) => PageAnswer.Done(
        context,
        BackTo.Of(form, $"/accounts/{context.Account().Domain}/alerts"),
        done.IsOk ? new Toast(text(done.Value)) : new Toast(done.Refusal!.Detail, Tone: ToastTone.Failure));
}
