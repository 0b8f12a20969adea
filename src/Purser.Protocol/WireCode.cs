namespace Purser.Protocol;

/// <summary>The closed list of reasons that an authority gives. A device must bear codes it does not know: it then goes by the status alone.</summary>
public static class WireCode
{
    public const string Malformed = "MALFORMED";
    public const string TooLarge = "TOO_LARGE";
    public const string UnsupportedVersion = "UNSUPPORTED_VERSION";
    public const string UnknownRequestType = "UNKNOWN_REQUEST_TYPE";
    public const string BadSignature = "BAD_SIGNATURE";
    public const string BadCertificate = "BAD_CERTIFICATE";
    public const string CertificateExpired = "CERTIFICATE_EXPIRED";

    /// <summary>Revoked certificate, removed product instance, or replaced by a newer registration: register again.</summary>
    public const string IdentityInvalid = "IDENTITY_INVALID";

    public const string NonceReplayed = "NONCE_REPLAYED";
    public const string ClockSkew = "CLOCK_SKEW";
    public const string TokenInvalid = "TOKEN_INVALID";
    public const string TokenExpired = "TOKEN_EXPIRED";
    public const string TokenRevoked = "TOKEN_REVOKED";
    public const string TokenUsedUp = "TOKEN_USED_UP";
    public const string AlreadyRegistered = "ALREADY_REGISTERED";
    public const string AgreementPending = "AGREEMENT_PENDING";
    public const string UnknownProduct = "UNKNOWN_PRODUCT";
    public const string InvalidTag = "INVALID_TAG";
    public const string InvalidCount = "INVALID_COUNT";

    /// <summary>The account or the product instance may not do this now (disabled account, reserved device).</summary>
    public const string NotAllowed = "NOT_ALLOWED";

    /// <summary>The list of units of a high availability set cannot be right; the message says what is wrong with it.</summary>
    public const string HaInvalid = "HA_INVALID";

    /// <summary>The authority knows a newer state of the set, or another one of the same age: an old message, or two units that both believe to be active.</summary>
    public const string HaStale = "HA_STALE";

    /// <summary>A unit of the set is a product instance of its own, or belongs to another set.</summary>
    public const string HaUnitRegistered = "HA_UNIT_REGISTERED";

    /// <summary>The attributes of application redundancy cannot be right.</summary>
    public const string ApplicationInvalid = "APPLICATION_INVALID";

    /// <summary>The product instance cannot go into, or be taken out of, detached mode.</summary>
    public const string DetachRefused = "DETACH_REFUSED";

    public const string Busy = "BUSY";
    public const string Internal = "INTERNAL";

    /// <summary>Worth repeating unchanged after a while; everything else needs a person or a different message.</summary>
    public static bool IsTemporary(string code) => code is Busy or Internal or ClockSkew;
}
