using Microsoft.AspNetCore.WebUtilities;
using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People.SignIn;
using Purser.Server.People.SignIn.Log;
using Purser.Server.People.SignIn.SecondFactor;
using Purser.Server.Web;

namespace Purser.Server.People.Sources.OpenId;

/// <summary>The two addresses of signing in at a provider: out, and back.</summary>
public static class OpenIdForms
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/sign-in/with/{source:long}", BeginAsync).Requires(Permission.Anonymous).RequireRateLimiting(Limits.SignIn).ExcludeFromDescription();
        routes.MapGet("/sign-in/with/{source:long}/callback", FinishAsync).Requires(Permission.Anonymous).RequireRateLimiting(Limits.SignIn).ExcludeFromDescription();
    }

    public static string Link(long sourceId, string? returnUrl, string? email = null)
    {
        var query = new Dictionary<string, string?>();
        if (!string.IsNullOrEmpty(returnUrl))
        {
            query["returnUrl"] = returnUrl;
        }

        if (!string.IsNullOrEmpty(email))
        {
            query["email"] = email;
        }

        return QueryHelpers.AddQueryString(OpenIdDoor.Path(sourceId), query);
    }

    private static async Task<IResult> BeginAsync(long source, string? returnUrl, string? email, HttpContext context, SourceBook sources, OpenIdDoor door)
    {
        if (await sources.FindAsync(source, context.RequestAborted) is not { IsEnabled: true, Kind: SourceKind.OpenId } provider)
        {
            return Refused(SourceBook.NotThere(), returnUrl);
        }

        return await door.BeginAsync(context, provider, returnUrl ?? "", email ?? "") is { } refusal ? Refused(refusal, returnUrl) : Results.Empty;
    }

    private static async Task<IResult> FinishAsync(
        long source, HttpContext context, SourceBook sources, OpenIdDoor door, SignInPerson signIn, SignInLog log, ActorSource actors, ListMyAccounts accounts)
    {
        if (await sources.FindAsync(source, context.RequestAborted) is not { IsEnabled: true, Kind: SourceKind.OpenId } provider)
        {
            return Refused(SourceBook.NotThere(), returnUrl: null);
        }

        var came = await door.FinishAsync(context, provider);
        if (!came.IsOk)
        {
            await log.StrangerAsync(Caller.Of(context), SignInOutcome.SourceRefused, "", provider.Name, came.Refusal!.Detail);
            return Refused(came.Refusal!, returnUrl: null);
        }

        var entered = await signIn.EnterAsync(context, came.Value.Person, came.Value.ReturnUrl, provider.Name);
        var next = await SignInForms.NextAsync(entered, actors, accounts, context.RequestAborted);
        if (entered.IsIn)
        {
            return PageAnswer.Done(context, next);
        }

        // The cookie of the second step comes with requests of our own pages only, and a redirect would still count as the provider's.
        context.Response.Headers["Refresh"] = $"0; url={SecondStep.Path}";
        return Results.Text("One more step …");
    }

    private static IResult Refused(Refusal refusal, string? returnUrl) =>
        PageAnswer.Refused<SignInPage>(new() { ["ReturnUrl"] = returnUrl ?? "", ["Errors"] = FormErrors.Of(refusal) });
}
