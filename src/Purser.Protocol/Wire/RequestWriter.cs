using System.Security.Cryptography;
using System.Text;

namespace Purser.Protocol.Wire;

/// <summary>Makes a device's message: first the exact text, then the signed envelope around it. The text is what a device keeps to repeat itself.</summary>
public static class RequestWriter
{
    public static string Compose(RequestHeader header, RequestBody body) =>
        WireJson.WriteText(new RequestText(header, header.Nonce, Data(body)));

    /// <summary>The same request at another time, after the clock was corrected: with a new nonce it is a new message.</summary>
    public static string Restate(string text, DateTimeOffset stated, string nonce)
    {
        var request = WireJson.Read<RequestText>(text).Value;
        var header = request.Header with { Timestamp = stated.ToUnixTimeMilliseconds(), Nonce = nonce };
        return WireJson.WriteText(request with { Header = header, Nonce = nonce });
    }

    /// <param name="text">From <see cref="Compose"/>.</param>
    /// <param name="key">The device's.</param>
    /// <param name="certificate">DER identity certificate; null for REGISTRATION.</param>
    public static byte[] Seal(string text, ECDsa key, ReadOnlySpan<byte> certificate)
    {
        var credential = certificate.IsEmpty ? null : Convert.ToBase64String(certificate);
        return WireJson.Write(new RequestEnvelope(MessageSignature.Sign(key, Encoding.UTF8.GetBytes(text)), text, credential));
    }

    private static string Data(RequestBody body) => body switch
    {
        RegistrationRequest registration => WireJson.WriteText(registration),
        IdCertRenewalRequest renewal => WireJson.WriteText(renewal),
        AuthorizationRequest authorization => WireJson.WriteText(authorization),
        DeregistrationRequest deregistration => WireJson.WriteText(deregistration),
        DetachRequest detach => WireJson.WriteText(detach),
        ReattachRequest reattach => WireJson.WriteText(reattach),
        _ => throw new ArgumentOutOfRangeException(nameof(body)),
    };
}
