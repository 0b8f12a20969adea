using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Net.Http.Headers;
using Purser.Server.Commands;
using Purser.Server.People.SignIn.Passkeys;
using Purser.Server.People.SignIn.SecondFactor;
using Purser.Server.People.SignIn.Log;
using Purser.Server.People.Sources;
using Purser.Server.People.Sources.Ldap;
using Purser.Server.Store;

namespace Purser.Server.People.SignIn;

/// <summary>Signs a person in at this browser, and out again.</summary>
public sealed class SignInPerson(
    PasswordCheck passwords,
    SecondFactorRule rule,
    SecondStep secondStep,
    SecondFactorCheck secondFactor,
    FailureBrake brake,
    SignInManager<Person> manager,
    Sessions sessions,
    SignInLog log,
    SourceBook sources,
    DirectoryCheck directories,
    Database database,
    TimeProvider machine)
{
    internal const string ByPassword = "Password";
    private const string ByDirectory = "Password in the directory";
    private const string ByPasskey = "Passkey";

    /// <summary>Where somebody stands after a right answer: in, or before the second step.</summary>
    public sealed record Entered(Person Person, string ReturnUrl, bool IsIn);

    public async Task<Verdict<Entered>> ByPasswordAsync(HttpContext context, string email, string password, string returnUrl)
    {
        var door = Door(context, PersonBook.KeyOf(email));
        if (!brake.IsFree(door))
        {
            return TooMany();
        }

        var checkedThere = await directories.CheckAsync(email, password, context.RequestAborted);
        var verdict = checkedThere ?? (await passwords.CheckAsync(email, password) is { } person ? person : await WrongAsync(email, context.RequestAborted));
        if (!verdict.IsOk)
        {
            brake.Count(door);
            await WriteRefusalAsync(context, email, verdict.Refusal!, checkedThere is null);
            return verdict.Refusal!;
        }

        return await EnterAsync(context, verdict.Value, returnUrl, checkedThere is null ? ByPassword : ByDirectory);
    }

    /// <summary>Unknown, wrong, locked and disabled are told apart to nobody.</summary>
    internal static Refusal Wrong(string elsewhere = "") => Verdict.Refused(
        RefusalCode.SignInFailed, "The e-mail address or the password is wrong. After several wrong attempts it is locked for some minutes." + elsewhere);

    /// <summary>The second step: a code of the app, or a recovery code.</summary>
    public async Task<Verdict<Entered>> ByCodeAsync(HttpContext context, string code)
    {
        if (await secondStep.FindAsync(context) is not { Person: var person } waiting)
        {
            return Verdict.Refused(RefusalCode.SignInFailed, "This took too long. Sign in again.");
        }

        var door = Door(context, $"{person.Id}");
        if (!brake.IsFree(door))
        {
            return TooMany();
        }

        if (!await secondFactor.CheckAsync(person, code, context.RequestAborted))
        {
            brake.Count(door);
            await log.WriteAsync(Caller.Of(context), person.LockoutEnd > machine.GetUtcNow() ? SignInOutcome.Locked : SignInOutcome.WrongCode, person, waiting.Way);
            return Verdict.Refused(
                RefusalCode.SignInFailed,
                "This code is wrong, or was used already. Wait for the next one. After several wrong codes the sign-in is locked for some minutes.",
                "code");
        }

        await SecondStep.EndAsync(context);
        await OpenAsync(context, person, $"{waiting.Way}, then a code");
        return new Entered(person, waiting.ReturnUrl, IsIn: true);
    }

    /// <summary>A passkey is something she has, opened by something she is or knows: nothing more is asked.</summary>
    public async Task<Verdict<Entered>> ByPasskeyAsync(HttpContext context, string credential, string returnUrl)
    {
        var door = $"passkey from {context.Connection.RemoteIpAddress}";
        if (!brake.IsFree(door))
        {
            return TooMany();
        }

        var result = await PasskeyForms.IsAnswerAsync(context, credential) ? await manager.PerformPasskeyAssertionAsync(credential) : null;
        if (result is not { Succeeded: true, User: { IsDisabled: false, SourceId: null } person })
        {
            brake.Count(door);
            await log.StrangerAsync(Caller.Of(context), SignInOutcome.UnknownPasskey, "", ByPasskey);
            return Verdict.Refused(RefusalCode.SignInFailed, "This passkey is not known here, or it took too long. Try again, or sign in with your password.");
        }

        // The authenticator's count of uses: a copy of it would be noticed by it.
        await manager.UserManager.AddOrUpdatePasskeyAsync(person, result.Passkey);
        await SecondStep.EndAsync(context);
        await OpenAsync(context, person, ByPasskey);
        return new Entered(person, returnUrl, IsIn: true);
    }

    /// <summary>Opens a session for somebody whose password is right, or asks for the second factor that she has.</summary>
    /// <param name="way">How she proved it, for the sign-in log.</param>
    public async Task<Entered> EnterAsync(HttpContext context, Person person, string returnUrl, string way)
    {
        if (await rule.AsksAsync(person, context.RequestAborted))
        {
            await SecondStep.BeginAsync(context, person, returnUrl, way);
            return new Entered(person, returnUrl, IsIn: false);
        }

        await OpenAsync(context, person, way);
        return new Entered(person, returnUrl, IsIn: true);
    }

    /// <summary>Opens a session for somebody who has just proved who she is, always under a new key; the browser's earlier session ends.</summary>
    public async Task OpenAsync(HttpContext context, Person person, string way)
    {
        await EndEarlierAsync(context);

        // The cookie handler goes on with the key that a request brought, and somebody else may have put that cookie there (session fixation).
        // A context without cookies has none.
        await using var scope = context.RequestServices.CreateAsyncScope();
        var fresh = new DefaultHttpContext { RequestServices = scope.ServiceProvider };
        (fresh.Request.Scheme, fresh.Request.Host, fresh.Request.PathBase) = (context.Request.Scheme, context.Request.Host, context.Request.PathBase);
        fresh.Request.Headers.UserAgent = context.Request.Headers.UserAgent;
        fresh.Connection.RemoteIpAddress = context.Connection.RemoteIpAddress;
        await fresh.SignInAsync(IdentityConstants.ApplicationScheme, await manager.CreateUserPrincipalAsync(person));
        context.Response.Headers.Append(HeaderNames.SetCookie, fresh.Response.Headers.SetCookie);

        var now = machine.GetUtcNow();
        await database.WriteAsync(db => db.Users.Where(row => row.Id == person.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.LastSignInAt, now)));
        await log.WriteAsync(Caller.Of(context), SignInOutcome.SignedIn, person, way);
    }

    /// <summary>Ends this browser's session; its row goes too.</summary>
    public static Task SignOutAsync(HttpContext context) => context.SignOutAsync(IdentityConstants.ApplicationScheme);

    /// <summary>Where to go instead is said of a mail domain, whoever is known here.</summary>
    private async Task<Refusal> WrongAsync(string email, CancellationToken cancellation) =>
        Wrong(await sources.ForMailAsync(email, cancellation) is { Kind: SourceKind.OpenId } source ? $" People of {SourceOptions.DomainOf(email)} sign in with “{source.Name}”." : "");

    /// <summary>A directory that could not be asked is no wrong password.</summary>
    private Task WriteRefusalAsync(HttpContext context, string email, Refusal refusal, bool isKeptHere) => isKeptHere || refusal.Code == RefusalCode.SignInFailed
        ? log.RefusedAsync(Caller.Of(context), email, isKeptHere ? ByPassword : ByDirectory)
        : log.StrangerAsync(Caller.Of(context), SignInOutcome.SourceRefused, email, ByDirectory, refusal.Detail);

    private static string Door(HttpContext context, string who) => $"person {who} from {context.Connection.RemoteIpAddress}";

    private static Refusal TooMany() => Verdict.Refused(RefusalCode.TooManyAttempts, "Too many failed attempts. Try again in a minute.");

    private async Task EndEarlierAsync(HttpContext context)
    {
        var earlier = await context.AuthenticateAsync(IdentityConstants.ApplicationScheme);
        if (earlier is { Succeeded: true, Principal: { } principal } && earlier.Properties?.GetString(SessionStore.IdProperty) is { } id)
        {
            await sessions.EndAsync(SessionStore.PersonOf(principal), id, thisOne: null, context.RequestAborted);
        }
    }
}
