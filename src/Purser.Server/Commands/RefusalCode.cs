namespace Purser.Server.Commands;

/// <summary>The closed list of reasons for which a command may be refused. <see cref="Refusals"/> maps each to HTTP and words.</summary>
public enum RefusalCode
{
    // the caller
    NotSignedIn,
    NotAllowed,
    TooManyAttempts,
    SignInFailed,

    // the request
    MalformedRequest,
    MethodNotAllowed,
    BodyTooLarge,
    UnsupportedContentType,
    TooManyRequests,
    InvalidInput,
    NotFound,
    AlreadyExists,
    Conflict,
    Stale,
    IdempotencyKeyReused,

    // accounts
    AccountInactive,
    AccountTypeForbids,
    AgreementPending,
    VirtualAccountNotEmpty,
    VirtualAccountIsDefault,
    NestingTooDeep,
    NestingCycle,
    LastAdministrator,

    // tokens
    TokenInvalid,
    TokenExpired,
    TokenRevoked,
    TokenUsedUp,
    ExportNotPermitted,

    // catalog and orders
    UnknownProduct,
    UnknownEntitlement,
    UnknownSku,
    SmartAccountRequired,

    // licenses
    NotEnoughAvailable,
    SameVirtualAccount,
    OtherAccount,
    NotTransferable,

    // devices
    SignatureInvalid,
    CertificateInvalid,
    CertificateRevoked,
    IdentityInvalid,
    MessageReplayed,
    ClockSkew,
    RestrictedLicensesInUse,
    ReservationInPlace,
    ReservationNotEnabled,
    CodeInvalid,
    CodeUsed,
    UpdatePending,
    ReturnPending,

    // the machine
    Busy,
    StoreUnavailable,
}
