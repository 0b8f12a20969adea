using System.Security.Cryptography.X509Certificates;
using Microsoft.EntityFrameworkCore;
using Purser.Protocol.Certificates;
using Purser.Server.Store;

namespace Purser.Server.Pki;

/// <summary>
/// The authority's keys: made at first start, loaded at every start, replaced before they run out. Private parts lie sealed in the database
/// and open only in memory.
/// </summary>
public sealed class AuthorityKeys(Database database, DomainClock clock, TimeProvider machine, IdSource ids, SecretBox box, AuthorityFactory factory)
{
    // A new issuing key begins while the old one still outlives every certificate it has issued.
    private static readonly TimeSpan IssuingOverlap = TimeSpan.FromDays(365 * 2);
    private static readonly TimeSpan SignerOverlap = TimeSpan.FromDays(180);
    private static readonly TimeSpan TlsOverlap = TimeSpan.FromDays(60);

    private readonly SemaphoreSlim changing = new(1, 1);
    private static readonly TimeSpan LookAgainEvery = TimeSpan.FromSeconds(10);

    private readonly Lock publishing = new();
    private volatile Keyring? keyring;
    private long lookedAgainAt;

    public Keyring Current => keyring ?? throw new InvalidOperationException("The authority's keys are not loaded yet");

    /// <summary>SHA-256 of the root certificate: what a person copies to the device, which then believes this authority and no other.</summary>
    public string RootFingerprint => Current.RootFingerprint;

    public string RootPem => Current.Root.Certificate.ExportCertificatePem() + "\n";

    /// <summary>Loads the keys, makes the missing ones, and begins new ones in time. Safe to call again at any moment and on any node.</summary>
    /// <returns>How many were made.</returns>
    public Task<int> RefreshAsync(CancellationToken cancellation = default) => ChangeAsync(MakeMissing, cancellation);

    /// <summary>
    /// Begins a new issuing key inside a command, and with it a new message signer and HTTPS certificate. Certificates of the old one stay valid
    /// to their end. The keys are in use once the command is committed and <see cref="Publish"/> was called.
    /// </summary>
    /// <returns>Null where the root's private key is not on this machine: then nothing can be begun.</returns>
    internal async Task<Keyring?> RotateAsync(PurserContext db, CancellationToken cancellation)
    {
        var (keys, known) = await LoadAsync(db, cancellation);
        var root = keys.Single(key => key.Kind == AuthorityKeyKind.Root);
        if (root.PrivateKey is null)
        {
            return null;
        }

        var issuing = Add(keys, id => factory.Issuing(id, root, Latest()));
        Add(keys, id => factory.MessageSigner(id, issuing, Latest()));
        Add(keys, _ => factory.Tls(issuing, machine.GetUtcNow()));
        db.AuthorityKeys.AddRange(keys.Skip(known).Select(Seal));
        return new Keyring(keys);
    }

    /// <summary>Takes a ring into use, unless a later one is in use already: two changes may come to their ends in either order.</summary>
    internal void Publish(Keyring ring)
    {
        lock (publishing)
        {
            if (keyring is null || ring.NewestId >= keyring.NewestId)
            {
                keyring = ring;
            }
        }
    }

    /// <summary>After a certificate of an unknown issuer: another node may have rotated. Looks at most every ten seconds.</summary>
    /// <returns>Whether it is worth checking again.</returns>
    public async Task<bool> LookAgainAsync(CancellationToken cancellation)
    {
        var last = Interlocked.Read(ref lookedAgainAt);
        if (machine.GetElapsedTime(last) < LookAgainEvery || Interlocked.CompareExchange(ref lookedAgainAt, machine.GetTimestamp(), last) != last)
        {
            return false;
        }

        var before = Current.CurrentIssuing.Id;
        await RefreshAsync(cancellation);
        return Current.CurrentIssuing.Id != before;
    }

