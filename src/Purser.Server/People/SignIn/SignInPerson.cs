using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Net.Http.Headers;
using Purser.Server.Commands;
using Purser.Server.Store;

namespace Purser.Server.People.SignIn;

/// <summary>Signs a person in at this browser, and out again.</summary>
public sealed class SignInPerson(PasswordCheck passwords, FailureBrake brake, SignInManager<Person> manager, Sessions sessions, Database database, TimeProvider machine)
{
    public async Task<Verdict<long>> HandleAsync(HttpContext context, string email, string password)
    {
        var door = $"person {PersonBook.KeyOf(email)} from {context.Connection.RemoteIpAddress}";
        if (!brake.IsFree(door))
        {
            return Verdict.Refused(RefusalCode.TooManyAttempts, "Too many failed attempts. Try again in a minute.");
        }

        if (await passwords.CheckAsync(email, password) is not { } person)
        {
            brake.Count(door);
            return Verdict.Refused(
                RefusalCode.SignInFailed, "The e-mail address or the password is wrong. After several wrong attempts it is locked for some minutes.");
        }

        await OpenAsync(context, person);
        return person.Id;
    }

    /// <summary>Opens a session for somebody who has just proved who she is, always under a new key; the browser's earlier session ends.</summary>
    public async Task OpenAsync(HttpContext context, Person person)
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
    }

    /// <summary>Ends this browser's session; its row goes too.</summary>
    public static Task SignOutAsync(HttpContext context) => context.SignOutAsync(IdentityConstants.ApplicationScheme);

    private async Task EndEarlierAsync(HttpContext context)
    {
        var earlier = await context.AuthenticateAsync(IdentityConstants.ApplicationScheme);
        if (earlier is { Succeeded: true, Principal: { } principal } && earlier.Properties?.GetString(SessionStore.IdProperty) is { } id)
        {
            await sessions.EndAsync(SessionStore.PersonOf(principal), id, thisOne: null, context.RequestAborted);
        }
    }
}
