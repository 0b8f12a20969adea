using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Purser.Protocol.Push;
using Purser.Server.Store;

namespace Purser.Server.Usage.Push;

/// <summary>Which nonces came already: kept in the database, so that neither a restart nor another node lets a message in twice.</summary>
public sealed class PushNonces(Database database, DomainClock clock)
{
    /// <returns>False: it came before.</returns>
    internal async Task<bool> TakeAsync(PushSender sender, PushMessage message, CancellationToken cancellation)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{sender.AccountId}/{sender.TrustId}/{message.Udi.Key}/{message.Nonce}"));
        try
        {
            await database.WriteAsync(db =>
            {
                db.PushNonces.Add(new PushNonce { NonceHash = hash, At = clock.Now });
                return Task.CompletedTask;
            }, cancellation);
            return true;
        }
        catch (DbUpdateException)
        {
            await using var db = database.Read();
            if (!await db.PushNonces.AnyAsync(row => row.NonceHash == hash, cancellation))
            {
                throw;
            }

            return false;
        }
    }
}
