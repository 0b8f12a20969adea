using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Pki;
using Purser.Server.Settings;
using Purser.Server.Store;

namespace Purser.Server.People.SignIn;

/// <summary>
/// Opaque access tokens: 256 random bits, kept as a hash with client, scopes and expiry (stack notes 5). Lookups are cached for 30 seconds at
/// most; a revocation on this node takes effect at once, on another node when its cache entry is spent.
/// </summary>
public sealed class BearerTokens(Database database, ActorSource actors, TimeProvider clock, PurserSettings settings)
{
    private const int LargestCache = 10_000;
    private static readonly TimeSpan CacheTime = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, Cached> cache = new(StringComparer.Ordinal);

    /// <summary>Makes a token for a client, acting for itself or for the person who signed in through it.</summary>
    /// <param name="notAfter">When the secret ends by which it is asked for; null: that has no end of its own.</param>
    public async Task<IssuedToken> IssueAsync(
        ApiClient client, IReadOnlyCollection<ApiScope> scopes, long? personId, CancellationToken cancellation, string family = "", DateTimeOffset? notAfter = null)
    {
        var text = SecretSource.NewSecret();
        var now = clock.GetUtcNow();

        // No token outlives its client, nor the secret by which it was got.
        var end = now.AddSeconds(settings.Security.AccessTokenSeconds);
        end = client.ExpiresAt < end ? client.ExpiresAt.Value : end;
        end = notAfter < end ? notAfter.Value : end;
        var row = new AccessToken
        {
            TokenHash = SecretSource.HashOf(text),
            AccountId = client.AccountId,
            ApiClientId = client.Id,
            PersonId = personId,
            Family = family,
            Scopes = ApiScopes.Write(scopes),
            IssuedAt = now,
            ExpiresAt = end,
        };
        await database.WriteAsync(db => Task.FromResult(db.AccessTokens.Add(row)), cancellation);
        return new IssuedToken(text, (int)(end - now).TotalSeconds);
    }

    /// <summary>Who sends this token; null where it is unknown, expired, revoked, or its client is.</summary>
    public async Task<Actor?> FindAsync(string text, CancellationToken cancellation)
    {
        var hash = SecretSource.HashOf(text);
        var key = Convert.ToHexString(hash);
        var now = clock.GetUtcNow();
        if (cache.TryGetValue(key, out var cached) && cached.Until > now)
        {
            return cached.Actor;
        }

        cache.TryRemove(key, out _);
        if (await LoadAsync(hash, now, cancellation) is not var (actor, expiresAt))
        {
            return null;
        }

        if (cache.Count >= LargestCache)
        {
            cache.Clear();
        }

        cache[key] = new Cached(actor, now + CacheTime < expiresAt ? now + CacheTime : expiresAt);
        return actor;
    }

    /// <summary>Rights changed on this node: nothing that is cached holds any more.</summary>
    public void Forget() => cache.Clear();

    private async Task<(Actor Actor, DateTimeOffset ExpiresAt)?> LoadAsync(byte[] hash, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var db = database.Read();
        var token = await db.AccessTokens.FirstOrDefaultAsync(row => row.TokenHash == hash && row.RevokedAt == null && row.ExpiresAt > now, cancellation);
        if (token is null)
        {
            return null;
        }

        var client = await db.ApiClients.FirstOrDefaultAsync(row => row.AccountId == token.AccountId && row.Id == token.ApiClientId, cancellation);
        if (client is null || !client.IsUsable(now))
        {
            return null;
        }

        await database.WriteAsync(
            write => write.ApiClients.Where(row => row.AccountId == client.AccountId && row.Id == client.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.LastUsedAt, now), cancellation),
            cancellation);
        var scopes = ApiScopes.Read(token.Scopes);
        var actor = token.PersonId is { } personId
            ? Limit(await actors.PersonAsync(personId, cancellation), client, scopes)
            : await actors.ClientAsync(client, scopes, cancellation);
        return actor is null ? null : (actor, token.ExpiresAt);
    }

    /// <summary>Through a customer's client a person acts in that customer's account only, whatever else she may do.</summary>
    private static Actor? Limit(Actor? person, ApiClient client, IReadOnlySet<ApiScope> scopes) => person is null || client.IsOfOperator
        ? person is null ? null : person with { Scopes = scopes }
        : person with
        {
            Scopes = scopes,
            OperatorRoles = [],
            IsStaff = false,
            Grants = person.Grants.Where(grant => grant.AccountId == client.AccountId).ToList(),
        };

    private sealed record Cached(Actor Actor, DateTimeOffset Until);
}

public sealed record IssuedToken(string Text, int LifetimeSeconds);
