using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Web;

namespace Purser.Server.Alerts;

/// <summary>Dismiss and Remind Later, from the menus of alerts.</summary>
public static class AlertForms
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/accounts/{account}/alerts/{id:long}/dismiss", DismissAsync).Requires(Permission.AlertAct);
        routes.MapPost("/accounts/{account}/alerts/{id:long}/remind-later", RemindLaterAsync).Requires(Permission.AlertAct);
    }

    private static async Task<IResult> DismissAsync(long id, IFormCollection form, HttpContext context, ActOnAlert act)
    {
        var done = await act.DismissAsync(context.Command("alerts.dismiss", new ActOnAlert.Input(id)), id, context.RequestAborted);
        return Answer(context, form, done, alert => $"“{alert.Title}” was dismissed for everybody in this Smart Account.");
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
