using System.Globalization;
using Purser.Server.Accounts.Pages;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People.Pages;
using Purser.Server.People.SignIn;
using Purser.Server.Web;

namespace Purser.Server.People.AccessRequests.Pages;

/// <summary>What the pages about access requests post to, on both sides.</summary>
public static class AccessRequestForms
{
    private const string All = "/accounts/{account}/access-requests";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/directory/ask", AskAsync).Requires(Permission.SignedIn);
        routes.MapPost("/directory/withdraw", WithdrawAsync).Requires(Permission.SignedIn);
        routes.MapPost(AddressLink.Path, ConfirmAddressAsync).Requires(Permission.Anonymous).RequireRateLimiting(Limits.SignIn);
        routes.MapPost(All + "/{request:long}/approve", ApproveAsync).Requires(Permission.AccessRequestDecide);
        routes.MapPost(All + "/{request:long}/decline", DeclineAsync).Requires(Permission.AccessRequestDecide);
        routes.MapPost(All + "/rules/new", SaveRuleAsync).Requires(Permission.AccessRuleManage);
        routes.MapPost(All + "/rules/remove/{mailDomain}", RemoveRuleAsync).Requires(Permission.AccessRuleManage);
    }

    private static async Task<IResult> AskAsync(IFormCollection form, HttpContext context, RequestAccess request)
    {
        var input = new RequestAccess.Input(form["domain"].ToString(), form["note"].ToString());
        var done = await request.HandleAsync(context.Command(RequestAccess.Name, input), input, context.RequestAborted);
        return done.IsOk
            ? PageAnswer.Done(context, "/directory", done.Value.State switch
            {
                AccessRequestState.Approved => new Toast($"You have access to {input.Domain}: it was approved by a rule of the Smart Account."),
                AccessRequestState.Declined => new Toast($"Your request for access to {input.Domain} was declined by a rule of the Smart Account. You get a mail.", Tone: ToastTone.Notice),
                _ => new Toast($"The administrators of {input.Domain} were asked to give you access. You get a mail with their answer."),
            })
            : PageAnswer.Refused<AskForAccessPage>(new() { ["Domain"] = input.Domain, ["Note"] = input.Note, ["Errors"] = FormErrors.Of(done.Refusal!) });
    }

    private static async Task<IResult> ConfirmAddressAsync(IFormCollection form, HttpContext context, ConfirmAddress confirm)
    {
        var (person, code) = (form["person"].ToString(), form["code"].ToString());
        var id = long.TryParse(person, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
        var done = await confirm.HandleAsync(id, code, context.RequestAborted);
        return done.IsOk
            ? PageAnswer.Done(context, context.ActorOrNull() is null ? "/sign-in" : "/accounts", new Toast(done.Value.Approved == 0
                ? "Your address is confirmed."
                : "Your address is confirmed, and your request for access was approved by a rule of the Smart Account."))
            : PageAnswer.Refused<ConfirmAddressPage>(new() { ["Person"] = person, ["Code"] = code, ["Errors"] = FormErrors.Of(done.Refusal!) });
    }

    private static async Task<IResult> WithdrawAsync(string? domain, IFormCollection form, HttpContext context, RequestAccess request)
    {
        var input = new RequestAccess.WithdrawInput(domain ?? form["domain"].ToString());
        var done = await request.WithdrawAsync(context.Command(RequestAccess.Withdraw, input), input, context.RequestAborted);
        return Back(form, context, done, "The request was taken back.", "/directory");
    }

    private static async Task<IResult> ApproveAsync(long request, IFormCollection fields, HttpContext context, DecideAccessRequest decide)
    {
        var form = AccessForm.From(fields);
        if (form.Chosen is not { } access)
        {
            return PageAnswer.Refused<ApproveAccessPage>(new() { ["Request"] = request, ["Errors"] = new FormErrors("Choose a role first.") });
        }

        var input = new DecideAccessRequest.Input(request, access);
        var done = await decide.HandleAsync(context.Command(DecideAccessRequest.Approve, input), input, context.RequestAborted);
        return done.IsOk
            ? PageAnswer.Done(context, ListOf(context), new Toast("The request is approved. Who asked gets a mail."))
            : PageAnswer.Refused<ApproveAccessPage>(new() { ["Request"] = request, ["Form"] = form, ["Errors"] = FormErrors.Of(done.Refusal!) });
    }

    private static async Task<IResult> DeclineAsync(long request, IFormCollection fields, HttpContext context, DecideAccessRequest decide)
    {
        var input = new DecideAccessRequest.Input(request, null) { Reason = fields["reason"].ToString() };
        var done = await decide.HandleAsync(context.Command(DecideAccessRequest.Decline, input), input, context.RequestAborted);
        return done.IsOk
            ? PageAnswer.Done(context, ListOf(context), new Toast("The request is declined. Who asked gets a mail."))
            : PageAnswer.Refused<DeclineAccessPage>(new() { ["Request"] = request, ["Reason"] = input.Reason, ["Errors"] = FormErrors.Of(done.Refusal!) });
    }

    private static async Task<IResult> SaveRuleAsync(IFormCollection fields, HttpContext context, SaveAccessRule save)
    {
        var form = AccessForm.From(fields);
        var input = new SaveAccessRule.Input(fields["mailDomain"].ToString(), form.Chosen) { Reason = fields["reason"].ToString(), MustBeNew = fields["changes"] != "true" };
        var done = await save.HandleAsync(context.Command(SaveAccessRule.Save, input), input, context.RequestAborted);
        return done.IsOk
            ? PageAnswer.Done(context, $"{ListOf(context)}/rules", new Toast("The access rule was saved."))
            : PageAnswer.Refused<AccessRulePage>(new() { ["MailDomain"] = input.MailDomain, ["Form"] = form, ["Reason"] = input.Reason, ["Changes"] = !input.MustBeNew, ["Errors"] = FormErrors.Of(done.Refusal!) });
    }

    private static async Task<IResult> RemoveRuleAsync(string mailDomain, IFormCollection fields, HttpContext context, SaveAccessRule save)
    {
        var input = new SaveAccessRule.RemoveInput(mailDomain);
        var done = await save.RemoveAsync(context.Command(SaveAccessRule.Remove, input), input, context.RequestAborted);
        return Back(fields, context, done, "The access rule was removed.", $"{ListOf(context)}/rules");
    }

    private static IResult Back(IFormCollection fields, HttpContext context, Verdict<Done> done, string text, string otherwise) => PageAnswer.Done(
        context, BackTo.Of(fields, otherwise), done.IsOk ? new Toast(text) : new Toast(done.Refusal!.Detail, Tone: ToastTone.Failure));

    private static string ListOf(HttpContext context) => $"/accounts/{context.Account().Domain}/access-requests";
}
