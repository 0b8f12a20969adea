using System.Text.Json.Serialization;

namespace Purser.Protocol.Wire;

/// <summary>What a device asks; the JSON text inside <see cref="RequestText.RequestData"/>.</summary>
public abstract record RequestBody;

/// <summary>
/// Signed with the very key that it presents, which proves possession. The key stands inside the signed text, so nobody can put another beside it.
/// </summary>
/// <param name="Token">The ID token, as typed.</param>
/// <param name="SoftwareTag">What the product is.</param>
/// <param name="PublicKey">Base64 of a DER SubjectPublicKeyInfo on P-256.</param>
/// <param name="Hostname">Shown to people beside the serial number.</param>
/// <param name="Force">Register although the authority already knows this device as registered.</param>
/// <param name="Capabilities">Names of what the agent understands (device reference 2.9).</param>
/// <param name="ReturnCode">Of the reservation that the device gives up by registering: proof that it had it (domain rules 8.9).</param>
public sealed record RegistrationRequest(
    string Token,
    string SoftwareTag,
    string PublicKey,
    string? Hostname = null,
    bool Force = false,
    IReadOnlyList<string>? Capabilities = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ReturnCode = null) : RequestBody;

/// <summary>A new certificate for the same key.</summary>
public sealed record IdCertRenewalRequest(string SoftwareTag, string? Hostname = null) : RequestBody;

/// <summary>The whole set in use, absolute: what is not listed is released, so a repeated or reordered message does no harm.</summary>
public sealed record AuthorizationRequest(IReadOnlyList<EntitlementRequest> Entitlements) : RequestBody;

/// <summary>By <paramref name="Tag"/>; a device that only knows the license's name sends <paramref name="Name"/>, and the answer tells the tag.</summary>
/// <param name="ExportAuthorization">The device asks for a restricted license as such: one that is not restricted is refused (help ch. 6).</param>
/// <param name="Application">Set where a peer shares this license, which then counts once for both.</param>
public sealed record EntitlementRequest(
    long Count,
    string? Tag = null,
    string? Name = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool ExportAuthorization = false,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ApplicationShare? Application = null);

public sealed record DeregistrationRequest(string? Reason = null) : RequestBody;

/// <summary>The device will not call until <paramref name="Until"/> (epoch seconds): it is shut down, shipped, or kept as a snapshot.</summary>
public sealed record DetachRequest(long Until, string? Reason = null) : RequestBody;

/// <summary>The device is back before its time.</summary>
public sealed record ReattachRequest(string? Reason = null) : RequestBody;
