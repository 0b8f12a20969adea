using System.Security.Cryptography;
using Purser.Protocol;
using Purser.Protocol.Reservations;

namespace Purser.Tests.Protocol.Reservations;

/// <summary>One code of each kind, always the same where nothing in it is chance.</summary>
internal static class ReservationSamples
{
    public const ulong Number = 1_234_567;

    public static readonly byte[] Signature = SHA256.HashData("an authorization"u8);

    public static Udi Device { get; } = new("NW-9300-48", "FOC2501A0B1");

    public static RequestCode Request { get; } = RequestCode.New(Device, 0, [1, 2, 3, 4, 5]);

    public static string Confirmation { get; } = ConfirmationCode.Of(Request, Signature);

    public static ReturnCode Return { get; } = ReturnCode.New(Request, Number, Signature, wasInstalled: true);

    public static UniversalAuthorization Universal { get; } = Sealed();

    public static SpecificAuthorization Specific { get; } = new(Number, "6f1c2f9a-0001-4a5e-9a35-3d2f0c9b7e11", WireSamples.Now, Request.Text, Device,
    [
        new("regid.2026-01.com.northwind.NW9300-ADV,1.0_ab12cd34-0000-4000-8000-000000000001", 12, null, null, "NW9300 Advantage", "NW9300 Advantage & more <all>", ""),
        new("regid.2026-01.com.northwind.NW9300-ADV,1.0_ab12cd34-0000-4000-8000-000000000001", 2, new DateOnly(2026, 1, 1), new DateOnly(2027, 6, 30), "NW9300 Advantage", "", "Sub-77"),
    ]);

    public static string File(ECDsa key) => Specific.Seal(key, [[1, 2, 3], [4, 5, 6]]);

    private static UniversalAuthorization Sealed()
    {
        using var key = WireSamples.Key();
        return UniversalAuthorization.New(Request, key);
    }
}
