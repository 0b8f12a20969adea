using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Pki;
using Purser.Server.Settings;
using Purser.Server.Store;

namespace Purser.Server.People.SignIn;

/// <summary>
/// Signed-in browsers are rows: the cookie carries a random key, the ticket lies here, sealed, under the key's hash. That gives the session
/// list with revoke, sign-out everywhere, and idle and absolute time-outs (stack notes 5).
/// </summary>
public sealed class SessionStore(Database database, SecretBox box, TimeProvider clock, PurserSettings settings) : ITicketStore
{
    /// <summary>Property of a ticket that names its session to the person who looks at her list.</summary>
    internal const string IdProperty = "session";

    private const int LongestUserAgent = 300;

    // Not every request is worth a write.
    private static readonly TimeSpan SeenEvery = TimeSpan.FromMinutes(1);

    public Task<string> StoreAsync(AuthenticationTicket ticket) => SaveAsync(ticket, context: null, CancellationToken.None);

    public Task<string> StoreAsync(AuthenticationTicket ticket, HttpContext httpContext, CancellationToken cancellationToken) =>
        SaveAsync(ticket, httpContext, cancellationToken);

    public Task RenewAsync(string key, AuthenticationTicket ticket) => database.WriteAsync(async db =>
    {
        var hash = SecretSource.HashOf(key);
        var sealedTicket = Seal(ticket, hash);
        await db.Sessions.Where(session => session.KeyHash == hash).ExecuteUpdateAsync(set => set.SetProperty(session => session.SealedTicket, sealedTicket));
    });

    public async Task<AuthenticationTicket?> RetrieveAsync(string key)
    {
        var hash = SecretSource.HashOf(key);
        await using var db = database.Read();
        var session = await db.Sessions.FirstOrDefaultAsync(row => row.KeyHash == hash);
        var now = clock.GetUtcNow();
        if (session is null || session.ExpiresAt <= now || session.LastSeenAt.AddMinutes(settings.Security.SessionIdleMinutes) <= now)
        {
            return null;
        }

        if (session.LastSeenAt + SeenEvery <= now)
        {
            await database.WriteAsync(write => write.Sessions.Where(row => row.KeyHash == hash)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.LastSeenAt, now)));
        }

        return TicketSerializer.Default.Deserialize(box.Open(session.SealedTicket, Place(hash)));
    }

    public Task RemoveAsync(string key)
    {
        var hash = SecretSource.HashOf(key);
        return database.WriteAsync(db => db.Sessions.Where(session => session.KeyHash == hash).ExecuteDeleteAsync());
    }

    private async Task<string> SaveAsync(AuthenticationTicket ticket, HttpContext? context, CancellationToken cancellation)
    {
        var key = SecretSource.NewSecret();
        var hash = SecretSource.HashOf(key);
        var now = clock.GetUtcNow();
        var userAgent = context?.Request.Headers.UserAgent.ToString() ?? "";
        ticket.Properties.SetString(IdProperty, IdOf(hash));
        var session = new Session
        {
            KeyHash = hash,
            PersonId = PersonOf(ticket.Principal),
            SealedTicket = Seal(ticket, hash),
            CreatedAt = now,
            LastSeenAt = now,
            ExpiresAt = now.AddHours(settings.Security.SessionHours),
            RemoteAddress = context?.Connection.RemoteIpAddress?.ToString() ?? "",
            UserAgent = userAgent.Length <= LongestUserAgent ? userAgent : userAgent[..LongestUserAgent],
        };
        await database.WriteAsync(db => Task.FromResult(db.Sessions.Add(session)), cancellation);
        return key;
    }

    /// <summary>Names a session without opening it: part of its key's hash.</summary>
    internal static string IdOf(byte[] keyHash) => Convert.ToHexStringLower(keyHash.AsSpan(0, 12));

    internal static long PersonOf(ClaimsPrincipal principal) =>
        long.Parse(principal.FindFirstValue(ClaimTypes.NameIdentifier)!, CultureInfo.InvariantCulture);

    private byte[] Seal(AuthenticationTicket ticket, byte[] hash) => box.Seal(TicketSerializer.Default.Serialize(ticket), Place(hash));

    private static string Place(byte[] hash) => $"session/{Convert.ToHexString(hash)}";
}
