using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Purser.Tests.Infrastructure;

/// <summary>An authenticator in software: one discoverable P-256 credential with user verification (WebAuthn 6, 7), as browsers hand it on in JSON.</summary>
internal sealed class SoftPasskey : IDisposable
{
    private const byte UserPresentAndVerified = 0x05;
    private const byte WithCredential = 0x40;

    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly byte[] id = RandomNumberGenerator.GetBytes(32);
    private uint count;
    private string userHandle = "";

    /// <summary>Lets the next answer claim another origin than the page's.</summary>
    public string Origin { get; set; } = FormBrowser.Origin;

    public string Id => Base64Url.EncodeToString(id);

    public string Create(string optionsJson)
    {
        using var options = JsonDocument.Parse(optionsJson);
        userHandle = options.RootElement.GetProperty("user").GetProperty("id").GetString()!;
        var client = ClientData("webauthn.create", options.RootElement);
        var authenticator = AuthenticatorData(options.RootElement.GetProperty("rp").GetProperty("id").GetString()!, WithCredential);

        // {"fmt": "none", "attStmt": {}, "authData": …} in CBOR.
        byte[] attestation =
        [
            0xA3, 0x63, .. "fmt"u8, 0x64, .. "none"u8, 0x67, .. "attStmt"u8, 0xA0, 0x68, .. "authData"u8,
            0x58, checked((byte)authenticator.Length), .. authenticator,
        ];
        return Credential(new { clientDataJSON = Text(client), attestationObject = Text(attestation), transports = new[] { "internal" } });
    }

    public string Get(string optionsJson)
    {
        using var options = JsonDocument.Parse(optionsJson);
        var client = ClientData("webauthn.get", options.RootElement);
        var authenticator = AuthenticatorData(options.RootElement.GetProperty("rpId").GetString()!, 0);
        var signature = key.SignData([.. authenticator, .. SHA256.HashData(client)], HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        return Credential(new { clientDataJSON = Text(client), authenticatorData = Text(authenticator), signature = Text(signature), userHandle });
    }

    public void Dispose() => key.Dispose();

    private string Credential(object response) => JsonSerializer.Serialize(
        new { id = Id, rawId = Id, type = "public-key", clientExtensionResults = new { }, authenticatorAttachment = "platform", response });

    private byte[] ClientData(string type, JsonElement options) => JsonSerializer.SerializeToUtf8Bytes(
        new { type, challenge = options.GetProperty("challenge").GetString(), origin = Origin, crossOrigin = false });

    private byte[] AuthenticatorData(string domain, byte flags)
    {
        var uses = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(uses, ++count);
        return [.. SHA256.HashData(Encoding.UTF8.GetBytes(domain)), (byte)(UserPresentAndVerified | flags), .. uses, .. flags == 0 ? [] : NewCredential()];
    }

    private byte[] NewCredential()
    {
        var point = key.ExportParameters(includePrivateParameters: false).Q;

        // COSE: kty 2 (EC2), alg -7 (ES256), crv 1 (P-256), x, y.
        return [.. new byte[16], 0, 32, .. id, 0xA5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 32, .. point.X!, 0x22, 0x58, 32, .. point.Y!];
    }

    private static string Text(byte[] bytes) => Base64Url.EncodeToString(bytes);
}
