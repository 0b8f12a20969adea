using System.Security.Cryptography;
using Purser.Protocol.Wire;

namespace Purser.Tests.Protocol;

/// <summary>One message of each kind with fixed key, nonce and time.</summary>
internal static class WireSamples
{
    public const string SoftwareTag = "regid.2026-01.net.northwind.NW9300,1.0_5a3c6f1e-8a44-4c1f-9d0e-2b7c9d10aa01";
    public const string AdvantageTag = "regid.2026-01.net.northwind.NW9300_48P_Advantage,1.0_0e3f1b52-6d2f-4c55-8a5b-0a0d6a1f7c11";
    public const string Identifier = "7b0d1c9e-3a52-4f6b-9d27-4f6ad1f0c001";
    public const string NonceText = "00112233445566778899aabbccddeeff";

    public static readonly DateTimeOffset Now = new(2026, 3, 13, 8, 9, 24, TimeSpan.Zero);

    // A throw-away key that signs nothing outside these tests.
    private const string TestKey = "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgBdFnkBhzQiM0iMsi7iu119pmhtH1Gk+OCYPUy6atbhyhRANCAARynbtncTQ79dibAVe27OZC0AVOg2rqG2HgqL75H9mCl//wndVTgm4d/mWRSFpZz1oY60Fj8H66QwsSpgsfA0hZ";

    public static ECDsa Key()
    {
        var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(Convert.FromBase64String(TestKey), out _);
        return key;
    }

    public static RequestHeader Header(RequestType type, string nonce = NonceText, DateTimeOffset? stated = null) => new()
    {
        Sudi = new Sudi { UdiPid = "NW-9300-48", UdiSerialNumber = "FOC2501A0B1", HostIdentifier = "edge-1" },
        Timestamp = (stated ?? Now).ToUnixTimeMilliseconds(),
        Nonce = nonce,
        RequestType = type.Name(),
        ProductInstanceIdentifier = type == RequestType.Registration ? null : Identifier,
        IdCertSerialNumber = type == RequestType.Registration ? null : "0100112233445566778899AABBCCDDEEFF",
    };

    public static RequestBody Body(RequestType type) => type switch
    {
        RequestType.Registration => Registration(),
        RequestType.IdCertRenewal => new IdCertRenewalRequest(SoftwareTag, "edge-1"),
        RequestType.Authorization => new AuthorizationRequest([new(2, Tag: AdvantageTag), new(1, Name: "NW9300 Essentials \"é\"")]),
        RequestType.Detach => new DetachRequest(Now.AddDays(30).ToUnixTimeSeconds(), "ship at sea"),
        RequestType.Reattach => new ReattachRequest("in port"),
        _ => new DeregistrationRequest("deregister"),
    };

    public static RegistrationRequest Registration()
    {
        using var key = Key();
        return new RegistrationRequest("Zm9v-token", SoftwareTag, Convert.ToBase64String(key.ExportSubjectPublicKeyInfo()), "edge-1", Capabilities: ["OK_TRY_AGAIN"]);
    }

    public static ReplyBody Reply(RequestType type) => type switch
    {
        RequestType.Authorization => new AuthorizationReply(
            false,
            Now.ToUnixTimeSeconds(),
            Now.AddHours(12).ToUnixTimeSeconds(),
            Now.AddDays(90).AddSeconds(-300).ToUnixTimeSeconds(),
            "Harbour Freight Lines",
            "Default",
            [
                new(AdvantageTag, null, 2, Purser.Protocol.EntitlementStatus.OutOfCompliance, "NW9300 48P Advantage", "NW9300 48-port Advantage", "1.0"),
                new(null, "NW9300 Essentials \"é\"", 1, Purser.Protocol.EntitlementStatus.InvalidTag, null, null, null),
            ]),
        RequestType.Deregistration => new DeregistrationReply(Now.ToUnixTimeSeconds()),
        RequestType.Detach => new DetachReply(Now.ToUnixTimeSeconds(), Now.AddDays(30).ToUnixTimeSeconds()),
        RequestType.Reattach => new ReattachReply(Now.ToUnixTimeSeconds()),
        _ => new IdentityReply(
            Identifier,
            ["AAAA", "BBBB", "CCCC"],
            "Harbour Freight Lines",
            "Default",
            true,
            Now.ToUnixTimeSeconds(),
            Now.AddDays(180).ToUnixTimeSeconds(),
            Now.AddDays(365).AddSeconds(-300).ToUnixTimeSeconds()),
    };
}
