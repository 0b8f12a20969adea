using System.Text;

namespace Purser.Protocol.Wire;

/// <summary>Reads what claims to be a device's message. Shape and sizes only: neither keys nor clocks are looked at.</summary>
public static class RequestReader
{
    internal const long LatestTimestamp = 253_402_300_799_999; // end of the year 9999, the last that the platform's dates hold

    public static WireResult<ReceivedRequest> Read(ReadOnlySpan<byte> body)
    {
        if (body.Length > WireLimits.BodyBytes)
        {
            return new WireRefusal(WireCode.TooLarge, $"More than {WireLimits.BodyBytes} bytes");
        }

        var envelope = WireJson.Read<RequestEnvelope>(body);
        if (!envelope.IsOk)
        {
            return new WireRefusal(envelope.Code!, envelope.Detail!);
        }

        var signature = MessageSignature.Decode(envelope.Value.Signature);
        if (!signature.IsOk)
        {
            return new WireRefusal(signature.Code!, signature.Detail!);
        }

        var signed = Encoding.UTF8.GetBytes(envelope.Value.Request);
        var text = WireJson.Read<RequestText>(signed);
        if (!text.IsOk)
        {
            return new WireRefusal(text.Code!, $"request: {text.Detail}");
        }

        return Assemble(envelope.Value.Credential, signature.Value, signed, text.Value);
    }

    private static WireResult<ReceivedRequest> Assemble(string? credential, byte[] signature, byte[] signed, RequestText text)
    {
        if (HeaderProblem(text) is { } problem)
        {
            return problem;
        }

        if (RequestTypes.Parse(text.Header.RequestType) is not { } type)
        {
            return new WireRefusal(WireCode.UnknownRequestType, "Unknown request_type");
        }

        byte[]? certificate = null;
        if (type == RequestType.Registration)
        {
            if (credential is not null)
            {
                return new WireRefusal(WireCode.Malformed, "credential must be null in a REGISTRATION");
            }
        }
        else if (credential is null || (certificate = Base64.TryDecode(credential, WireLimits.CertificateBytes)) is null)
        {
            return new WireRefusal(WireCode.BadCertificate, "credential must be base64 of the identity certificate");
        }

        var data = RequestBodies.Read(type, text.RequestData);
        if (data.IsOk && data.Value is AuthorizationRequest authorization && RedundancyCheck.Applications(authorization, text.Header) is { } pair)
        {
            return pair;
        }

        return data.IsOk
            ? new ReceivedRequest(type, text.Header, data.Value, signed, signature, certificate)
            : new WireRefusal(data.Code!, data.Detail!);
    }

    private static WireRefusal? HeaderProblem(RequestText text)
    {
        var header = text.Header;
        if (!header.Version.StartsWith("1.", StringComparison.Ordinal) || header.Version.Length > 8)
        {
            return new WireRefusal(WireCode.UnsupportedVersion, $"Only version 1.x is spoken here, {RequestHeader.CurrentVersion} at best");
        }

        if (!Wire.Nonce.IsWellFormed(text.Nonce) || text.Nonce != header.Nonce)
        {
            return new WireRefusal(WireCode.Malformed, "nonce must be 32 lower-case hexadecimal digits, the same in text and header");
        }

        if (header.Timestamp is < 0 or > LatestTimestamp)
        {
            return new WireRefusal(WireCode.Malformed, "timestamp is out of range");
        }

        if (!header.Sudi.ToUdi().IsWellFormed)
        {
            return new WireRefusal(WireCode.Malformed, "sudi needs udi_pid and udi_serial_number, printable, without blanks and commas");
        }

        if (RedundancyCheck.Header(header) is { } set)
        {
            return set;
        }

        return IsShort(header.Locale, header.Sudi.Suvi, header.Sudi.HostIdentifier, header.Sudi.MacAddress, header.Sudi.UdiVid, header.ProductInstanceIdentifier, header.IdCertSerialNumber, header.SigningCertSerialNumber)
            ? null
            : new WireRefusal(WireCode.Malformed, $"A header text is longer than {WireLimits.Text} characters");
    }

    private static bool IsShort(params ReadOnlySpan<string?> texts)
    {
        foreach (var text in texts)
        {
            if (text?.Length > WireLimits.Text)
            {
                return false;
            }
        }

        return true;
    }
}
