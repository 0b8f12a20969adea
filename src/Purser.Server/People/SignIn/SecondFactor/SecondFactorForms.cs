using System.Security.Claims;
using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.Web;

namespace Purser.Server.People.SignIn.SecondFactor;

/// <summary>What the forms around the second factor post to.</summary>
public static class SecondFactorForms
{
    public const string Path = "/me/second-factor";

    private static readonly BeforeSecondFactorAttribute Before = new();

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(SecondStep.Path, SignInAsync).Requires(Permission.Anonymous).RequireRateLimiting(Limits.SignIn);
        routes.MapPost(Path + "/offer", OfferAsync).Requires(Permission.SignedIn).WithMetadata(Before);
        routes.MapPost(Path + "/confirm", ConfirmAsync).Requires(Permission.SignedIn).WithMetadata(Before);
        routes.MapPost(Path + "/recovery-codes", RenewCodesAsync).Requires(Permission.SignedIn);
        routes.MapPost(Path + "/off", TurnOffAsync).Requires(Permission.SignedIn);
    }

    private static async Task<IResult> SignInAsync(IFormCollection form, HttpContext context, SignInPerson signIn, ActorSource actors, ListMyAccounts accounts)
    {
        var verdict = await signIn.ByCodeAsync(context, form["code"].ToString());
        return verdict.IsOk
            ? PageAnswer.Done(context, await SignInForms.NextAsync(verdict.Value, actors, accounts, context.RequestAborted))
            : PageAnswer.Refused<SecondStepPage>(new() { ["Errors"] = FormErrors.Of(verdict.Refusal!) });
    }

    private static async Task<IResult> OfferAsync(IFormCollection _, HttpContext context, ManageSecondFactor manage)
    {
        var verdict = await manage.OfferAsync(context.Actor(), context.RequestAborted);
        return verdict.IsOk
            ? PageAnswer.Done(context, Path)
            : PageAnswer.Refused<SecondFactorPage>(new() { ["Errors"] = FormErrors.Of(verdict.Refusal!) });
    }

    private static async Task<IResult> ConfirmAsync(IFormCollection form, HttpContext context, ManageSecondFactor manage)
    {
        var verdict = await manage.ConfirmAsync(
            context.Actor(), form["code"].ToString(), await Sessions.ThisOneAsync(context), context.RequestAborted);
        return verdict.IsOk
            ? PageAnswer.Page<SecondFactorPage>(new() { ["Codes"] = verdict.Value })
            : PageAnswer.Refused<SecondFactorPage>(new() { ["Errors"] = FormErrors.Of(verdict.Refusal!) });
    }

    private static async Task<IResult> RenewCodesAsync(IFormCollection form, HttpContext context, ManageSecondFactor manage)
    {
        var verdict = await manage.RenewCodesAsync(context.Actor(), EmailOf(context), form["password"].ToString(), context.RequestAborted);
        return verdict.IsOk
            ? PageAnswer.Page<ConfirmSecondFactorPage>(new() { ["Codes"] = verdict.Value })
            : PageAnswer.Refused<ConfirmSecondFactorPage>(new() { ["Errors"] = FormErrors.Of(verdict.Refusal!) });
    }

    private static async Task<IResult> TurnOffAsync(IFormCollection form, HttpContext context, ManageSecondFactor manage)
    {
        var verdict = await manage.TurnOffAsync(context.Actor(), EmailOf(context), form["password"].ToString(), context.RequestAborted);
        return verdict.IsOk
            ? PageAnswer.Done(context, "/me", new Toast("Codes of an app are no longer asked for when you sign in."))
            : PageAnswer.Refused<ConfirmSecondFactorPage>(new() { ["Errors"] = FormErrors.Of(verdict.Refusal!) });
    }

    private static string EmailOf(HttpContext context) => context.User.FindFirstValue(ClaimTypes.Name) ?? "";
}
