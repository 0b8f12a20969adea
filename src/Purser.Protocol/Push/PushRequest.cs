using System.Security.Cryptography;
using System.Text;
using Purser.Protocol.Usage;
using Purser.Protocol.Wire;

namespace Purser.Protocol.Push;

/// <summary>A push message as it travels.</summary>
/// <param name="Text">Of the message; kept byte for byte, because the signature covers it.</param>
/// <param name="TrustId">Of the trust code whose key signed it; null: nothing proves whose it is.</param>
public sealed record PushRequest(string Text, PushMessage Message, string? TrustId = null, string? Signature = null)
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static PushRequest Unsigned(PushMessage message) => new(message.Write(), message);

    public static PushRequest Seal(PushMessage message, ECDsa key, string trustId)
    {
        var text = message.Write();
        return new PushRequest(text, message, trustId, MessageSignature.Sign(key, Covered(text)).Value);
    }

    /// <param name="body">At most <see cref="PushLimits.BodyBytes"/>, or it is refused.</param>
    public static WireResult<PushRequest> Read(ReadOnlySpan<byte> body)
    {
        if (body.Length > PushLimits.BodyBytes)
        {
            return new WireRefusal(WireCode.TooLarge, $"A push message has at most {PushLimits.BodyBytes} bytes");
        }

        try
        {
            return Read(Utf8.GetString(body));
        }
        catch (DecoderFallbackException)
        {
            return new WireRefusal(WireCode.Malformed, "The push request is not valid UTF-8");
        }
    }

    public byte[] Write() => Utf8.GetBytes(UsageJson.Write(new PushRequestText(Text) { TrustId = TrustId, Signature = Signature }));

    public bool IsSignedBy(ECDsa key) => Signature is not null && Base64.TryDecode(Signature, MessageSignature.Bytes) is { } value && MessageSignature.Verify(key, Covered(Text), value);

    private static WireResult<PushRequest> Read(string json)
    {
        var outer = UsageJson.Read<PushRequestText>(json, "The push request");
        if (!outer.IsOk)
        {
            return new WireRefusal(outer.Code!, outer.Detail!);
        }

        if (outer.Value.TrustId is null != outer.Value.Signature is null || outer.Value.TrustId is { Length: 0 or > WireLimits.Text })
        {
            return new WireRefusal(WireCode.Malformed, "trust_id and signature come together or not at all");
        }

        var message = PushMessage.Read(outer.Value.Request);
        return message.IsOk ? new PushRequest(outer.Value.Request, message.Value, outer.Value.TrustId, outer.Value.Signature) : new WireRefusal(message.Code!, message.Detail!);
    }

    private static byte[] Covered(string text) => Encoding.UTF8.GetBytes($"smartLicensePush\n{text}");
}
