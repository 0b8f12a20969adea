using System.Globalization;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People.SignIn.SecondFactor;
using Purser.Server.Web;

namespace Purser.Server.People.SignIn.Passkeys;

/// <summary>
/// What the browser's half of a passkey talks to. Options and answers travel in ordinary forms, so that the antiforgery token guards them; what
/// was asked lies in a sealed cookie between the two (WebAuthn 13.4.3: the challenge must be the server's own and fresh).
/// </summary>
public static class PasskeyForms
{
    private const string Own = "/me/passkeys";

    private static readonly BeforeSecondFactorAttribute Before = new();

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/sign-in/passkey/options", RequestOptionsAsync).Requires(Permission.Anonymous).RequireRateLimiting(Limits.SignIn);
        routes.MapPost("/sign-in/passkey", SignInAsync).Requires(Permission.Anonymous).RequireRateLimiting(Limits.SignIn);
        routes.MapPost(Own + "/options", CreationOptionsAsync).Requires(Permission.SignedIn).WithMetadata(Before);
        routes.MapPost(Own + "/new", AddAsync).Requires(Permission.SignedIn).WithMetadata(Before);
        routes.MapPost(Own + "/{passkey}/rename", RenameAsync).Requires(Permission.SignedIn);
        routes.MapPost(Own + "/{passkey}/remove", RemoveAsync).Requires(Permission.SignedIn);
    }

    /// <summary>Has this browser been given options that it has not answered yet, and does it answer with an object at all?</summary>
    internal static async Task<bool> IsAnswerAsync(HttpContext context, string credential) =>
        credential is ['{', .., '}'] && (await context.AuthenticateAsync(IdentityConstants.TwoFactorUserIdScheme)).Succeeded;

    private static async Task<IResult> RequestOptionsAsync(IFormCollection _, SignInManager<Person> manager) =>
        Json(await manager.MakePasskeyRequestOptionsAsync(user: null));

    private static async Task<IResult> CreationOptionsAsync(IFormCollection _, HttpContext context, SignInManager<Person> manager)
    {
        var person = await manager.UserManager.GetUserAsync(context.User);
        return person is null
            ? Problems.Of(Verdict.Refused(RefusalCode.NotSignedIn, "Passkeys are added by the person herself, in her browser."))
            : Json(await manager.MakePasskeyCreationOptionsAsync(new PasskeyUserEntity
            {
                Id = person.Id.ToString(CultureInfo.InvariantCulture),
                Name = person.Email!,
                DisplayName = person.DisplayName,
            }));
    }

    private static async Task<IResult> SignInAsync(IFormCollection form, HttpContext context, SignInPerson signIn, ActorSource actors, ListMyAccounts accounts)
    {
        var returnUrl = form["returnUrl"].ToString();
        var verdict = await signIn.ByPasskeyAsync(context, form["credential"].ToString(), returnUrl);
        return verdict.IsOk
            ? PageAnswer.Done(context, await SignInForms.NextAsync(verdict.Value, actors, accounts, context.RequestAborted))
            : PageAnswer.Refused<SignInPage>(new() { ["ReturnUrl"] = returnUrl, ["PasskeyErrors"] = FormErrors.Of(verdict.Refusal!) });
    }

    private static async Task<IResult> AddAsync(IFormCollection form, HttpContext context, SignInManager<Person> manager, ManagePasskeys passkeys)
    {
        var name = form["name"].ToString();
        var verdict = await AttestAsync(form["credential"].ToString(), name, context, manager, passkeys);
        return verdict.IsOk
            ? PageAnswer.Done(context, "/me", new Toast($"The passkey “{name.Trim()}” opens your account from now on."))
            : PageAnswer.Refused<NewPasskeyPage>(new() { ["Name"] = name, ["Errors"] = FormErrors.Of(verdict.Refusal!) });
    }

    private static async Task<Verdict<Done>> AttestAsync(
        string credential, string name, HttpContext context, SignInManager<Person> manager, ManagePasskeys passkeys)
    {
        if (!await IsAnswerAsync(context, credential))
        {
            return NotMade();
        }

        var result = await manager.PerformPasskeyAttestationAsync(credential);
        return result.Succeeded && result.UserEntity.Id == context.Actor().Id.ToString(CultureInfo.InvariantCulture)
            ? await passkeys.AddAsync(context.Actor(), result.Passkey, name, context.RequestAborted)
            : NotMade();
    }

    private static Refusal NotMade() =>
        Verdict.Refused(RefusalCode.InvalidInput, "The browser's answer does not fit what was asked, or took too long. Try again; this needs scripts to be on.");

    private static async Task<IResult> RenameAsync(string passkey, IFormCollection form, HttpContext context, ManagePasskeys passkeys)
    {
        var name = form["name"].ToString();
        var verdict = await passkeys.RenameAsync(context.Actor(), passkey, name, context.RequestAborted);
        return Answer(context, verdict, new() { ["Passkey"] = passkey, ["Name"] = name }, $"The passkey is called “{name.Trim()}” now.");
    }

    private static async Task<IResult> RemoveAsync(string passkey, IFormCollection _, HttpContext context, ManagePasskeys passkeys)
    {
        var verdict = await passkeys.RemoveAsync(context.Actor(), passkey, context.RequestAborted);
        return Answer(context, verdict, new() { ["Passkey"] = passkey }, "The passkey was removed.");
    }

    private static IResult Answer(HttpContext context, Verdict<Done> done, Dictionary<string, object?> values, string text)
    {
        if (done.IsOk)
        {
            return PageAnswer.Done(context, "/me", new Toast(text));
        }

        values["Errors"] = FormErrors.Of(done.Refusal!);
        return PageAnswer.Refused<PasskeyPage>(values);
    }

    private static IResult Json(string text) => Results.Text(text, "application/json");
}
