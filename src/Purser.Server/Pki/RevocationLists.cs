using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Store;

namespace Purser.Server.Pki;

/// <summary>
/// Builds the lists of revoked certificates, a shard at a time: those in which something was revoked since, and those that grow old. The server
/// itself never asks them; it looks at its own table.
/// </summary>
public sealed class RevocationLists(Database database, DomainClock clock, AuthorityKeys keys)
{
    private static readonly TimeSpan Validity = TimeSpan.FromDays(30);
    private static readonly TimeSpan RenewAfter = TimeSpan.FromDays(15);

    /// <returns>How many lists were built.</returns>
    public async Task<int> BuildDueAsync(CancellationToken cancellation)
    {
        var built = 0;
        foreach (var issuing in keys.Current.Issuing)
        {
            foreach (var shard in await DueAsync(issuing.Id, cancellation))
            {
                await BuildAsync(issuing, shard, cancellation);
                built++;
            }
        }

        return built;
    }

    private async Task<IReadOnlyList<int>> DueAsync(long issuingKeyId, CancellationToken cancellation)
    {
        await using var db = database.Read();
        var lists = await db.RevocationLists.Where(list => list.IssuingKeyId == issuingKeyId)
            .ToDictionaryAsync(list => list.Shard, list => list.ThisUpdate, cancellation);
        var oldest = lists.Count == 0 ? DateTimeOffset.UnixEpoch : lists.Values.Min();
        var revoked = await db.IdentityCertificates
            .Where(row => row.RevokedAt >= oldest && row.IssuingKeyId == issuingKeyId)
            .Select(row => new { row.Serial, row.RevokedAt }).ToListAsync(cancellation);
        var changed = revoked
            .Select(row => (Shard: Serials.ShardOf(row.Serial), row.RevokedAt))
            .Where(row => lists.TryGetValue(row.Shard, out var at) && row.RevokedAt >= at)
            .Select(row => row.Shard).ToHashSet();
        return Enumerable.Range(0, RevocationShards.Count)
            .Where(shard => !lists.TryGetValue(shard, out var at) || at + RenewAfter <= clock.Now || changed.Contains(shard))
            .ToList();
    }

    private async Task BuildAsync(AuthorityCertificate issuing, int shard, CancellationToken cancellation)
    {
        var now = clock.Now;
        using var pass = database.Engine == Engine.Sqlite ? await database.WriteGate.EnterAsync(cancellation) : null;
        await using var db = database.Open();
        var row = await db.RevocationLists.FindAsync([issuing.Id, shard], cancellation);
        if (row is null)
        {
            row = new RevocationList { IssuingKeyId = issuing.Id, Shard = shard, Content = [] };
            db.RevocationLists.Add(row);
        }

        row.Number++;
        row.ThisUpdate = now;
        row.NextUpdate = now + Validity;
        row.Content = await ContentAsync(db, issuing, row, cancellation);
        await db.SaveChangesAsync(cancellation);
    }

    private static async Task<byte[]> ContentAsync(PurserContext db, AuthorityCertificate issuing, RevocationList row, CancellationToken cancellation)
    {
        var builder = new CertificateRevocationListBuilder();
        var ends = SuffixesOf(row.Shard);
        var revoked = await db.IdentityCertificates.AsNoTracking()
            .Where(one => one.IssuingKeyId == issuing.Id && one.RevokedAt != null && one.NotAfter > row.ThisUpdate
                && ends.Contains(one.Serial.Substring(one.Serial.Length - 2)))
            .Select(one => new { one.Serial, one.RevokedAt }).ToListAsync(cancellation);
        foreach (var one in revoked)
        {
            builder.AddEntry(Serials.Bytes(one.Serial), one.RevokedAt);
        }

        var authorityKey = X509AuthorityKeyIdentifierExtension.CreateFromCertificate(issuing.Certificate, includeKeyIdentifier: true, includeIssuerAndSerial: false);
        return issuing.SigningKey.Use(key => builder.Build(
            issuing.Certificate.SubjectName, X509SignatureGenerator.CreateForECDsa(key), row.Number, row.NextUpdate, HashAlgorithmName.SHA256, authorityKey, row.ThisUpdate));
    }

    /// <summary>The last two digits of the serials in a shard.</summary>
    private static List<string> SuffixesOf(int shard) =>
        Enumerable.Range(0, 256).Where(value => value % RevocationShards.Count == shard)
            .Select(value => value.ToString("X2", CultureInfo.InvariantCulture)).ToList();
}
