using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Web;

namespace Purser.Server.Reports;

/// <summary>What was typed about a view.</summary>
public sealed record SavedViewForm(string Of, string Name, string Query, bool Shared, bool Replace, MailRhythm Mail)
{
    public static SavedViewForm From(IFormCollection form) =>
        new(form["of"].ToString(), form["name"].ToString(), form["query"].ToString(), form["shared"] == "true", form["replace"] == "true",
        Enum.TryParse<MailRhythm>(form["mail"], out var mail) && Enum.IsDefined(mail) ? mail : MailRhythm.Never);
}

/// <summary>What the dialogs on saved views post to.</summary>
internal static class SavedViewForms
{
    private const string All = "/accounts/{account}/views";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(All + "/new", SaveAsync).Requires(Permission.ViewSave);
        routes.MapPost(All + "/{view:long}/edit", EditAsync).Requires(Permission.ViewSave);
        routes.MapPost(All + "/{view:long}/delete", DeleteAsync).Requires(Permission.ViewSave);
    }

    private static async Task<IResult> SaveAsync(IFormCollection fields, HttpContext context, SaveView save)
    {
        var form = SavedViewForm.From(fields);
        var input = new SaveView.Input(form.Of, form.Name, form.Query) { Shared = form.Shared, Replace = form.Replace, Mail = form.Mail };
        var saved = await save.HandleAsync(context.Command(SaveView.Create, input), input, context.RequestAborted);
        return saved.IsOk
            ? PageAnswer.Done(context, BackTo.Of(fields, $"/accounts/{context.Account().Domain}/{saved.Value.Address}"), new Toast($"“{saved.Value.Name}” was saved."))
            : PageAnswer.Refused<SaveViewPage>(new() { ["Form"] = form, ["Errors"] = FormErrors.Of(saved.Refusal!) });
    }

    private static async Task<IResult> EditAsync(long view, IFormCollection fields, HttpContext context, SaveView save)
    {
        var form = SavedViewForm.From(fields);
        var input = new SaveView.EditInput(view, form.Name) { Shared = form.Shared, Mail = fields.ContainsKey("mail") ? form.Mail : null };
        var done = await save.EditAsync(context.Command(SaveView.Edit, input), input, context.RequestAborted);
        return done.IsOk
            ? PageAnswer.Done(context, ListOf(context), new Toast($"“{done.Value.Name}” was saved."))
            : PageAnswer.Refused<EditViewPage>(new() { ["View"] = view, ["Form"] = form, ["Errors"] = FormErrors.Of(done.Refusal!) });
    }

    private static async Task<IResult> DeleteAsync(long view, IFormCollection _, HttpContext context, SaveView save)
    {
        var input = new SaveView.DeleteInput(view);
        var done = await save.DeleteAsync(context.Command(SaveView.Delete, input), input, context.RequestAborted);
        return done.IsOk
            ? PageAnswer.Done(context, ListOf(context), new Toast("The saved view was deleted."))
            : PageAnswer.Refused<DeleteViewPage>(new() { ["View"] = view, ["Errors"] = FormErrors.Of(done.Refusal!) });
    }

    private static string ListOf(HttpContext context) => $"/accounts/{context.Account().Domain}/reports";
}
