using Purser.Protocol;

namespace Purser.Server.Usage.Authorizations;

/// <summary>Why a code is refused, in the words of the published API where it has one (API reference 4.4).</summary>
public enum AuthorizationRefusal
{
    AllCountsInUse,
    UnknownTag,
    NotEnforced,
    NotForThisProduct,
    ExportNotPermitted,
    UnknownProduct,
    UdiNotFound,
    UdiInDifferentAccount,
    NotAllowed,
    OtherwiseLicensed,
    NothingAsked,
    InvalidConfirmationCode,
    InvalidReturnCode,
}

/// <summary>What became of the request of one product instance.</summary>
/// <param name="Code">The file to import; null in a confirmation, a return and a refusal.</param>
/// <param name="Tag">The license that is the reason of a refusal.</param>
public sealed record AuthorizationOutcome(Udi Udi, long? DeviceId, string? Name, string? Piid, string? Code, AuthorizationRefusal? Refused, string Message, string? Tag = null)
{
    public bool IsDone => Refused is null;

    public long VirtualAccountId { get; init; }

    public static AuthorizationOutcome No(Udi udi, AuthorizationRefusal why, string message, string? tag = null) => new(udi, null, null, null, null, why, message, tag);
}
