using Microsoft.EntityFrameworkCore;
using Purser.Server.Settings;
using Purser.Server.Store;

namespace Purser.Server.People.SignIn.SecondFactor;

/// <summary>Who is asked for more than a password (Security:RequireSecondFactor).</summary>
public sealed class SecondFactorRule(Database database, PurserSettings settings)
{
    /// <summary>Does the installation insist on a second factor for this person?</summary>
    public async Task<bool> IsRequiredAsync(long personId, CancellationToken cancellation = default)
    {
        await using var db = database.Read();
        return settings.Security.RequireSecondFactor switch
        {
            "everyone" => true,
            "staff" => await db.OperatorGrants.AnyAsync(row => row.PersonId == personId, cancellation),
            _ => false,
        };
    }

    /// <summary>Is a password alone not enough to open a session? Who has a passkey only, and must have something, shows that.</summary>
    public async Task<bool> AsksAsync(Person person, CancellationToken cancellation = default) =>
        person.TwoFactorEnabled || (await IsRequiredAsync(person.Id, cancellation) && await HasPasskeyAsync(person.Id, cancellation));

    /// <summary>Must this person set something up before anything else?</summary>
    public async Task<bool> MustEnrolAsync(long personId, bool hasApp, CancellationToken cancellation = default) =>
        !hasApp && await IsRequiredAsync(personId, cancellation) && !await HasPasskeyAsync(personId, cancellation);

    public async Task<bool> HasPasskeyAsync(long personId, CancellationToken cancellation = default)
    {
        await using var db = database.Read();
        return await db.UserPasskeys.AnyAsync(row => row.UserId == personId, cancellation);
    }
}
