namespace Purser.Protocol.Authorizations;

/// <summary>A license for which a device needs an authorization code, and how many.</summary>
public sealed record AskedAuthorization(string Tag, long Count);

/// <summary>
/// What a device asks for: a code for licenses that it may not use without one, the confirmation of a code that it installed, or the return of its code
/// (device reference 4.6; API reference 4.2).
/// </summary>
/// <param name="SoftwareTag">Of its product; null where whoever asks does not know it.</param>
/// <param name="Licenses">Empty in a confirmation and a return.</param>
/// <param name="Replaces">These and no others; otherwise those that it has stay besides.</param>
/// <param name="ConfirmationCode">Shown by the device once it installed a code.</param>
/// <param name="ReturnCode">Shown by the device once it gave its code up.</param>
public sealed record AuthorizationRequest(
    Udi Udi, IReadOnlyList<AskedAuthorization> Licenses, string? SoftwareTag = null, string? Hostname = null, bool Replaces = false, string? ConfirmationCode = null, string? ReturnCode = null)
{
    public const int MaximumLicenses = 1_000;
}
