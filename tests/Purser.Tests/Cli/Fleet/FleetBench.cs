using Purser.Cli.Fleet;
using Purser.Protocol;
using Purser.Protocol.Certificates;
using Purser.Protocol.Wire;
using Purser.Tests.Protocol;

namespace Purser.Tests.Cli.Fleet;

/// <summary>A witness with everything around it, and an authority that answers whatever a test wants it to.</summary>
internal sealed class FleetBench : IDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 1, 10, 0, 0, 0, TimeSpan.Zero);
    public const string Place = "North";
    public const string OtherPlace = "South";

    private readonly TestPki pki = new(Start);
    private int nonces;

    public FleetBench()
    {
        Violations = new Violations(7, Clock, TextWriter.Null);
        Pools = new PoolBook(Violations);
        Shadow = new ShadowDevice("D1", Pools);
        var estate = new Estate("fleet.example", [new EstatePlace(1, Place, "token-north"), new EstatePlace(2, OtherPlace, "token-south")], []);
        Witness = new Witness(Shadow, estate, Clock, Violations, new Tally());
    }

    public FleetClock Clock { get; } = new(Start);

    public Violations Violations { get; }

    public PoolBook Pools { get; }

    public ShadowDevice Shadow { get; }

    public Witness Witness { get; }

    public PoolName Pool => new(Place, WireSamples.AdvantageTag);

    public void Dispose() => pki.Dispose();

    public ReceivedRequest Message(RequestBody body, RequestType type)
    {
        var nonce = (++nonces).ToString("x32", System.Globalization.CultureInfo.InvariantCulture);
        var header = WireSamples.Header(type, nonce, Clock.Now);
        using var key = WireSamples.Key();
        return RequestReader.Read(RequestWriter.Seal(RequestWriter.Compose(header, body), key, type == RequestType.Registration ? default : pki.Signer.RawData)).Value;
    }

    public ReceivedRequest Registration(string token = "token-north") =>
        Message(WireSamples.Registration() with { Token = token }, RequestType.Registration);

    public ReceivedRequest Authorization(long count) =>
        Message(new AuthorizationRequest(count == 0 ? [] : [new EntitlementRequest(count, Tag: WireSamples.AdvantageTag)]), RequestType.Authorization);

    public byte[] Seal(string text) => ReplyWriter.Seal(text, pki.SignerKey, pki.Chain);

    public byte[] Registered(ReceivedRequest request, string place = Place)
    {
        using var key = WireSamples.Key();
        using var certificate = pki.Device("NW9300", WireSamples.Identifier, key, Clock.Now);
        Serial = certificate.SerialNumber;
        return Seal(ReplyWriter.Ok(
            request,
            new IdentityReply(WireSamples.Identifier, [Convert.ToBase64String(certificate.RawData)], "Fleet", place, false, Clock.Now.ToUnixTimeSeconds(), 0, 0),
            Clock.Now));
    }

    /// <summary>Of the certificate that was issued last.</summary>
    public string? Serial { get; private set; }

    public byte[] Authorized(ReceivedRequest request, bool inCompliance = true, string place = Place, DateTimeOffset? next = null) => Seal(ReplyWriter.Ok(
        request,
        new AuthorizationReply(
            inCompliance,
            Clock.Now.ToUnixTimeSeconds(),
            (next ?? LicensingTimes.NextAuthorization(Clock.Now, inCompliance)).ToUnixTimeSeconds(),
            Clock.Now.AddDays(90).ToUnixTimeSeconds(),
            "Fleet",
            place,
            [
                .. ((AuthorizationRequest)request.Body).Entitlements.Select(one => new EntitlementReply(
                    one.Tag, null, one.Count, inCompliance ? EntitlementStatus.InCompliance : EntitlementStatus.OutOfCompliance, "Advantage", "", "1.0")),
            ]),
        Clock.Now));

    public byte[] Refused(ReceivedRequest request, string code) => Seal(ReplyWriter.Failed(request, code, "no", Clock.Now));

    /// <summary>Registers, and uses some.</summary>
    public void Begin(long count)
    {
        var registration = Registration();
        Witness.Observe(registration, Registered(registration), null);
        var authorization = Authorization(count);
        Witness.Observe(authorization, Authorized(authorization), null);
        Pools.Supply(Pool, 100);
        Pools.Settle();
    }

    public string OnlyViolation() => Assert.Single(Violations.All);
}
