using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Purser.Protocol;
using Purser.Protocol.Certificates;
using Purser.Protocol.Wire;
using Purser.Tests.Protocol;

namespace Purser.Tests.Agent;

/// <summary>The authority's half of the wire, small but real: verifies, issues, counts, remembers answers. Faults are switched on by a test.</summary>
internal sealed class TestAuthority(ManualClock clock) : HttpMessageHandler
{
    public const string Token = "VGVzdA-good";
    public const string LicenseName = "NW9300 48P Advantage";

    private readonly TestPki pki = new(clock.GetUtcNow());
    private readonly Dictionary<string, string> answers = [];
    private readonly Dictionary<string, string> currentSerials = [];

    public X509Certificate2 Root => pki.Root;

    public TestPki Pki => pki;

    public long Supply { get; set; } = 10;

    public List<ReceivedRequest> Received { get; } = [];

    /// <summary>Counts by tag after the last authorization.</summary>
    public Dictionary<string, long> InUse { get; } = [];

    public int Executed { get; private set; }

    public bool Unreachable { get; set; }

    /// <summary>The request is carried out, its answer is lost.</summary>
    public bool LoseReplies { get; set; }

    public TimeSpan? BusyFor { get; set; }

    public string? RefuseWith { get; set; }

    public Func<string, string>? Tamper { get; set; }

    public byte[] Answer(ReadOnlySpan<byte> body)
    {
        var read = RequestReader.Read(body);
        var now = clock.GetUtcNow();
        if (!read.IsOk)
        {
            return Seal(ReplyWriter.Unreadable(read.Code!, read.Detail!, now));
        }

        Received.Add(read.Value);
        var digest = Convert.ToHexString(read.Value.Digest());
        if (!answers.TryGetValue(digest, out var text))
        {
            text = LicensingTimes.IsSkewTolerated(read.Value.Stated, now) ? Execute(read.Value, now) : ReplyWriter.TryAgain(read.Value, now);
            answers[digest] = text;
        }

        return Seal(Tamper?.Invoke(text) ?? text);
    }

    public void Forget(string identifier) => currentSerials.Remove(identifier);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (Unreachable)
        {
            throw new HttpRequestException("Connection refused");
        }

        if (BusyFor is { } wait)
        {
            var busy = new HttpResponseMessage(HttpStatusCode.ServiceUnavailable);
            busy.Headers.RetryAfter = new System.Net.Http.Headers.RetryConditionHeaderValue(wait);
            return busy;
        }

        var answer = Answer(await request.Content!.ReadAsByteArrayAsync(cancellationToken));
        return LoseReplies ? throw new HttpRequestException("Connection reset") : new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(answer) };
    }

    protected override void Dispose(bool disposing)
    {
        pki.Dispose();
        base.Dispose(disposing);
    }

    private byte[] Seal(string text) => ReplyWriter.Seal(text, pki.SignerKey, pki.Chain);

    private string Execute(ReceivedRequest request, DateTimeOffset now)
    {
        Executed++;
        if (RefuseWith is { } code)
        {
            return ReplyWriter.Failed(request, code, $"Refused: {code}", now);
        }

        if (request.Body is RegistrationRequest registration)
        {
            using var key = MessageSignature.ImportPublicKey(Convert.FromBase64String(registration.PublicKey)).Value;
            Assert.True(request.IsSignedBy(key));
            return registration.Token == Token
                ? ReplyWriter.Ok(request, Issue(request, key, Guid.Parse(WireSamples.Identifier).ToString("D"), now), now)
                : ReplyWriter.Failed(request, WireCode.TokenInvalid, $"'{registration.Token}' is not valid", now);
        }

        using var certificate = ChainCheck.Load(request.Certificate)!;
        using var identityKey = certificate.GetECDsaPublicKey()!;
        Assert.True(ChainCheck.Verify(certificate, [pki.Issuing], pki.Root, CertificatePurpose.DeviceIdentity, now).IsOk);
        Assert.True(request.IsSignedBy(identityKey));
        var identifier = CertificateProfile.ProductInstanceIdentifier(certificate)!;
        if (!currentSerials.TryGetValue(identifier, out var serial) || serial != certificate.SerialNumber)
        {
            return ReplyWriter.Failed(request, WireCode.IdentityInvalid, $"The identity for the instance {identifier} is not valid.Please re-register the instance.", now);
        }

        return request.Body switch
        {
            IdCertRenewalRequest => ReplyWriter.Ok(request, Issue(request, identityKey, identifier, now), now),
            AuthorizationRequest authorization => ReplyWriter.Ok(request, Authorize(authorization, new DateTimeOffset(certificate.NotAfter.ToUniversalTime()), now), now),
            _ => Deregister(request, identifier, now),
        };
    }

    private IdentityReply Issue(ReceivedRequest request, ECDsa key, string identifier, DateTimeOffset now)
    {
        using var certificate = pki.Device("NW9300", identifier, key, now);
        currentSerials[identifier] = certificate.SerialNumber;
        return new IdentityReply(
            identifier,
            [Convert.ToBase64String(certificate.RawData), pki.Chain[1], pki.Chain[2]],
            "Harbour Freight Lines",
            "Default",
            true,
            now.ToUnixTimeSeconds(),
            LicensingTimes.IdentityRenewal(now).ToUnixTimeSeconds(),
            LicensingTimes.IdentityExpiry(now).ToUnixTimeSeconds());
    }

    private AuthorizationReply Authorize(AuthorizationRequest authorization, DateTimeOffset end, DateTimeOffset now)
    {
        InUse.Clear();
        var lines = new List<EntitlementReply>();
        foreach (var asked in authorization.Entitlements)
        {
            if (asked.Tag != WireSamples.AdvantageTag && asked.Name != LicenseName)
            {
                lines.Add(new EntitlementReply(asked.Tag, asked.Name, asked.Count, EntitlementStatus.InvalidTag, null, null, null));
                continue;
            }

            var used = InUse[WireSamples.AdvantageTag] = InUse.GetValueOrDefault(WireSamples.AdvantageTag) + asked.Count;
            lines.Add(new EntitlementReply(
                WireSamples.AdvantageTag,
                asked.Name,
                asked.Count,
                used <= Supply ? EntitlementStatus.InCompliance : EntitlementStatus.OutOfCompliance,
                LicenseName,
                "NW9300 48-port Advantage",
                "1.0"));
        }

        var good = lines.TrueForAll(static line => line.Status == EntitlementStatus.InCompliance);
        return new AuthorizationReply(
            good,
            now.ToUnixTimeSeconds(),
            LicensingTimes.NextAuthorization(now, good).ToUnixTimeSeconds(),
            LicensingTimes.AuthorizationDeadline(now, end).ToUnixTimeSeconds(),
            "Harbour Freight Lines",
            "Default",
            lines);
    }

    private string Deregister(ReceivedRequest request, string identifier, DateTimeOffset now)
    {
        Forget(identifier);
        InUse.Clear();
        return ReplyWriter.Ok(request, new DeregistrationReply(now.ToUnixTimeSeconds()), now);
    }
}
