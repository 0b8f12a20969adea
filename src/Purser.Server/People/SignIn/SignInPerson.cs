using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Store;

namespace Purser.Server.People.SignIn;

/// <summary>Signs a person in at this browser, and out again.</summary>
public sealed class SignInPerson(PasswordCheck passwords, FailureBrake brake, SignInManager<Person> manager, Database database, TimeProvider machine)
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

    /// <summary>Opens a session for somebody who has just proved who she is.</summary>
    public async Task OpenAsync(HttpContext context, Person person)
    {
        await context.SignInAsync(IdentityConstants.ApplicationScheme, await manager.CreateUserPrincipalAsync(person));
        var now = machine.GetUtcNow();
        await database.WriteAsync(db => db.Users.Where(row => row.Id == person.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.LastSignInAt, now)));
    }

    /// <summary>Ends this browser's session; its row goes too.</summary>
    public static Task SignOutAsync(HttpContext context) => context.SignOutAsync(IdentityConstants.ApplicationScheme);
}
