using System.Net;
using System.Security.Cryptography;
using System.Text;
using Purser.Protocol;
using Purser.Protocol.Wire;
using Purser.Server.Devices;
using Purser.Server.Jobs;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Devices;

/// <summary>Everything that a device, or somebody who pretends to be one, can get wrong: always a clear answer, never a change.</summary>
[Trait("Feature", "PI-02")]
public sealed class BadInputTests
{
    private const string Advantage = DeviceWorld.AdvantageTag;

    [Theory, Engines]
    public async Task A_clock_that_is_a_day_off_is_told_so_and_nothing_happens(Engine engine)
    {
        await using var world = await DeviceWorld.StartAsync(engine);
        using var device = await RegisteredAsync(world);
        var stated = RequestWriter.Compose(device.Header(RequestType.Authorization, TimeSpan.FromDays(1)), new AuthorizationRequest([new EntitlementRequest(1, Advantage)]));

        var reply = (await device.SendAsync(stated)).Reply;

        Assert.Equal((ReplyStatus.OkTryAgain, WireCode.ClockSkew, 86400), (reply.Status, reply.Code, reply.Skew));
        Assert.Equal(world.Now.ToUnixTimeSeconds(), reply.ServerTime);
        Assert.Null(await world.PoolAsync(DeviceWorld.Advantage));
        var corrected = await device.SendAsync(RequestWriter.Restate(stated, world.Now, new string('a', 32)));
        Assert.Equal(ReplyStatus.Ok, corrected.Reply.Status);
        var tolerated = await device.SendAsync(RequestWriter.Compose(device.Header(RequestType.Authorization, TimeSpan.FromMinutes(-15)), new AuthorizationRequest([])));
        Assert.Equal(ReplyStatus.Ok, tolerated.Reply.Status);
    }

    [Theory, Engines]
    public async Task What_was_signed_for_an_hour_to_come_is_not_carried_out_when_it_is_replayed_then(Engine engine)
    {
        await using var world = await DeviceWorld.StartAsync(engine);
        using var device = await RegisteredAsync(world);
        var early = RequestWriter.Compose(device.Header(RequestType.Authorization, TimeSpan.FromDays(3)), new AuthorizationRequest([new EntitlementRequest(7, Advantage)]));
        Assert.Equal(WireCode.ClockSkew, (await device.SendAsync(early)).Reply.Code);
        using var stranger = new TestDevice(world, "SN9");
        var unknown = RequestWriter.Compose(stranger.Header(RequestType.Registration, TimeSpan.FromDays(3)), new RegistrationRequest("no-such-token", DeviceWorld.SoftwareTag, Convert.ToBase64String(stranger.Key.ExportSubjectPublicKeyInfo()), null, false));
        Assert.Equal(WireCode.ClockSkew, (await stranger.SendAsync(unknown, withCertificate: false)).Reply.Code);

        world.Server.Advance(TimeSpan.FromDays(3));
        Assert.DoesNotContain(await world.Server.Get<JobRunner>().RunDueAsync(TestContext.Current.CancellationToken), outcome => outcome.Failed);

        Assert.Equal(WireCode.ClockSkew, (await device.SendAsync(early)).Reply.Code);
        Assert.Null(await world.PoolAsync(DeviceWorld.Advantage));
        Assert.Equal(WireCode.TokenInvalid, (await stranger.SendAsync(unknown, withCertificate: false)).Reply.Code); // nothing was kept of a stranger
    }

