using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Pki;
using Purser.Server.Store;

namespace Purser.Server.People.SignIn;

/// <summary>
/// A one-time link with which somebody chooses a password. It is shown once to whoever invites; the row holds its hash and its end only.
/// </summary>
public static class SetPasswordLink
{
    public const string Path = "/set-password";

    private const string Provider = "Purser";
    private const string Name = "SetPassword";
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    /// <summary>Makes a link; an earlier one of the same person stops working.</summary>
    public static string Make(WriteScope scope, Person person)
    {
        if (scope.Db.UserTokens.Find(person.Id, Provider, Name) is not { } earlier)
        {
            return MakeFirst(scope, person);
        }

        var secret = SecretSource.NewSecret();
        earlier.Value = ValueOf(scope, secret);
        return PathOf(person, secret);
    }

    /// <summary>For somebody who was made in this very command: ten thousand new people are not asked for one by one.</summary>
    public static string MakeFirst(WriteScope scope, Person person)
    {
        var secret = SecretSource.NewSecret();
        scope.Db.UserTokens.Add(new IdentityUserToken<long> { UserId = person.Id, LoginProvider = Provider, Name = Name, Value = ValueOf(scope, secret) });
        return PathOf(person, secret);
    }

    private static string ValueOf(WriteScope scope, string secret) => string.Create(
        CultureInfo.InvariantCulture, $"{Convert.ToHexString(SecretSource.HashOf(secret))}|{(scope.Now + Lifetime).ToUnixTimeSeconds()}");

    private static string PathOf(Person person, string secret) => $"{Path}?person={person.Id}&code={secret}";

    /// <summary>The row of a link that still opens; null otherwise.</summary>
    public static async Task<IdentityUserToken<long>?> FindAsync(
        PurserContext db, long personId, string code, DateTimeOffset now, CancellationToken cancellation = default)
    {
        var row = await db.UserTokens.FirstOrDefaultAsync(
            token => token.UserId == personId && token.LoginProvider == Provider && token.Name == Name, cancellation);
        var parts = (row?.Value ?? "").Split('|');
        return parts.Length == 2
            && CryptographicOperations.FixedTimeEquals(Convert.FromHexString(parts[0]), SecretSource.HashOf(code))
            && now.ToUnixTimeSeconds() < long.Parse(parts[1], CultureInfo.InvariantCulture)
            ? row
            : null;
    }
}
