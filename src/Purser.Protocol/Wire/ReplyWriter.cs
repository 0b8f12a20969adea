using System.Security.Cryptography;
using System.Text;

namespace Purser.Protocol.Wire;

/// <summary>Makes an answer: first its exact text, which an authority stores to answer a repeated message alike, then the signed envelope.</summary>
public static class ReplyWriter
{
    private const string ServerName = "SSM";

    private static readonly ConnectInfo Server = new() { Name = ServerName, Version = RequestHeader.CurrentVersion, Prod = true, Capabilities = ["OK_TRY_AGAIN"] };

    public static string Ok(ReceivedRequest request, ReplyBody body, DateTimeOffset now) => Ok(request, Data(body), body as IdentityReply, now);

    /// <summary>The answer to a request that was understood and refused.</summary>
    public static string Failed(ReceivedRequest request, string code, string message, DateTimeOffset now) =>
        Compose(request, ReplyStatus.Failed, code, message, now, null, null);

    /// <summary>The device's clock is too far off: it corrects itself and sends again.</summary>
    public static string TryAgain(ReceivedRequest request, DateTimeOffset now) => Compose(
        request, ReplyStatus.OkTryAgain, WireCode.ClockSkew, $"The device's clock is {request.SkewAt(now)} seconds off", now, null, null);

    /// <summary>The answer to something that could not be read; there is no nonce to give back.</summary>
    public static string Unreadable(string code, string message, DateTimeOffset now) => WireJson.WriteText(new ReplyText(
        new ReplyHeader(RequestHeader.CurrentVersion, null, null, null, Server), ReplyStatus.Failed, code, message, now.ToUnixTimeSeconds(), 0, null));

    /// <param name="text">From the methods above.</param>
    /// <param name="key">The message signer's.</param>
    /// <param name="chain">Base64 DER certificates: the signer's, the issuing one, the root.</param>
    public static byte[] Seal(string text, ECDsa key, IReadOnlyList<string> chain) =>
        WireJson.Write(new ReplyEnvelope(MessageSignature.Sign(key, Encoding.UTF8.GetBytes(text)), chain, text));

    private static string Ok(ReceivedRequest request, string data, IdentityReply? identity, DateTimeOffset now) =>
        Compose(request, ReplyStatus.Ok, null, null, now, data, identity?.ProductInstanceIdentifier);

    private static string Compose(ReceivedRequest request, string status, string? code, string? message, DateTimeOffset now, string? data, string? identifier) =>
        WireJson.WriteText(new ReplyText(
            new ReplyHeader(RequestHeader.CurrentVersion, request.Nonce, request.Type.Name(), identifier ?? request.Header.ProductInstanceIdentifier, Server),
            status,
            code,
            message,
            now.ToUnixTimeSeconds(),
            request.SkewAt(now),
            data));

    private static string Data(ReplyBody body) => body switch
    {
        IdentityReply identity => WireJson.WriteText(identity),
        AuthorizationReply authorization => WireJson.WriteText(authorization),
        DeregistrationReply deregistration => WireJson.WriteText(deregistration),
        DetachReply detach => WireJson.WriteText(detach),
        ReattachReply reattach => WireJson.WriteText(reattach),
        _ => throw new ArgumentOutOfRangeException(nameof(body)),
    };
}
