using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Pki;
using Purser.Server.Store;

namespace Purser.Server.People.SignIn;

/// <summary>A one-time link that is mailed to somebody's address: who opens it has shown that the address is hers. The row holds its hash and its end only.</summary>
public static class AddressLink
{
    public const string Path = "/confirm-address";

    private const string Provider = "Purser";
    private const string Name = "ConfirmAddress";
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    /// <summary>Makes a link; an earlier one of the same person stops working.</summary>
    public static async Task<string> MakeAsync(WriteScope scope, Person person, CancellationToken cancellation)
    {
        var secret = SecretSource.NewSecret();
        var row = await RowAsync(scope.Db, person.Id, cancellation);
        if (row is null)
        {
            row = new IdentityUserToken<long> { UserId = person.Id, LoginProvider = Provider, Name = Name };
            scope.Db.UserTokens.Add(row);
        }

        row.Value = OneTimeCode.Write(secret, scope.MachineNow + Lifetime);
        return $"{Path}?person={person.Id}&code={secret}";
    }

    /// <summary>The row of a link that still opens; null otherwise.</summary>
    public static async Task<IdentityUserToken<long>?> FindAsync(PurserContext db, long personId, string code, DateTimeOffset machineNow, CancellationToken cancellation) =>
        await RowAsync(db, personId, cancellation) is { } row && OneTimeCode.Opens(row.Value, code, machineNow) ? row : null;

    private static Task<IdentityUserToken<long>?> RowAsync(PurserContext db, long personId, CancellationToken cancellation) =>
        db.UserTokens.FirstOrDefaultAsync(token => token.UserId == personId && token.LoginProvider == Provider && token.Name == Name, cancellation);
}
