using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Usage.Policies;
using Purser.Server.Web;

namespace Purser.Server.Usage.Pages;

/// <summary>What the pages of the policy post to.</summary>
public static class PolicyForms
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(UsageLinks.OperatorPolicy, SaveAsync).Requires(Permission.AccountEdit);
        routes.MapPost("/operator/accounts/{account}/usage-policy", SaveAsync).Requires(Permission.AccountEdit);
        routes.MapGet("/accounts/{account}/usage-policy/file", ShowPolicy.FileAsync).Requires(Permission.AccountView);
    }

    private static async Task<IResult> SaveAsync(IFormCollection fields, HttpContext context, ChoosePolicy choose)
    {
        var form = PolicyForm.From(fields);
        var input = new ChoosePolicy.Input(fields["act"] == "remove" ? null : form.ToNumbers());
        var done = await choose.HandleAsync(context.Command(ChoosePolicy.Name, input), input, context.RequestAborted);
        var toast = new Toast(input.Policy is null ? "The policy was taken away." : "The policy is saved. Product instances learn of it with their next acknowledgement.");
        var values = new Dictionary<string, object?> { ["Sent"] = form, ["Errors"] = done.IsOk ? null : FormErrors.Of(done.Refusal!) };
        return done.IsOk ? PageAnswer.Done(context, "/operator/accounts", toast)
            : context.Request.RouteValues.ContainsKey("account") ? PageAnswer.Refused<AccountPolicyPage>(values)
            : PageAnswer.Refused<OperatorPolicyPage>(values);
    }
}