    [Theory, Engines]
    public async Task A_nonce_serves_one_message(Engine engine)
    {
        await using var world = await DeviceWorld.StartAsync(engine);
        using var device = await RegisteredAsync(world);
        var nonce = new string('b', 32);
        var one = RequestWriter.Compose(device.Header(RequestType.Authorization, nonce: nonce), new AuthorizationRequest([new EntitlementRequest(1, Advantage)]));
        var other = RequestWriter.Compose(device.Header(RequestType.Authorization, nonce: nonce), new AuthorizationRequest([new EntitlementRequest(9, Advantage)]));

        var first = await device.SendAsync(one);
        Assert.Equal(TestDevice.Text(first), TestDevice.Text(await device.SendAsync(one)));
        Assert.Equal(WireCode.NonceReplayed, (await device.SendAsync(other)).Reply.Code);

        Assert.Equal(1, (await world.PoolAsync(DeviceWorld.Advantage))!.InUse);
        using var neighbour = await RegisteredAsync(world, "SN2");
        var theirs = RequestWriter.Compose(neighbour.Header(RequestType.Authorization, nonce: nonce), new AuthorizationRequest([]));
        Assert.Equal(ReplyStatus.Ok, (await neighbour.SendAsync(theirs)).Reply.Status); // nonces of different devices are apart
    }

    [Fact]
    public async Task A_signature_or_certificate_that_does_not_fit_is_refused()
    {
        await using var world = await DeviceWorld.StartAsync(Engine.Sqlite);
        using var device = await RegisteredAsync(world);
        using var stranger = await RegisteredAsync(world, "SN2");
        using var foreignWorld = new TestDevice(world, "SN3");
        var text = device.AuthorizationText((Advantage, 1));

        // somebody else's key, somebody else's certificate, a certificate of nobody, none at all
        Assert.Equal(WireCode.BadSignature, await CodeAsync(device, RequestWriter.Seal(text, stranger.Key, device.Certificate)));
        Assert.Equal(WireCode.BadCertificate, await CodeAsync(device, RequestWriter.Seal(text, stranger.Key, stranger.Certificate)));
        Assert.Equal(WireCode.BadCertificate, await CodeAsync(device, RequestWriter.Seal(text, device.Key, SelfSigned(device.Key))));
        Assert.Equal(WireCode.BadCertificate, await CodeAsync(device, RequestWriter.Seal(text, device.Key, [1, 2, 3])));
        Assert.Equal(WireCode.BadCertificate, await CodeAsync(device, RequestWriter.Seal(text, device.Key, [])));

        // one letter changed after signing
        var sealedText = Encoding.UTF8.GetString(RequestWriter.Seal(text, device.Key, device.Certificate));
        Assert.Equal(WireCode.BadSignature, await CodeAsync(device, Encoding.UTF8.GetBytes(sealedText.Replace("\\\\\\\"count\\\\\\\":1", "\\\\\\\"count\\\\\\\":7", StringComparison.Ordinal))));

        // a registration that presents a key it does not have
        var registration = foreignWorld.RegistrationText(await world.TokenAsync());
        Assert.Equal(WireCode.BadSignature, await CodeAsync(device, RequestWriter.Seal(registration, stranger.Key, [])));
        Assert.Null(await world.PoolAsync(DeviceWorld.Advantage));
    }

