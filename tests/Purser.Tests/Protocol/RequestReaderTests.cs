using System.Text;
using System.Text.Json.Nodes;
using Purser.Protocol;
using Purser.Protocol.Wire;

namespace Purser.Tests.Protocol;

public sealed class RequestReaderTests
{
    [Fact]
    public void A_changed_text_no_longer_fits_its_signature()
    {
        using var key = WireSamples.Key();
        var body = Encoding.UTF8.GetString(Golden.Bytes("signed-AUTHORIZATION.json"));
        var altered = RequestReader.Read(Encoding.UTF8.GetBytes(body.Replace("\\\"count\\\\\\\":2", "\\\"count\\\\\\\":3", StringComparison.Ordinal).Replace("edge-1", "edge-2", StringComparison.Ordinal)));

        Assert.True(altered.IsOk);
        Assert.False(altered.Value.IsSignedBy(key));
    }

    [Fact]
    public void Escapes_in_the_envelope_do_not_change_what_was_signed()
    {
        using var key = WireSamples.Key();
        var envelope = JsonNode.Parse(Golden.Bytes("signed-AUTHORIZATION.json"))!;
        var request = RequestReader.Read(Encoding.UTF8.GetBytes(envelope.ToJsonString()));

        Assert.True(request.Value.IsSignedBy(key));
    }

    public static TheoryData<string, string, string> BadEnvelopes => new()
    {
        { "empty", "", WireCode.Malformed },
        { "not JSON", "hello", WireCode.Malformed },
        { "null", "null", WireCode.Malformed },
        { "a list", "[]", WireCode.Malformed },
        { "no request", """{"signature":{"type":"ECDSA-P256-SHA256","value":"AA=="},"credential":null}""", WireCode.Malformed },
        { "request twice", """{"signature":{"type":"x","value":"y"},"credential":null,"request":"{}","request":"{}"}""", WireCode.Malformed },
        { "request null", """{"signature":{"type":"x","value":"y"},"credential":null,"request":null}""", WireCode.Malformed },
        { "lone surrogate", """{"signature":{"type":"x","value":"y"},"credential":null,"request":"\ud800"}""", WireCode.Malformed },
        { "other signature type", """{"signature":{"type":"SHA-256","value":"AA=="},"credential":null,"request":"{}"}""", WireCode.BadSignature },
        { "short signature", """{"signature":{"type":"ECDSA-P256-SHA256","value":"AA=="},"credential":null,"request":"{}"}""", WireCode.BadSignature },
        { "deep", new string('[', 100) + new string(']', 100), WireCode.Malformed },
        { "deep unknown member", $$"""{"x":{{new string('[', 100)}}{{new string(']', 100)}}}""", WireCode.Malformed },
    };

    [Theory]
    [MemberData(nameof(BadEnvelopes))]
    public void A_bad_envelope_is_refused(string what, string body, string code)
    {
        var read = RequestReader.Read(Encoding.UTF8.GetBytes(body));
        Assert.False(read.IsOk, what);
        Assert.Equal(code, read.Code);
    }

    [Fact]
    public void Invalid_utf8_and_oversize_are_refused()
    {
        var body = Golden.Bytes("signed-REGISTRATION.json");
        body[^20] = 0xFF;
        Assert.Equal(WireCode.Malformed, RequestReader.Read(body).Code);
        Assert.Equal(WireCode.TooLarge, RequestReader.Read(new byte[WireLimits.BodyBytes + 1]).Code);
    }

