using System.Text.Json.Serialization;

namespace Purser.Protocol.Wire;

/// <summary>The JSON text inside <see cref="ReplyEnvelope.Response"/>.</summary>
/// <param name="Header">Which request this answers.</param>
/// <param name="Status">One of <see cref="ReplyStatus"/>.</param>
/// <param name="Code">One of <see cref="WireCode"/> unless the status is OK.</param>
/// <param name="Message">For people.</param>
/// <param name="ServerTime">Epoch seconds.</param>
/// <param name="Skew">Device clock minus server clock, seconds.</param>
/// <param name="ResponseData">JSON text of one of the records below; null unless the status is OK.</param>
public sealed record ReplyText(
    ReplyHeader Header,
    string Status,
    string? Code,
    string? Message,
    long ServerTime,
    long Skew,
    string? ResponseData);

/// <param name="Nonce">The request's; null when it could not be read.</param>
public sealed record ReplyHeader(string Version, string? Nonce, string? RequestType, string? ProductInstanceIdentifier, ConnectInfo? ConnectInfo);

public abstract record ReplyBody;

/// <summary>Answer to REGISTRATION and to ID_CERT_RENEWAL. Instants are epoch seconds by the authority's clock.</summary>
/// <param name="ProductInstanceIdentifier">A random uuid; stays through renewals.</param>
/// <param name="Certificates">Base64 DER: the device's identity certificate, the issuing one, the root.</param>
/// <param name="SmartAccount">Name.</param>
/// <param name="VirtualAccount">Name.</param>
/// <param name="ExportAllowed">From the token: export-controlled functionality is allowed.</param>
/// <param name="IssuedAt">Registration or renewal.</param>
/// <param name="RenewAt">When the device renews.</param>
/// <param name="ExpiresAt">End of the identity certificate.</param>
public sealed record IdentityReply(
    string ProductInstanceIdentifier,
    IReadOnlyList<string> Certificates,
    string SmartAccount,
    string VirtualAccount,
    bool ExportAllowed,
    long IssuedAt,
    long RenewAt,
    long ExpiresAt) : ReplyBody;

public sealed record AuthorizationReply(
    bool InCompliance,
    long AuthorizedAt,
    long NextAt,
    long DeadlineAt,
    string SmartAccount,
    string VirtualAccount,
    IReadOnlyList<EntitlementReply> Entitlements) : ReplyBody;

/// <param name="Tag">Null when the name asked for is unknown.</param>
/// <param name="Name">As asked, when it was asked by name.</param>
/// <param name="Count">As asked.</param>
/// <param name="Status">One of <see cref="EntitlementStatus"/>.</param>
/// <param name="DisplayName">The license's name.</param>
/// <param name="Description">For people.</param>
/// <param name="Version">Of the entitlement, "1.0".</param>
/// <param name="ExportRestricted">Needs an export authorization.</param>
/// <param name="Enforcement">NOT_ENFORCED, ENFORCED or EXPORT_RESTRICTED.</param>
/// <param name="Reason">Why it is not authorized, and what helps; for people.</param>
public sealed record EntitlementReply(
    string? Tag,
    string? Name,
    long Count,
    string Status,
    string? DisplayName,
    string? Description,
    string? Version,
    bool ExportRestricted = false,
    string Enforcement = "NOT_ENFORCED",
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Reason = null);

public sealed record DeregistrationReply(long DeregisteredAt) : ReplyBody;

public sealed record DetachReply(long DetachedAt, long Until) : ReplyBody;

public sealed record ReattachReply(long ReattachedAt) : ReplyBody;