    private async Task<int> ChangeAsync(Action<List<AuthorityCertificate>> change, CancellationToken cancellation)
    {
        await changing.WaitAsync(cancellation);
        try
        {
            await ids.ReserveAsync([nameof(IdKind.AuthorityKey)], 8, cancellation);
            using var pass = database.Engine == Engine.Sqlite ? await database.WriteGate.EnterAsync(cancellation) : null;
            await using var db = database.Open();
            await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
            var (keys, known) = await LoadAsync(db, cancellation);
            change(keys);
            db.AuthorityKeys.AddRange(keys.Skip(known).Select(Seal));
            await db.SaveChangesAsync(cancellation);
            await transaction.CommitAsync(cancellation);
            Publish(new Keyring(keys));
            return keys.Count - known;
        }
        finally
        {
            changing.Release();
        }
    }

    /// <summary>The keys that are not retired, held still against other nodes until the transaction ends; those that have run out are retired first.</summary>
    private async Task<(List<AuthorityCertificate> Keys, int Known)> LoadAsync(PurserContext db, CancellationToken cancellation)
    {
        if (database.Engine == Engine.Postgres)
        {
            // One node at a time: two of them starting on an empty database must not make two roots.
            await db.Database.ExecuteSqlRawAsync("lock table authority_key in share row exclusive mode", cancellation);
        }

        var earliest = clock.Now < machine.GetUtcNow() ? clock.Now : machine.GetUtcNow();
        await db.AuthorityKeys.Where(row => row.RetiredAt == null && row.NotAfter < earliest)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.RetiredAt, clock.Now), cancellation);
        var keys = (await db.AuthorityKeys.AsNoTracking().Where(row => row.RetiredAt == null).OrderBy(row => row.Id).ToListAsync(cancellation)).ConvertAll(Open);
        return (keys, keys.Count);
    }

    private void MakeMissing(List<AuthorityCertificate> keys)
    {
        var root = keys.Find(key => key.Kind == AuthorityKeyKind.Root)
            ?? Add(keys, id => factory.Root(id, Latest()));
        var issuing = keys.FindLast(key => key.Kind == AuthorityKeyKind.Issuing && Lasts(key, Latest(), IssuingOverlap))
            ?? Add(keys, id => factory.Issuing(id, root, Latest()));
        if (!keys.Exists(key => key.Kind == AuthorityKeyKind.MessageSigner && Lasts(key, clock.Now, SignerOverlap)))
        {
            Add(keys, id => factory.MessageSigner(id, issuing, Latest()));
        }

        if (!keys.Exists(key => key.Kind == AuthorityKeyKind.Tls && Lasts(key, machine.GetUtcNow(), TlsOverlap) && factory.FitsAddress(key)))
        {
            Add(keys, _ => factory.Tls(issuing, machine.GetUtcNow()));
        }
    }

    private AuthorityCertificate Add(List<AuthorityCertificate> keys, Func<long, FreshKey> make)
    {
        var id = ids.Next(nameof(IdKind.AuthorityKey));
        var fresh = make(id);
        var added = new AuthorityCertificate(id, fresh.Kind, X509CertificateLoader.LoadCertificate(fresh.Certificate), new SigningKey(fresh.PrivateKey));
        keys.Add(added);
        return added;
    }

    /// <summary>The later of both clocks: certificates are judged by the domain clock in messages and by the machine's in TLS.</summary>
    private DateTimeOffset Latest() => clock.Now > machine.GetUtcNow() ? clock.Now : machine.GetUtcNow();

    private static bool Lasts(AuthorityCertificate key, DateTimeOffset now, TimeSpan atLeast) => key.NotAfter - now >= atLeast;

    private AuthorityCertificate Open(AuthorityKey row) => new(
        row.Id,
        row.Kind,
        X509CertificateLoader.LoadCertificate(row.Certificate),
        row.SealedPrivateKey is null ? null : new SigningKey(box.Open(row.SealedPrivateKey, Place(row.Id))));

    private AuthorityKey Seal(AuthorityCertificate key) => new()
    {
        Id = key.Id,
        Kind = key.Kind,
        Certificate = key.Certificate.RawData,
        SealedPrivateKey = key.PrivateKey?.Use(signing => box.Seal(signing.ExportPkcs8PrivateKey(), Place(key.Id))),
        NotBefore = key.NotBefore,
        NotAfter = key.NotAfter,
    };

    private static string Place(long id) => FormattableString.Invariant($"authority_key.sealed_private_key.{id}");
}
