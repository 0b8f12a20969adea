using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Pki;
using Purser.Server.Store;

namespace Purser.Server.People.OAuth;

/// <summary>
/// Whether a program is the client that it says it is. Comparisons take as long for an unknown client and a wrong secret; only who knows a secret
/// is told why it does not open any more.
/// </summary>
public sealed class ClientProof(Database database, TimeProvider machine)
{
    private static readonly byte[] NoHash = new byte[SHA256.HashSizeInBytes];

    /// <param name="SecretEndsAt">Of a secret that was replaced: what is issued by it ends with it.</param>
    public sealed record Proven(ApiClient Client, DateTimeOffset? SecretEndsAt);

    /// <returns>The client, or why not.</returns>
    public async Task<(Proven? Client, TokenOutcome Refusal)> JudgeAsync(string? clientId, string? secret, CancellationToken cancellation)
    {
        var client = clientId is null ? null : await FindAsync(clientId, cancellation);
        var given = SecretSource.HashOf(secret ?? "");
        var isPresent = CryptographicOperations.FixedTimeEquals(client?.SecretHash ?? NoHash, given);
        var isPrevious = CryptographicOperations.FixedTimeEquals(client?.PreviousSecretHash ?? NoHash, given);
        if (client is null || !(isPresent | isPrevious))
        {
            return (null, TokenError.InvalidClient());
        }

        var now = machine.GetUtcNow();
        if (Ended(client, isPresent, now) is { } reason)
        {
            return (null, TokenError.EndedClient(reason));
        }

        if (!isPresent)
        {
            await database.WriteAsync(
                db => db.ApiClients.Where(row => row.AccountId == client.AccountId && row.Id == client.Id)
                    .ExecuteUpdateAsync(set => set.SetProperty(row => row.PreviousSecretUsedAt, now), cancellation),
                cancellation);
        }

        return (new Proven(client, isPresent ? null : client.PreviousSecretEndsAt), default);
    }

    private static string? Ended(ApiClient client, bool isPresent, DateTimeOffset now) =>
        client.RevokedAt is { } revoked ? $"The API client was revoked at {Text(revoked)}. Ask an administrator for a new one."
        : client.ExpiresAt is { } end && end <= now ? $"The API client expired at {Text(end)}. An administrator gives it a new secret with a new end, or makes a new one."
        : !isPresent && client.PreviousSecretEndsAt is { } over && over <= now ? $"This secret was replaced by a new one and ended at {Text(over)}. Use the new one."
        : null;

    private async Task<ApiClient?> FindAsync(string clientId, CancellationToken cancellation)
    {
        await using var db = database.Read();
        return await db.ApiClientDirectory.FirstOrDefaultAsync(row => row.ClientId == clientId, cancellation) is { } entry
            ? await db.ApiClients.FirstOrDefaultAsync(row => row.AccountId == entry.AccountId && row.Id == entry.ApiClientId, cancellation)
            : null;
    }

    private static string Text(DateTimeOffset instant) => FormattableString.Invariant($"{instant.UtcDateTime:yyyy-MM-dd HH:mm} UTC");
}
