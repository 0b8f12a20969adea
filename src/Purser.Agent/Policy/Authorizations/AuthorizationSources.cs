using Purser.Agent.Rules;
using Purser.Agent.State;
using Purser.Protocol;
using Purser.Protocol.Reservations;
using Purser.Protocol.Wire;

namespace Purser.Agent.Policy.Authorizations;

/// <summary>Units of a license that something installed on this device gives, and what that is.</summary>
/// <param name="Status">As the show pages call the source.</param>
/// <param name="IsEarlier">It was there before the upgrade to licensing by policy.</param>
internal sealed record GivenLicense(string Role, Udi Udi, string Status, bool IsEarlier, AuthorizedLicense License);

/// <summary>
/// The sources of authorization together: authorization codes, and what stays valid from before the upgrade, reservations and node-locked licenses
/// (device reference 4.6: auth-code, slr, plr, pak). Pure.
/// </summary>
internal static class AuthorizationSources
{
    public const string Code = "SMART AUTHORIZATION INSTALLED";
    public const string Specific = "SPECIFIC INSTALLED";
    public const string Universal = "UNIVERSAL INSTALLED";
    public const string NodeLocked = "PAK";

    public static IEnumerable<GivenLicense> Of(DeviceState state) => OfCode(state).Concat(OfReservation(state)).Concat(OfNode(state));

    /// <summary>How many of a license the device may use now that may not be used without authorization.</summary>
    public static long Allowed(DeviceState state, string tag, DateTimeOffset now) => Allowed(state, tag, now, static _ => true);

    /// <summary>Without the authorization code.</summary>
    public static long AllowedEarlier(DeviceState state, string tag, DateTimeOffset now) => Allowed(state, tag, now, static given => given.IsEarlier);

    /// <summary>When a term begins or ends next; null: none does.</summary>
    public static DateTimeOffset? NextChange(DeviceState state, DateTimeOffset now) => Of(state)
        .SelectMany(static given => new[] { given.License.Begin(), given.License.End() })
        .Where(instant => instant > now && instant < DateTimeOffset.MaxValue)
        .Select(static instant => (DateTimeOffset?)instant)
        .Min();

    public static string StatusOf(InstalledAuthorization installed) => installed.IsUniversal ? Universal : Specific;

    private static long Allowed(DeviceState state, string tag, DateTimeOffset now, Func<GivenLicense, bool> which) =>
        state.IsReserved() && state.ActiveUnit().Installed!.IsUniversal
            ? long.MaxValue
            : Of(state).Where(given => given.License.Tag == tag && given.License.IsInForce(now) && which(given)).Sum(static given => given.License.Count);

    private static IEnumerable<GivenLicense> OfCode(DeviceState state) =>
        from license in state.Policy!.Codes.Installed?.Code.Licenses ?? []
        select new GivenLicense(HaRole.Active, ReportMaker.ActiveUdi(state), Code, false, license);

    private static IEnumerable<GivenLicense> OfReservation(DeviceState state) =>
        from one in state.UnitsOf()
        from license in one.Unit.Installed?.Licenses ?? []
        select new GivenLicense(one.Role, one.Unit.Udi, Specific, true, license);

    private static IEnumerable<GivenLicense> OfNode(DeviceState state) =>
        from license in state.Policy!.NodeLocked
        let known = ReportingOutlook.LicenseOf(state.Policy, license.Tag)
        select new GivenLicense(HaRole.Active, ReportMaker.ActiveUdi(state), NodeLocked, true, new AuthorizedLicense(license.Tag, license.Count, null, null, known.Name, known.Description, ""));
}
