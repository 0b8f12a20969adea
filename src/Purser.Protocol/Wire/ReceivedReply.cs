using System.Text;

namespace Purser.Protocol.Wire;

/// <summary>A well-formed answer; nothing in it may be believed before <see cref="Certificates.TrustedSigners"/> has checked it.</summary>
public sealed record ReceivedReply(ReplyText Reply, byte[] Text, byte[] Signature, IReadOnlyList<byte[]> Chain)
{
    public DateTimeOffset ServerTime => DateTimeOffset.FromUnixTimeSeconds(Reply.ServerTime);

    public WireResult<T> Data<T>()
        where T : ReplyBody =>
        Reply.ResponseData is { } data ? WireJson.Read<T>(data) : new WireRefusal(WireCode.Malformed, "The reply holds no data");

    public static WireResult<ReceivedReply> Read(ReadOnlySpan<byte> body)
    {
        if (body.Length > WireLimits.BodyBytes)
        {
            return new WireRefusal(WireCode.TooLarge, $"More than {WireLimits.BodyBytes} bytes");
        }

        var envelope = WireJson.Read<ReplyEnvelope>(body);
        if (!envelope.IsOk)
        {
            return new WireRefusal(envelope.Code!, envelope.Detail!);
        }

        var signature = MessageSignature.Decode(envelope.Value.Signature);
        if (!signature.IsOk)
        {
            return new WireRefusal(signature.Code!, signature.Detail!);
        }

        if (DecodeChain(envelope.Value.Credential) is not { } chain)
        {
            return new WireRefusal(WireCode.BadCertificate, "credential must be a list of base64 certificates, signer first, root last");
        }

        var signed = Encoding.UTF8.GetBytes(envelope.Value.Response);
        var text = WireJson.Read<ReplyText>(signed);
        if (!text.IsOk)
        {
            return new WireRefusal(text.Code!, $"response: {text.Detail}");
        }

        const long firstSecond = 0, lastSecond = 253_402_300_799;
        return text.Value.ServerTime is < firstSecond or > lastSecond
            ? new WireRefusal(WireCode.Malformed, "server_time is out of range")
            : new ReceivedReply(text.Value, signed, signature.Value, chain);
    }

    private static List<byte[]>? DecodeChain(IReadOnlyList<string> credential)
    {
        if (credential.Count is < 2 or > WireLimits.ChainLength)
        {
            return null;
        }

        var chain = new List<byte[]>(credential.Count);
        foreach (var one in credential)
        {
            if (one is null || Base64.TryDecode(one, WireLimits.CertificateBytes) is not { } certificate)
            {
                return null;
            }

            chain.Add(certificate);
        }

        return chain;
    }
}