    [Fact]
    public async Task A_certificate_that_has_ended_is_refused()
    {
        await using var world = await DeviceWorld.StartAsync(Engine.Sqlite);
        using var device = await RegisteredAsync(world);
        await device.AuthorizeAsync();

        world.Server.Advance(TimeSpan.FromDays(365));

        Assert.Equal(WireCode.CertificateExpired, (await device.AuthorizeAsync()).Reply.Code);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1_000_000_001)]
    [InlineData(long.MaxValue)]
    public async Task A_count_out_of_range_is_refused(long count)
    {
        await using var world = await DeviceWorld.StartAsync(Engine.Sqlite);
        using var device = await RegisteredAsync(world);

        Assert.Equal(WireCode.InvalidCount, (await device.AuthorizeAsync((Advantage, count))).Reply.Code);
        Assert.Null(await world.PoolAsync(DeviceWorld.Advantage));
    }

    [Fact]
    public async Task Bodies_that_are_no_messages_are_refused_in_kind()
    {
        await using var world = await DeviceWorld.StartAsync(Engine.Sqlite);
        using var device = await RegisteredAsync(world);
        var good = RequestWriter.Seal(device.AuthorizationText(), device.Key, device.Certificate);

        Assert.Equal(WireCode.Malformed, await CodeAsync(device, [0x7B, 0x22, 0xFF, 0xFE, 0x22, 0x7D])); // invalid UTF-8
        Assert.Equal(WireCode.Malformed, await CodeAsync(device, Encoding.UTF8.GetBytes(new string('[', 5000) + new string(']', 5000)))); // deep
        Assert.Equal(WireCode.Malformed, await CodeAsync(device, "{}"u8.ToArray()));
        Assert.Equal(WireCode.Malformed, await CodeAsync(device, []));

        using var tooLarge = await device.PostAsync(new byte[WireLimits.BodyBytes + 1]);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, tooLarge.StatusCode);
        using var wrongType = await device.PostAsync(good, "text/plain");
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, wrongType.StatusCode);
        using var wrongCharset = await device.PostAsync(good, "application/json; charset=utf-16");
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, wrongCharset.StatusCode);
        using var get = await world.Http.GetAsync(new Uri("/licservice/license", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, get.StatusCode);
    }

    [Theory]
    [InlineData("/SmartTransport")]
    [InlineData("/Transportgateway/services/DeviceRequestHandler")]
    [InlineData("/its/service/oddce/services/DDCEService")]
    public async Task Every_published_address_answers(string address)
    {
        await using var world = await DeviceWorld.StartAsync(Engine.Sqlite);
        using var device = await RegisteredAsync(world);
        device.Address = address;

        Assert.Equal(ReplyStatus.Ok, (await device.AuthorizeAsync()).Reply.Status);
    }

    [Fact]
    public async Task Call_home_carries_the_envelope_inside_xml()
    {
        await using var world = await DeviceWorld.StartAsync(Engine.Sqlite);
        using var device = await RegisteredAsync(world);
        var envelope = Encoding.UTF8.GetString(RequestWriter.Seal(device.AuthorizationText((Advantage, 1)), device.Key, device.Certificate));
        var xml = $"""
            <?xml version="1.0"?>
            <soap-env:Envelope xmlns:soap-env="http://www.w3.org/2003/05/soap-envelope"><soap-env:Body><aml-block:Attachments xmlns:aml-block="http://example/aml-block">
            <aml-block:Attachment type="inline"><aml-block:Name>smart_licensing_data</aml-block:Name>
            <aml-block:Data encoding="plain"><![CDATA[{envelope}]]></aml-block:Data></aml-block:Attachment></aml-block:Attachments></soap-env:Body></soap-env:Envelope>
            """;
        device.Address = "/its/service/oddce/services/DDCEService";

        using var response = await device.PostAsync(Encoding.UTF8.GetBytes(xml), "text/xml");

        Assert.Equal(ReplyStatus.Ok, (await device.ReadAsync(response)).Reply.Status);
        Assert.Equal(1, (await world.PoolAsync(DeviceWorld.Advantage))!.InUse);
        using var bomb = await device.PostAsync("<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>"u8.ToArray(), "text/xml");
        Assert.Equal(WireCode.Malformed, (await device.ReadAsync(bomb)).Reply.Code);
    }

    private static async Task<TestDevice> RegisteredAsync(DeviceWorld world, string serialNumber = "SN1")
    {
        var device = new TestDevice(world, serialNumber);
        Assert.Equal(ReplyStatus.Ok, (await device.RegisterAsync(await world.TokenAsync())).Reply.Status);
        return device;
    }

    private static async Task<string?> CodeAsync(TestDevice device, byte[] body)
    {
        using var response = await device.PostAsync(body);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return (await device.ReadAsync(response)).Reply.Code;
    }

    private static byte[] SelfSigned(ECDsa key)
    {
        var request = new System.Security.Cryptography.X509Certificates.CertificateRequest("CN=NW-9300, SERIALNUMBER=3f0f4e0a-3a9b-4d1e-9c53-0d1b0c1d2e3f", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(TestInstallation.Start.AddDays(-1), TestInstallation.Start.AddDays(1));
        return certificate.RawData;
    }
}
