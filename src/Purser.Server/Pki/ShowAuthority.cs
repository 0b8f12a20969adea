using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.EntityFrameworkCore;
using Purser.Protocol.Certificates;
using Purser.Server.Devices;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Pki;

/// <summary>The authority as its operator sees it: keys with their ends, and how its identity certificates are.</summary>
public sealed class ShowAuthority(Database database, AuthorityKeys keys, DomainClock clock)
{
    /// <summary>A device asks for the next certificate half a year before the end; what has not by now is in trouble.</summary>
    private const int SoonDays = 30;

    public sealed record Answer(string RootFingerprint, IReadOnlyList<KeyItem> Keys, CertificateHealth Certificates, RevocationHealth Revocation);

    public sealed record KeyItem(
        long Id, AuthorityKeyKind Kind, KeyState State, string Subject, string Serial, string Fingerprint, DateTimeOffset NotBefore, DateTimeOffset NotAfter,
        bool HasPrivateKey, long Certificates);

    /// <param name="Valid">Issued, not revoked, not over.</param>
    /// <param name="Intended">On record, but never handed out: the device did not come back for it.</param>
    /// <param name="EndingSoon">Registered product instances whose certificate ends within 30 days.</param>
    /// <param name="Overdue">Registered product instances whose certificate has ended.</param>
    public sealed record CertificateHealth(long Valid, long Ended, long Revoked, long Intended, long EndingSoon, long Overdue);

    /// <param name="OldestUpdate">Null before the first list was built.</param>
    public sealed record RevocationHealth(int Lists, DateTimeOffset? OldestUpdate, DateTimeOffset? NextUpdate);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/api/v1/operator/authority", async (ShowAuthority show, HttpContext context) => TypedResults.Ok(await show.HandleAsync(context.RequestAborted)))
        .Requires(Permission.AuthorityView)
        .WithTags("Operator: installation")
        .WithSummary("Show the authority's keys, their ends, and the health of identity certificates");

    public async Task<Answer> HandleAsync(CancellationToken cancellation = default)
    {
        var now = clock.Now;
        await using var db = database.Read();
        var counts = await db.IdentityCertificates
            .GroupBy(row => new { row.IssuingKeyId, row.State, HasEnded = row.NotAfter <= now })
            .Select(group => new Count(group.Key.IssuingKeyId, group.Key.State, group.Key.HasEnded, group.LongCount())).ToListAsync(cancellation);
        var byKey = counts.ToLookup(count => count.IssuingKeyId);
        var rows = await db.AuthorityKeys.OrderByDescending(row => row.Id).ToListAsync(cancellation);
        return new Answer(
            keys.RootFingerprint,
            rows.ConvertAll(row => Describe(row, keys.Current, byKey[row.Id].Sum(count => count.Number))),
            await HealthAsync(db, counts, now, cancellation),
            await RevocationAsync(db, keys.Current.CurrentIssuing.Id, cancellation));
    }

    private static KeyItem Describe(AuthorityKey row, Keyring ring, long certificates)
    {
        using var certificate = X509CertificateLoader.LoadCertificate(row.Certificate);
        return new KeyItem(
            row.Id, row.Kind, StateOf(row, ring), certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false), certificate.SerialNumber,
            ChainCheck.Fingerprint(certificate), row.NotBefore, row.NotAfter, row.SealedPrivateKey is not null, certificates);
    }

    private static KeyState StateOf(AuthorityKey row, Keyring ring) =>
        row.RetiredAt is not null ? KeyState.Retired
        : new[] { ring.Root.Id, ring.CurrentIssuing.Id, ring.MessageSigner.Id, ring.Tls.Id }.Contains(row.Id) ? KeyState.InUse
        : KeyState.Believed;

    private static async Task<CertificateHealth> HealthAsync(PurserContext db, List<Count> counts, DateTimeOffset now, CancellationToken cancellation)
    {
        long Of(CertificateState state, bool? hasEnded = null) =>
            counts.Where(count => count.State == state && (hasEnded is null || count.HasEnded == hasEnded)).Sum(count => count.Number);
        var soon = now.AddDays(SoonDays);
        var registered = db.Devices.Where(row => row.State == DeviceState.Registered);
        return new CertificateHealth(
            Of(CertificateState.Issued, hasEnded: false), Of(CertificateState.Issued, hasEnded: true), Of(CertificateState.Revoked), Of(CertificateState.Intended),
            await registered.LongCountAsync(row => row.CertificateEndsAt > now && row.CertificateEndsAt <= soon, cancellation),
            await registered.LongCountAsync(row => row.CertificateEndsAt <= now, cancellation));
    }

    private static async Task<RevocationHealth> RevocationAsync(PurserContext db, long issuingKeyId, CancellationToken cancellation)
    {
        var lists = await db.RevocationLists.Where(row => row.IssuingKeyId == issuingKeyId).Select(row => new { row.ThisUpdate, row.NextUpdate }).ToListAsync(cancellation);
        return lists.Count == 0 ? new(0, null, null) : new(lists.Count, lists.Min(row => row.ThisUpdate), lists.Min(row => row.NextUpdate));
    }

    private sealed record Count(long IssuingKeyId, CertificateState State, bool HasEnded, long Number);
}

public enum KeyState
{
    /// <summary>Signs now.</summary>
    InUse,

    /// <summary>Signs no more; what it signed holds to its end.</summary>
    Believed,
    Retired,
}