    public static TheoryData<string, string, string> BadTexts => new()
    {
        { "version 2", """{"header.version":"2.0"}""", WireCode.UnsupportedVersion },
        { "unknown type", """{"header.request_type":"THIRD_PARTY_KEY"}""", WireCode.UnknownRequestType },
        { "no type", """{"header.request_type":null}""", WireCode.Malformed },
        { "short nonce", """{"nonce":"abc","header.nonce":"abc"}""", WireCode.Malformed },
        { "nonces differ", """{"nonce":"ffffffffffffffffffffffffffffffff"}""", WireCode.Malformed },
        { "negative time", """{"header.timestamp":-1}""", WireCode.Malformed },
        { "huge time", """{"header.timestamp":9223372036854775807}""", WireCode.Malformed },
        { "time as text", """{"header.timestamp":"now"}""", WireCode.Malformed },
        { "blank serial", """{"header.sudi":{"udi_pid":"A","udi_serial_number":" "}}""", WireCode.Malformed },
        { "no sudi", """{"header.sudi":null}""", WireCode.Malformed },
        { "data not JSON", """{"request_data":"x"}""", WireCode.Malformed },
        { "negative count", """{"request_data":"{\"entitlements\":[{\"tag\":\"t\",\"name\":null,\"count\":-1}]}"}""", WireCode.InvalidCount },
        { "huge count", """{"request_data":"{\"entitlements\":[{\"tag\":\"t\",\"name\":null,\"count\":1000000001}]}"}""", WireCode.InvalidCount },
        { "beyond 64 bits", """{"request_data":"{\"entitlements\":[{\"tag\":\"t\",\"name\":null,\"count\":99999999999999999999}]}"}""", WireCode.Malformed },
        { "fraction", """{"request_data":"{\"entitlements\":[{\"tag\":\"t\",\"name\":null,\"count\":1.5}]}"}""", WireCode.Malformed },
        { "nameless", """{"request_data":"{\"entitlements\":[{\"tag\":null,\"name\":null,\"count\":1}]}"}""", WireCode.Malformed },
        { "twice", """{"request_data":"{\"entitlements\":[{\"tag\":\"t\",\"name\":null,\"count\":1},{\"tag\":\"t\",\"name\":null,\"count\":2}]}"}""", WireCode.Malformed },
        { "null entitlement", """{"request_data":"{\"entitlements\":[null]}"}""", WireCode.Malformed },
        { "null list", """{"request_data":"{\"entitlements\":null}"}""", WireCode.Malformed },
    };

    [Theory]
    [MemberData(nameof(BadTexts))]
    public void A_bad_text_is_refused(string what, string changes, string code)
    {
        var text = JsonNode.Parse(RequestWriter.Compose(WireSamples.Header(RequestType.Authorization), WireSamples.Body(RequestType.Authorization)))!;
        foreach (var (path, value) in JsonNode.Parse(changes)!.AsObject())
        {
            var parts = path.Split('.');
            var at = parts.Length == 2 ? text[parts[0]]! : text;
            at[parts[^1]] = value?.DeepClone();
        }

        using var key = WireSamples.Key();
        var read = RequestReader.Read(RequestWriter.Seal(text.ToJsonString(), key, [1, 2, 3]));
        Assert.False(read.IsOk, what);
        Assert.Equal(code, read.Code);
    }

    [Fact]
    public void Only_a_registration_comes_without_certificate()
    {
        using var key = WireSamples.Key();
        var authorization = RequestWriter.Compose(WireSamples.Header(RequestType.Authorization), WireSamples.Body(RequestType.Authorization));
        var registration = RequestWriter.Compose(WireSamples.Header(RequestType.Registration), WireSamples.Body(RequestType.Registration));

        Assert.Equal(WireCode.BadCertificate, RequestReader.Read(RequestWriter.Seal(authorization, key, [])).Code);
        Assert.Equal(WireCode.Malformed, RequestReader.Read(RequestWriter.Seal(registration, key, [1])).Code);
    }

    [Fact]
    public void A_garbled_token_is_refused_as_a_token()
    {
        using var key = WireSamples.Key();
        var text = RequestWriter.Compose(WireSamples.Header(RequestType.Registration), WireSamples.Registration() with { Token = "two words" });
        Assert.Equal(WireCode.TokenInvalid, RequestReader.Read(RequestWriter.Seal(text, key, [])).Code);
    }

    [Fact]
    public void Only_keys_on_P256_are_taken()
    {
        using var other = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP384);
        using var own = WireSamples.Key();

        Assert.False(MessageSignature.ImportPublicKey(other.ExportSubjectPublicKeyInfo()).IsOk);
        Assert.False(MessageSignature.ImportPublicKey([1, 2, 3]).IsOk);
        using var imported = MessageSignature.ImportPublicKey(own.ExportSubjectPublicKeyInfo()).Value;
        Assert.True(RequestReader.Read(Golden.Bytes("signed-REGISTRATION.json")).Value.IsSignedBy(imported));
    }
}
