using System.Globalization;
using System.Security.Claims;
using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People.SignIn.Log;
using Purser.Server.People.SignIn.SecondFactor;
using Purser.Server.People.Sources;
using Purser.Server.People.Sources.OpenId;
using Purser.Server.Web;

namespace Purser.Server.People.SignIn;

/// <summary>What the forms around signing in post to.</summary>
public static class SignInForms
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/", HomeAsync).Requires(Permission.Anonymous).ExcludeFromDescription();
        routes.MapPost("/sign-in", SignInAsync).Requires(Permission.Anonymous).RequireRateLimiting(Limits.SignIn);
        routes.MapPost("/sign-out", SignOutAsync).Requires(Permission.Anonymous);
        routes.MapPost("/set-password", SetPasswordAsync).Requires(Permission.Anonymous).RequireRateLimiting(Limits.SignIn);
        routes.MapPost("/setup", SetUpAsync).Requires(Permission.Anonymous).RequireRateLimiting(Limits.SignIn);
        routes.MapPost("/me/password", ChangePasswordAsync).Requires(Permission.SignedIn).RequireRateLimiting(Limits.SignIn);
        routes.MapPost("/me/sessions/end-others", (IFormCollection _, HttpContext context, Sessions sessions) =>
            EndSessionAsync(null, context, sessions)).Requires(Permission.SignedIn);
        routes.MapPost("/me/sessions/{session}/end", (string session, IFormCollection _, HttpContext context, Sessions sessions) =>
            EndSessionAsync(session, context, sessions)).Requires(Permission.SignedIn);
    }

    private static async Task<IResult> HomeAsync(HttpContext context, ListMyAccounts accounts) => Results.Redirect(
        context.ActorOrNull() is { } actor ? await StartOfAsync(actor, accounts, context.RequestAborted) : "/sign-in");

    private static async Task<IResult> SignInAsync(
        IFormCollection form, HttpContext context, SignInPerson signIn, SourceBook sources, ActorSource actors, ListMyAccounts accounts)
    {
        var (email, password, returnUrl) = (form["email"].ToString(), form["password"].ToString(), form["returnUrl"].ToString());
        if (password.Length == 0 && await sources.ForMailAsync(email, context.RequestAborted) is { Kind: SourceKind.OpenId } source)
        {
            return PageAnswer.Done(context, OpenIdForms.Link(source.Id, returnUrl, email));
        }

        var verdict = await signIn.ByPasswordAsync(context, email, password, returnUrl);
        if (!verdict.IsOk)
        {
            return PageAnswer.Refused<SignInPage>(new()
            {
                ["Email"] = email,
                ["ReturnUrl"] = returnUrl,
                ["Errors"] = FormErrors.Of(verdict.Refusal!),
            });
        }

        return PageAnswer.Done(context, await NextAsync(verdict.Value, actors, accounts, context.RequestAborted));
    }

    private static async Task<IResult> SignOutAsync(IFormCollection _, HttpContext context, SignInLog log)
    {
        if (context.ActorOrNull() is { Kind: ActorKind.Person } actor)
        {
            await log.WriteAsync(Caller.Of(context), SignInOutcome.SignedOut, actor.Id);
        }

        await SignInPerson.SignOutAsync(context);
        return PageAnswer.Done(context, "/sign-in", new Toast("You are signed out."));
    }

    private static async Task<IResult> SetPasswordAsync(
        IFormCollection form, HttpContext context, SetPassword set, SignInPerson signIn, ActorSource actors, ListMyAccounts accounts)
    {
        var (person, code) = (form["person"].ToString(), form["code"].ToString());
        var id = long.TryParse(person, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
        var verdict = await set.ByLinkAsync(id, code, form["password"].ToString(), context.RequestAborted);
        if (!verdict.IsOk)
        {
            return PageAnswer.Refused<SetPasswordPage>(new()
            {
                ["Person"] = person,
                ["Code"] = code,
                ["Errors"] = FormErrors.Of(verdict.Refusal!),
            });
        }

        var entered = await signIn.EnterAsync(context, verdict.Value, returnUrl: "", "One-time link");
        return PageAnswer.Done(
            context, await NextAsync(entered, actors, accounts, context.RequestAborted), new Toast("Your password is set."));
    }

    private static async Task<IResult> SetUpAsync(IFormCollection form, HttpContext context, SetupLink setup, SignInPerson signIn)
    {
        var wanted = new NewPerson(form["email"].ToString(), form["displayName"].ToString());
        var verdict = await setup.UseAsync(form["code"].ToString(), wanted, form["password"].ToString(), context.RequestAborted);
        if (!verdict.IsOk)
        {
            return PageAnswer.Refused<SetupPage>(new()
            {
                ["Code"] = form["code"].ToString(),
                ["Email"] = wanted.Email,
                ["DisplayName"] = wanted.DisplayName,
                ["Errors"] = FormErrors.Of(verdict.Refusal!),
            });
        }

        await signIn.OpenAsync(context, verdict.Value, "Set-up link");
        return PageAnswer.Done(context, "/operator/accounts", new Toast("You are the first operator. Next: create a Smart Account."));
    }

    private static async Task<IResult> ChangePasswordAsync(IFormCollection form, HttpContext context, SetPassword set, SignInPerson signIn)
    {
        var email = context.User.FindFirstValue(ClaimTypes.Name) ?? "";
        var verdict = await set.ByPasswordAsync(
            context.Actor().Id, email, form["present"].ToString(), form["password"].ToString(), context.RequestAborted);
        if (!verdict.IsOk)
        {
            return PageAnswer.Refused<ProfilePage>(new() { ["Errors"] = FormErrors.Of(verdict.Refusal!) });
        }

        await signIn.OpenAsync(context, verdict.Value, "New password");
        return PageAnswer.Done(context, "/me", new Toast("Your password was changed. All other browsers are signed out."));
    }

    private static async Task<IResult> EndSessionAsync(string? session, HttpContext context, Sessions sessions)
    {
        await sessions.EndOwnAsync(context, session, await Sessions.ThisOneAsync(context));
        return PageAnswer.Done(context, "/me", new Toast(session is null ? "All other browsers are signed out." : "The browser is signed out."));
    }

    /// <summary>Where to go now: on to what was asked for, or to the second step before it.</summary>
    internal static async Task<string> NextAsync(SignInPerson.Entered entered, ActorSource actors, ListMyAccounts accounts, CancellationToken cancellation) =>
        !entered.IsIn ? SecondStep.Path
        : entered.ReturnUrl != "/" && OwnAddress.Is(entered.ReturnUrl) ? entered.ReturnUrl
        : await StartOfAsync(entered.Person.Id, actors, accounts, cancellation);

    private static async Task<string> StartOfAsync(long personId, ActorSource actors, ListMyAccounts accounts, CancellationToken cancellation) =>
        await actors.PersonAsync(personId, cancellation) is { } actor ? await StartOfAsync(actor, accounts, cancellation) : "/accounts";

    /// <summary>Where work begins: in the only account, at the operator's desk, or before the choice.</summary>
    private static async Task<string> StartOfAsync(Actor actor, ListMyAccounts accounts, CancellationToken cancellation)
    {
        var own = await accounts.HandleAsync(actor, cancellation);
        return own.Count == 1 ? AccountLinks.Start(actor, own[0].Id, own[0].Domain)
            : own.Count == 0 && actor.May(Permission.AccountList) ? "/operator/accounts"
            : "/accounts";
    }
}
