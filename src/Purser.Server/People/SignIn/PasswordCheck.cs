using Microsoft.AspNetCore.Identity;
using Purser.Server.People.Sources;

namespace Purser.Server.People.SignIn;

/// <summary>Checks a password with lock-out, alike for pages and for the password grant.</summary>
public sealed class PasswordCheck(UserManager<Person> users, IPasswordHasher<Person> hasher, SourceBook sources)
{
    // Somebody unknown costs as much time as somebody known, or addresses could be found out.
    private static readonly Person Nobody = new() { DisplayName = "" };
    private static readonly string NobodysHash = new PasswordHasher<Person>().HashPassword(Nobody, Pki.SecretSource.NewSecret());

    /// <summary>The person, or null: unknown, wrong, locked and disabled are told apart to nobody.</summary>
    public async Task<Person?> CheckAsync(string email, string password)
    {
        var person = password.Length <= PasswordRules.MaximumLength ? await users.FindByNameAsync(email.Trim()) : null;
        if (person?.PasswordHash is null || person.IsDisabled || await sources.InsteadOfPasswordAsync(person) is not null)
        {
            hasher.VerifyHashedPassword(Nobody, NobodysHash, password.Length <= PasswordRules.MaximumLength ? password : "");
            return null;
        }

        if (await users.IsLockedOutAsync(person))
        {
            return null;
        }

        if (!await users.CheckPasswordAsync(person, password))
        {
            await users.AccessFailedAsync(person);
            return null;
        }

        // Where a code is asked for next, only the right code ends the count: who knows the password could otherwise try codes for ever.
        if (!person.TwoFactorEnabled)
        {
            await users.ResetAccessFailedCountAsync(person);
        }

        return person;
    }
}
