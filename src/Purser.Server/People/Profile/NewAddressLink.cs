using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.People.SignIn;
using Purser.Server.Pki;
using Purser.Server.Store;

namespace Purser.Server.People.Profile;

/// <summary>A one-time link that is mailed to an address which somebody wants for hers. The row holds its hash, its end and the address.</summary>
internal static class NewAddressLink
{
    public const string Path = "/me/address/confirm";

    private const string Provider = "Purser";
    private const string Name = "NewAddress";
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(1);

    /// <summary>Makes a link; an earlier one of the same person stops working.</summary>
    public static async Task<string> MakeAsync(WriteScope scope, long personId, string email, CancellationToken cancellation)
    {
        var secret = SecretSource.NewSecret();
        var row = await RowAsync(scope.Db, personId, cancellation);
        if (row is null)
        {
            row = new IdentityUserToken<long> { UserId = personId, LoginProvider = Provider, Name = Name };
            scope.Db.UserTokens.Add(row);
        }

        row.Value = $"{OneTimeCode.Write(secret, scope.MachineNow + Lifetime)}|{email}";
        return $"{Path}?code={secret}";
    }

    /// <summary>When the newest link was made; null where there is none.</summary>
    public static async Task<DateTimeOffset?> MadeAtAsync(PurserContext db, long personId, CancellationToken cancellation) =>
        OneTimeCode.EndOf((await RowAsync(db, personId, cancellation))?.Value) - Lifetime;

    /// <summary>The address that this link was mailed to, while it opens; null otherwise.</summary>
    public static async Task<string?> AddressAsync(PurserContext db, long personId, string code, DateTimeOffset machineNow, CancellationToken cancellation) =>
        await RowAsync(db, personId, cancellation) is { } row && OneTimeCode.Opens(row.Value, code, machineNow) ? row.Value!.Split('|', 3)[2] : null;

    private static Task<IdentityUserToken<long>?> RowAsync(PurserContext db, long personId, CancellationToken cancellation) =>
        db.UserTokens.FirstOrDefaultAsync(token => token.UserId == personId && token.LoginProvider == Provider && token.Name == Name, cancellation);
}
