using Microsoft.AspNetCore.Identity;
using Purser.Server.Commands;
using Purser.Server.People.SignIn;

namespace Purser.Server.People.Sources.Ldap;

/// <summary>Checks a password that is kept in a directory, under the same lock-out as those kept here.</summary>
public sealed class DirectoryCheck(UserManager<Person> users, SourceBook sources, DirectoryDoor door, AdmitPerson admit, UnknownNames unknown)
{
    /// <summary>Null where no directory is asked: the password of this address is kept here, or nowhere.</summary>
    public async Task<Verdict<Person>?> CheckAsync(string email, string password, CancellationToken cancellation)
    {
        if (await sources.ForMailAsync(email, cancellation) is not { Kind: SourceKind.Directory } source)
        {
            return null;
        }

        var person = await users.FindByNameAsync(email.Trim());
        if (person?.PasswordHash is not null && await sources.InsteadOfPasswordAsync(person, cancellation) is null)
        {
            return null;
        }

        var name = PersonBook.KeyOf(email);
        if (password.Length is 0 or > PasswordRules.MaximumLength
            || (person is null ? !unknown.IsFree(name) : person.IsDisabled || await users.IsLockedOutAsync(person)))
        {
            return Wrong(source);
        }

        var said = await door.AskAsync(source, email.Trim(), password, cancellation);
        if (!said.IsOk)
        {
            return said.Refusal!;
        }

        if (said.Value is null)
        {
            if (person is null)
            {
                unknown.Count(name);
            }
            else
            {
                await users.AccessFailedAsync(person);
            }

            return Wrong(source);
        }

        var admitted = await admit.HandleAsync(source, said.Value, cancellation);

        // Where a code is asked for next, only the right code ends the count, as with passwords kept here.
        if (admitted is { IsOk: true, Value: { AccessFailedCount: > 0, TwoFactorEnabled: false } known } && await users.FindByIdAsync($"{known.Id}") is { } counted)
        {
            await users.ResetAccessFailedCountAsync(counted);
        }

        return admitted;
    }

    /// <summary>Which password is meant is said of the mail domain, whoever is known there.</summary>
    private static Refusal Wrong(SignInSource source) => SignInPerson.Wrong($" People of the domains of “{source.Name}” sign in with the password that they have there.");
}
