using System.Security.Cryptography;
using Purser.Protocol;
using Purser.Protocol.Wire;

namespace Purser.Bench;

/// <summary>A device of the load: its key, its identity, and where it registers.</summary>
internal sealed class BenchDevice(int number, ECDsa key, string token)
{
    public ECDsa Key { get; } = key;

    public string Token { get; } = token;

    public string SerialNumber { get; } = $"BENCH{number:D7}";

    public byte[] Certificate { get; set; } = [];

    public string Piid { get; set; } = "";

    public byte[] Registration(RandomNumberGenerator random)
    {
        var publicKey = Convert.ToBase64String(Key.ExportSubjectPublicKeyInfo());
        var body = new RegistrationRequest(Token, Estate.SoftwareTag, publicKey, SerialNumber.ToLowerInvariant());
        return RequestWriter.Seal(RequestWriter.Compose(Header(RequestType.Registration, random), body), Key, []);
    }

    public byte[] Authorization(RandomNumberGenerator random, string entitlementTag, long count)
    {
        var body = new AuthorizationRequest([new EntitlementRequest(count, entitlementTag)]);
        return RequestWriter.Seal(RequestWriter.Compose(Header(RequestType.Authorization, random), body), Key, Certificate);
    }

    /// <summary>Devices spread over the accounts in turn, each with a key of its own.</summary>
    public static IReadOnlyList<BenchDevice> Make(int count, IReadOnlyList<string> tokens, int first = 0) =>
        Enumerable.Range(first, count).AsParallel().AsOrdered().WithDegreeOfParallelism(2)
            .Select(number => new BenchDevice(number, ECDsa.Create(ECCurve.NamedCurves.nistP256), tokens[number % tokens.Count])).ToList();

    /// <summary>Signed messages of random devices, each asking for one of its account's licenses with a count that changes.</summary>
    public static IReadOnlyList<byte[]> Authorizations(IReadOnlyList<BenchDevice> devices, int count, int turn) =>
        Enumerable.Range(0, count).AsParallel().AsOrdered().WithDegreeOfParallelism(2).Select(number =>
        {
            // A fixed mixing of numbers: every round sends the same mixture.
            var device = devices[(int)((number * 2654435761L) % devices.Count)];
            return device.Authorization(Estate.Random, Estate.EntitlementTag((int)(((number * 40503L) + turn) % Estate.Entitlements)), 1 + ((number + turn) % 9));
        }).ToList();

    /// <summary>Reads the registration's answer.</summary>
    public void Accept(byte[] answer)
    {
        var reply = ReceivedReply.Read(answer).Value;
        if (reply.Reply.Status != ReplyStatus.Ok)
        {
            throw new InvalidOperationException($"Registration of {SerialNumber}: {reply.Reply.Code} {reply.Reply.Message}");
        }

        var identity = reply.Data<IdentityReply>().Value;
        Piid = identity.ProductInstanceIdentifier;
        Certificate = Convert.FromBase64String(identity.Certificates[0]);
    }

    private RequestHeader Header(RequestType type, RandomNumberGenerator random) => new()
    {
        Sudi = new Sudi { UdiPid = Estate.Pid, UdiSerialNumber = SerialNumber },
        Timestamp = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(),
        Nonce = Nonce.Make(random),
        RequestType = type.Name(),
        ProductInstanceIdentifier = Piid.Length > 0 ? Piid : null,
    };
}
