namespace Purser.Protocol.Wire;

/// <summary>Reads <c>request_data</c> by request type and holds it to the limits.</summary>
internal static class RequestBodies
{
    public static WireResult<RequestBody> Read(RequestType type, string data) => type switch
    {
        RequestType.Registration => Read<RegistrationRequest>(data, Problem),
        RequestType.IdCertRenewal => Read<IdCertRenewalRequest>(data, static renewal => TextProblem(renewal.SoftwareTag, renewal.Hostname)),
        RequestType.Authorization => Read<AuthorizationRequest>(data, Problem),
        RequestType.Deregistration => Read<DeregistrationRequest>(data, static deregistration => TextProblem(deregistration.Reason)),
        RequestType.Detach => Read<DetachRequest>(data, static detach => Instant(detach.Until) ?? TextProblem(detach.Reason)),
        RequestType.Reattach => Read<ReattachRequest>(data, static reattach => TextProblem(reattach.Reason)),
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    private static WireResult<RequestBody> Read<T>(string data, Func<T, WireRefusal?> problem)
        where T : RequestBody
    {
        var read = WireJson.Read<T>(data);
        if (!read.IsOk)
        {
            return new WireRefusal(read.Code!, $"request_data: {read.Detail}");
        }

        return problem(read.Value) is { } refusal ? refusal : read.Value;
    }

    private static WireRefusal? Problem(RegistrationRequest registration)
    {
        if (!TokenText.IsWellFormed(registration.Token))
        {
            return new WireRefusal(WireCode.TokenInvalid, $"A token has 1 to {TokenText.MaximumLength} characters without blanks");
        }

        if (Base64.TryDecode(registration.PublicKey, 256) is null)
        {
            return new WireRefusal(WireCode.Malformed, "public_key must be base64 of a SubjectPublicKeyInfo on P-256");
        }

        if (registration.ReturnCode is { Length: > WireLimits.Text })
        {
            return new WireRefusal(WireCode.Malformed, "return_code is too long");
        }

        if (registration.Capabilities is { } capabilities
            && (capabilities.Count > WireLimits.Capabilities || capabilities.Any(static one => one is not { Length: <= WireLimits.Text })))
        {
            return new WireRefusal(WireCode.Malformed, "Too many or too long capabilities");
        }

        return TextProblem(registration.SoftwareTag, registration.Hostname);
    }

    private static WireRefusal? Problem(AuthorizationRequest authorization)
    {
        if (authorization.Entitlements.Count > WireLimits.Entitlements)
        {
            return new WireRefusal(WireCode.Malformed, $"More than {WireLimits.Entitlements} entitlements");
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entitlement in authorization.Entitlements)
        {
            if (entitlement is null || string.IsNullOrEmpty(entitlement.Tag ?? entitlement.Name))
            {
                return new WireRefusal(WireCode.Malformed, "Every entitlement needs a tag or a name");
            }

            if (TextProblem(entitlement.Tag, entitlement.Name) is { } tooLong)
            {
                return tooLong;
            }

            if (entitlement.Count is < 0 or > WireLimits.Count)
            {
                return new WireRefusal(WireCode.InvalidCount, $"count must be 0 to {WireLimits.Count}");
            }

            if (!seen.Add(entitlement.Tag is { } tag ? $"tag:{tag}" : $"name:{entitlement.Name}"))
            {
                return new WireRefusal(WireCode.Malformed, $"{entitlement.Tag ?? entitlement.Name} is listed twice");
            }
        }

        return null;
    }

    private static WireRefusal? Instant(long seconds) => seconds is >= 0 and <= RequestReader.LatestTimestamp / 1000
        ? null
        : new WireRefusal(WireCode.Malformed, "until must be an instant in epoch seconds");

    private static WireRefusal? TextProblem(params ReadOnlySpan<string?> texts)
    {
        foreach (var text in texts)
        {
            if (text?.Length > WireLimits.Text)
            {
                return new WireRefusal(WireCode.Malformed, $"A text is longer than {WireLimits.Text} characters");
            }
        }

        return null;
    }
}
