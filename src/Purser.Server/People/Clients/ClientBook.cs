using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.Pki;
using Purser.Server.Store;

namespace Purser.Server.People;

/// <summary>Steps on API clients that several commands share.</summary>
internal static class ClientBook
{
    public static (ApiClient Client, string Secret) Add(
        WriteScope scope, long accountId, string name, IEnumerable<ApiScope> scopes, int? expiresInDays, DateTimeOffset machineNow)
    {
        var secret = SecretSource.NewSecret();
        var client = new ApiClient
        {
            AccountId = accountId,
            Id = scope.NextId(IdKind.Client),
            ClientId = SecretSource.NewUuid(),
            Name = name.Trim(),
            SecretHash = SecretSource.HashOf(secret),
            Scopes = ApiScopes.Write(scopes),
            CreatedBy = scope.Actor.ShownName,
            CreatedAt = scope.Now,
            ExpiresAt = expiresInDays is { } days ? machineNow.AddDays(days) : null,
        };
        scope.Db.ApiClients.Add(client);
        scope.Db.ApiClientDirectory.Add(new ApiClientDirectory { ClientId = client.ClientId, AccountId = accountId, ApiClientId = client.Id });
        return (client, secret);
    }

    public static Task<ApiClient?> FindAsync(PurserContext db, long accountId, long id, CancellationToken cancellation) =>
        db.ApiClients.FirstOrDefaultAsync(row => row.AccountId == accountId && row.Id == id, cancellation);

    /// <summary>Ends what was issued to it, and what lets it get more for people who allowed it.</summary>
    public static async Task RevokeTokensAsync(WriteScope scope, ApiClient client, DateTimeOffset machineNow, CancellationToken cancellation)
    {
        await RevokeAccessTokensAsync(scope, client, machineNow, cancellation);
        scope.Db.Delegations.RemoveRange(await scope.Db.Delegations
            .Where(row => row.AccountId == client.AccountId && row.ApiClientId == client.Id).ToListAsync(cancellation));
    }

    public static async Task RevokeAccessTokensAsync(WriteScope scope, ApiClient client, DateTimeOffset machineNow, CancellationToken cancellation)
    {
        foreach (var token in await scope.Db.AccessTokens
            .Where(row => row.AccountId == client.AccountId && row.ApiClientId == client.Id && row.RevokedAt == null).ToListAsync(cancellation))
        {
            token.RevokedAt = machineNow;
        }
    }

    /// <summary>The secret by which they were got ends then.</summary>
    public static async Task EndAccessTokensAtAsync(WriteScope scope, ApiClient client, DateTimeOffset end, CancellationToken cancellation)
    {
        foreach (var token in await scope.Db.AccessTokens
            .Where(row => row.AccountId == client.AccountId && row.ApiClientId == client.Id && row.RevokedAt == null && row.ExpiresAt > end).ToListAsync(cancellation))
        {
            token.ExpiresAt = end;
        }
    }

    /// <summary>The account whose clients a command works on; none is named for those of the operator.</summary>
    public static long AccountOf(Command command) => command.Accounts.Count > 0 ? command.Accounts[0] : AccountHead.Installation;
}
