using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Purser.Protocol;
using Purser.Protocol.Certificates;
using Purser.Protocol.Wire;
using Purser.Server.Pki;

namespace Purser.Tests.Devices;

/// <summary>A device reduced to its messages: no state machine, every message can be bent.</summary>
internal sealed class TestDevice(DeviceWorld world, string serialNumber, string? hostname = null) : IDisposable
{
    public const string Pid = "NW-9300-48";

    private static readonly TrustedSigners Signers = new();
    private static readonly RandomNumberGenerator Random = RandomNumberGenerator.Create();

    public ECDsa Key { get; set; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public byte[] Certificate { get; set; } = [];

    public string? Piid { get; set; }

    /// <summary>The high availability set that it speaks for, itself included, and which state of it this is.</summary>
    public (long Sequence, IReadOnlyList<HaUnit> Units)? Set { get; set; }

    /// <summary>After a switchover another unit speaks.</summary>
    public string SerialNumber { get; set; } = serialNumber;

    /// <summary>Of a reservation that it gives up by registering.</summary>
    public string? ReturnCode { get; set; }

    public string Address { get; set; } = "/licservice/license";

    public void Dispose() => Key.Dispose();

    public async Task<ReceivedReply> RegisterAsync(string token, bool force = false, string tag = DeviceWorld.SoftwareTag)
    {
        var reply = await SendAsync(RegistrationText(token, force, tag), withCertificate: false);
        if (reply.Reply.Status == ReplyStatus.Ok)
        {
            Adopt(reply);
        }

        return reply;
    }

    public string RegistrationText(string token, bool force = false, string tag = DeviceWorld.SoftwareTag) => RequestWriter.Compose(
        Header(RequestType.Registration),
        new RegistrationRequest(token, tag, Convert.ToBase64String(Key.ExportSubjectPublicKeyInfo()), hostname, force) { ReturnCode = ReturnCode });

    public Task<ReceivedReply> AuthorizeAsync(params (string Tag, long Count)[] wanted) => SendAsync(AuthorizationText(wanted));

    public string AuthorizationText(params (string Tag, long Count)[] wanted) => RequestWriter.Compose(
        Header(RequestType.Authorization), new AuthorizationRequest(wanted.Select(one => new EntitlementRequest(one.Count, one.Tag)).ToList()));

    public Task<ReceivedReply> RenewAsync() => SendAsync(RequestWriter.Compose(Header(RequestType.IdCertRenewal), new IdCertRenewalRequest(DeviceWorld.SoftwareTag, hostname)));

    public Task<ReceivedReply> DeregisterAsync() => SendAsync(RequestWriter.Compose(Header(RequestType.Deregistration), new DeregistrationRequest()));

    public Task<ReceivedReply> DetachAsync(DateTimeOffset until) => SendAsync(RequestWriter.Compose(Header(RequestType.Detach), new DetachRequest(until.ToUnixTimeSeconds())));

    public Task<ReceivedReply> ReattachAsync() => SendAsync(RequestWriter.Compose(Header(RequestType.Reattach), new ReattachRequest()));

    /// <summary>Asks for licenses that it shares with a peer.</summary>
    public Task<ReceivedReply> ShareAsync(ApplicationShare share, params (string Tag, long Count)[] wanted) => SendAsync(RequestWriter.Compose(
        Header(RequestType.Authorization), new AuthorizationRequest(wanted.Select(one => new EntitlementRequest(one.Count, one.Tag, Application: share)).ToList())));

    public static Sudi Sudi(string serialNumber) => new() { UdiPid = Pid, UdiSerialNumber = serialNumber };

    public void Adopt(ReceivedReply reply)
    {
        var identity = reply.Data<IdentityReply>().Value;
        Certificate = Convert.FromBase64String(identity.Certificates[0]);
        Piid = identity.ProductInstanceIdentifier;
        using var certificate = X509CertificateLoader.LoadCertificate(Certificate);
        using var root = X509CertificateLoader.LoadCertificate(Convert.FromBase64String(identity.Certificates[2]));
        using var issuing = X509CertificateLoader.LoadCertificate(Convert.FromBase64String(identity.Certificates[1]));
        Assert.True(ChainCheck.Verify(certificate, [issuing], root, CertificatePurpose.DeviceIdentity, world.Now).IsOk);
    }

    public RequestHeader Header(RequestType type, TimeSpan clockError = default, string? nonce = null) => new()
    {
        Sudi = new Sudi { UdiPid = Pid, UdiSerialNumber = SerialNumber },
        Timestamp = (world.Now + clockError).ToUnixTimeMilliseconds(),
        Nonce = nonce ?? Nonce.Make(Random),
        RequestType = type.Name(),
        ProductInstanceIdentifier = Piid,
        HaUdi = Set?.Units,
        HaSequence = Set?.Sequence,
    };

    /// <summary>Seals the text, sends it, and believes the reply only if it is the authority's.</summary>
    public async Task<ReceivedReply> SendAsync(string text, bool withCertificate = true)
    {
        using var response = await PostAsync(RequestWriter.Seal(text, Key, withCertificate ? Certificate : []));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await ReadAsync(response);
    }

    public async Task<HttpResponseMessage> PostAsync(byte[] body, string contentType = "application/json")
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        return await world.Http.PostAsync(new Uri(Address, UriKind.Relative), content, TestContext.Current.CancellationToken);
    }

    public async Task<ReceivedReply> ReadAsync(HttpResponseMessage response)
    {
        var read = ReceivedReply.Read(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.True(read.IsOk, $"{read.Code}: {read.Detail}");
        Assert.Null(Signers.Problem(read.Value, world.Server.Get<AuthorityKeys>().Current.Root.Certificate.RawData, null));
        return read.Value;
    }

    public static string Text(ReceivedReply reply) => Encoding.UTF8.GetString(reply.Text);
}
