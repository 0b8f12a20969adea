using System.Security.Cryptography.X509Certificates;
using Purser.Protocol.Certificates;

namespace Purser.Server.Pki;

/// <summary>A key of the authority as it is used: its certificate, and the private part unless that lives offline.</summary>
public sealed record AuthorityCertificate(long Id, AuthorityKeyKind Kind, X509Certificate2 Certificate, SigningKey? PrivateKey)
{
    public string Base64 { get; } = Convert.ToBase64String(Certificate.RawData);

    public SigningKey SigningKey =>
        PrivateKey ?? throw new InvalidOperationException($"The private key of {Certificate.Subject} is not on this machine");

    public DateTimeOffset NotBefore => new(Certificate.NotBefore.ToUniversalTime(), TimeSpan.Zero);

    public DateTimeOffset NotAfter => new(Certificate.NotAfter.ToUniversalTime(), TimeSpan.Zero);
}

/// <summary>All keys in use at one moment; never changed, only replaced.</summary>
public sealed class Keyring
{
    public Keyring(IReadOnlyList<AuthorityCertificate> keys)
    {
        Root = keys.Single(key => key.Kind == AuthorityKeyKind.Root);
        Issuing = keys.Where(key => key.Kind == AuthorityKeyKind.Issuing).OrderByDescending(key => key.Id).ToList();
        MessageSigner = keys.Where(key => key.Kind == AuthorityKeyKind.MessageSigner).MaxBy(key => key.Id)!;
        Tls = keys.Where(key => key.Kind == AuthorityKeyKind.Tls).MaxBy(key => key.Id)!;
        IssuingCertificates = Issuing.Select(key => key.Certificate).ToList();
        ReplyChain = [MessageSigner.Base64, IssuerOf(MessageSigner).Base64, Root.Base64];
        RootFingerprint = ChainCheck.Fingerprint(Root.Certificate);
        NewestId = keys.Max(key => key.Id);
    }

    /// <summary>Ids rise, so of two rings the one with the higher is the later.</summary>
    public long NewestId { get; }

    public AuthorityCertificate Root { get; }

    /// <summary>Newest first; the newest issues, all are believed (overlap).</summary>
    public IReadOnlyList<AuthorityCertificate> Issuing { get; }

    public AuthorityCertificate CurrentIssuing => Issuing[0];

    public IReadOnlyList<X509Certificate2> IssuingCertificates { get; }

    public AuthorityCertificate MessageSigner { get; }

    public AuthorityCertificate Tls { get; }

    /// <summary>What every answer carries: signer first, root last.</summary>
    public IReadOnlyList<string> ReplyChain { get; }

    public string RootFingerprint { get; }

    public AuthorityCertificate IssuerOf(AuthorityCertificate key) =>
        Issuing.First(issuing => issuing.Certificate.SubjectName.RawData.AsSpan().SequenceEqual(key.Certificate.IssuerName.RawData));
}
