using System.Collections.Frozen;

namespace Purser.Server.Commands;

/// <summary>The one table that maps a refusal to its HTTP status (RFC 9457) and its title.</summary>
public static class Refusals
{
    public sealed record Row(int Status, string Slug, string Title);

    private static readonly FrozenDictionary<RefusalCode, Row> Rows = new Dictionary<RefusalCode, Row>
    {
        [RefusalCode.NotSignedIn] = new(401, "not-signed-in", "Sign in first"),
        [RefusalCode.NotAllowed] = new(403, "not-allowed", "Your role does not allow this"),
        [RefusalCode.TooManyAttempts] = new(429, "too-many-attempts", "Too many attempts"),
        [RefusalCode.SignInFailed] = new(401, "sign-in-failed", "Sign-in failed"),
        [RefusalCode.MalformedRequest] = new(400, "malformed-request", "The request cannot be read"),
        [RefusalCode.MethodNotAllowed] = new(405, "method-not-allowed", "The address does not know this method"),
        [RefusalCode.BodyTooLarge] = new(413, "body-too-large", "The body is too large"),
        [RefusalCode.UnsupportedContentType] = new(415, "unsupported-content-type", "This content type is not supported"),
        [RefusalCode.TooManyRequests] = new(429, "too-many-requests", "Too many requests"),
        [RefusalCode.InvalidInput] = new(422, "invalid-input", "The input is not valid"),
        [RefusalCode.NotFound] = new(404, "not-found", "Not found"),
        [RefusalCode.AlreadyExists] = new(409, "already-exists", "It exists already"),
        [RefusalCode.Conflict] = new(409, "conflict", "This does not fit the present state"),
        [RefusalCode.Stale] = new(409, "stale", "Something changed in the meantime"),
        [RefusalCode.IdempotencyKeyReused] = new(422, "idempotency-key-reused", "The idempotency key was used for another request"),
        [RefusalCode.AccountInactive] = new(409, "account-inactive", "The Smart Account is not active"),
        [RefusalCode.AccountTypeForbids] = new(409, "account-type-forbids", "This type of Smart Account does not allow it"),
        [RefusalCode.AgreementPending] = new(409, "agreement-pending", "The license agreement has not been accepted"),
        [RefusalCode.VirtualAccountNotEmpty] = new(409, "virtual-account-not-empty", "The virtual account is not empty"),
        [RefusalCode.VirtualAccountIsDefault] = new(409, "virtual-account-is-default", "The virtual account is the default"),
        [RefusalCode.NestingTooDeep] = new(409, "nesting-too-deep", "Virtual accounts nest at most ten levels deep"),
        [RefusalCode.NestingCycle] = new(409, "nesting-cycle", "A virtual account cannot lie below itself"),
        [RefusalCode.LastAdministrator] = new(409, "last-administrator", "The last administrator must stay"),
        [RefusalCode.TokenInvalid] = new(404, "token-invalid", "The registration token is not valid"),
        [RefusalCode.TokenExpired] = new(409, "token-expired", "The registration token has expired"),
        [RefusalCode.TokenRevoked] = new(409, "token-revoked", "The registration token was revoked"),
        [RefusalCode.TokenUsedUp] = new(409, "token-used-up", "The registration token has no uses left"),
        [RefusalCode.ExportNotPermitted] = new(409, "export-not-permitted", "Export-controlled functionality is not permitted for this account"),
        [RefusalCode.UnknownProduct] = new(422, "unknown-product", "The product is not in the catalog"),
        [RefusalCode.UnknownEntitlement] = new(422, "unknown-entitlement", "The license is not in the catalog"),
        [RefusalCode.UnknownSku] = new(422, "unknown-sku", "The SKU is not in the catalog"),
        [RefusalCode.SmartAccountRequired] = new(422, "smart-account-required", "The SKU needs a Smart Account on the order line"),
        [RefusalCode.NotEnoughAvailable] = new(409, "not-enough-available", "Not enough licenses are available"),
        [RefusalCode.SameVirtualAccount] = new(422, "same-virtual-account", "Source and target are the same virtual account"),
        [RefusalCode.OtherAccount] = new(409, "other-account", "It belongs to another Smart Account"),
        [RefusalCode.NotTransferable] = new(409, "not-transferable", "These licenses cannot be transferred"),
        [RefusalCode.SignatureInvalid] = new(400, "signature-invalid", "The signature does not match the message"),
        [RefusalCode.CertificateInvalid] = new(400, "certificate-invalid", "The certificate is not valid"),
        [RefusalCode.CertificateRevoked] = new(403, "certificate-revoked", "The certificate was revoked"),
        [RefusalCode.IdentityInvalid] = new(403, "identity-invalid", "The identity of the product instance is not valid"),
        [RefusalCode.MessageReplayed] = new(409, "message-replayed", "The nonce was used for another message"),
        [RefusalCode.ClockSkew] = new(409, "clock-skew", "The clocks differ too much"),
        [RefusalCode.RestrictedLicensesInUse] = new(409, "restricted-licenses-in-use", "Restricted licenses are in use"),
        [RefusalCode.ReservationInPlace] = new(409, "reservation-in-place", "Licenses are reserved on the product instance"),
        [RefusalCode.ReservationNotEnabled] = new(409, "reservation-not-enabled", "License reservation is not enabled for this account"),
        [RefusalCode.CodeInvalid] = new(422, "code-invalid", "The code is not valid"),
        [RefusalCode.CodeUsed] = new(409, "code-used", "The code was used already"),
        [RefusalCode.UpdatePending] = new(409, "update-pending", "Previous Update Still Pending"),
        [RefusalCode.ReturnPending] = new(409, "return-pending", "Previous Product Return Pending"),
        [RefusalCode.Busy] = new(503, "busy", "The server is busy"),
        [RefusalCode.StoreUnavailable] = new(503, "store-unavailable", "The database cannot be reached"),
    }.ToFrozenDictionary();

    public static Row Of(RefusalCode code) => Rows[code];
}
