using Microsoft.EntityFrameworkCore;
using Purser.Server.Pki;
using Purser.Server.Settings;
using Purser.Server.Store;

namespace Purser.Server.People.SignIn;

/// <summary>
/// Codes and refresh tokens: good once each. A spent one that comes again is in two hands, so everything of its family ends (RFC 6749 4.1.2;
/// RFC 9700 4.14).
/// </summary>
public sealed class Delegations(Database database, BearerTokens tokens, TimeProvider machine, PurserSettings settings)
{
    private static readonly TimeSpan CodeLife = TimeSpan.FromMinutes(1);

    public DateTimeOffset CodeEnd => machine.GetUtcNow() + CodeLife;

    /// <summary>A refresh token beside an access token that a person's consent or password has given.</summary>
    /// <param name="until">When all of its family end; null where each has its own days.</param>
    public async Task<string> IssueRefreshAsync(
        ApiClient client, string scopes, long personId, string family, DateTimeOffset? until, CancellationToken cancellation)
    {
        var secret = SecretSource.NewSecret();
        var row = new Delegation
        {
            SecretHash = SecretSource.HashOf(secret),
            Kind = DelegationKind.Refresh,
            Family = family,
            AccountId = client.AccountId,
            ApiClientId = client.Id,
            PersonId = personId,
            Scopes = scopes,
            ExpiresAt = until ?? machine.GetUtcNow().AddDays(settings.Security.RefreshTokenDays),
        };
        await database.WriteAsync(db => Task.FromResult(db.Delegations.Add(row)), cancellation);
        return secret;
    }

    /// <summary>What the secret stands for, if it is this client's, alive, and was not used before; it is spent by that.</summary>
    public async Task<Delegation?> RedeemAsync(DelegationKind kind, string secret, ApiClient client, CancellationToken cancellation)
    {
        var (hash, now) = (SecretSource.HashOf(secret), machine.GetUtcNow());
        Delegation? found = null;
        var isFirst = false;
        await database.WriteAsync(
            async db =>
            {
                found = await db.Delegations.AsNoTracking().FirstOrDefaultAsync(
                    row => row.SecretHash == hash && row.Kind == kind && row.AccountId == client.AccountId && row.ApiClientId == client.Id && row.ExpiresAt > now,
                    cancellation);

                // Of two that come at once the database lets one through.
                isFirst = found is not null && await db.Delegations.Where(row => row.SecretHash == hash && row.SpentAt == null)
                    .ExecuteUpdateAsync(set => set.SetProperty(row => row.SpentAt, now), cancellation) == 1;
                if (found is not null && !isFirst)
                {
                    await db.Delegations.Where(row => row.Family == found.Family && row.PersonId == found.PersonId).ExecuteDeleteAsync(cancellation);
                    await db.AccessTokens.Where(row => row.Family == found.Family && row.PersonId == found.PersonId && row.RevokedAt == null)
                        .ExecuteUpdateAsync(set => set.SetProperty(row => row.RevokedAt, now), cancellation);
                }
            },
            cancellation);
        if (found is not null && !isFirst)
        {
            tokens.Forget();
        }

        return isFirst ? found : null;
    }
}
