using Purser.Agent.Policy.Authorizations;
using Purser.Agent.Rules;
using Purser.Agent.State;
using Purser.Protocol;
using Purser.Protocol.Wire;

namespace Purser.Agent.Policy.Upgrade;

/// <summary>
/// The device's software is replaced by one that is licensed by policy: what is in use is measured from then on, what was reserved for the device or
/// fulfilled onto it stays valid, and a registration is none any more (device reference 4.6; domain rules 13.1). Pure.
/// </summary>
internal static class UpgradeRules
{
    public static WireResult<DeviceState> Upgrade(DeviceState state, IReadOnlyList<NodeLockedLicense> nodeLocked, DateTimeOffset now)
    {
        if (Problem(state, nodeLocked) is { } problem)
        {
            return problem;
        }

        var next = Transitions.DropIdentity(state, new Deregistered(), now);
        var policy = new PolicyState { NodeLocked = nodeLocked, Licenses = [.. Known(state).GroupBy(static license => license.Tag).Select(static same => same.First())] };
        foreach (var use in next.Entitlements)
        {
            policy = UsageMeter.Count(policy, ReportingOutlook.LicenseOf(policy, use.Tag!), use.Count, null, now);
        }

        return CodeRules.Judged(next with { Policy = policy, Trust = state.Trust, Transport = next.Transport with { Kind = TransportKind.Off } }, now);
    }

    private static WireRefusal? Problem(DeviceState state, IReadOnlyList<NodeLockedLicense> nodeLocked) =>
        state.Policy is not null ? new WireRefusal(WireCode.NotAllowed, "this device is licensed by policy already")
        : state.UnitsOf().Any(static one => one.Unit.Phase == ReservationPhase.InProgress)
            ? new WireRefusal(ReservationError.InProgress, "this device waits for an authorization; install it, or cancel its request first: license smart reservation cancel all")
        : state.Entitlements.FirstOrDefault(static use => use.Tag is null) is { } unnamed
            ? new WireRefusal(WireCode.InvalidTag, $"nobody has told the entitlement tag of {unnamed.Requested}, so it cannot be reported; release it first, and request it by its tag afterwards: feature release {unnamed.Requested} {unnamed.Count}")
        : nodeLocked.FirstOrDefault(static license => !Tag.TryParse(license.Tag, out _)) is { } wrong ? new WireRefusal(WireCode.InvalidTag, $"'{wrong.Tag}' is no entitlement tag")
        : nodeLocked.Any(static license => license.Count is < 1 or > WireLimits.Count) ? new WireRefusal(WireCode.InvalidCount, $"the count of a license is 1 to {WireLimits.Count}")
        : null;

    /// <summary>What the device has been told of its licenses: nobody tells it any more.</summary>
    private static IEnumerable<ProductLicense> Known(DeviceState state) =>
    [
        .. from one in state.UnitsOf()
           from license in one.Unit.Installed?.Licenses ?? []
           select new ProductLicense(license.Tag, license.DisplayName, license.TagDescription, !license.IsPerpetual, license.ExportRestricted ? LicenseEnforcement.ExportRestricted : LicenseEnforcement.NotEnforced),
        .. from use in state.Entitlements
           let name = use.DisplayName ?? use.ShortName
           select new ProductLicense(use.Tag!, name, use.Description ?? name, Enforcement: use.ExportRestricted ? LicenseEnforcement.ExportRestricted : LicenseEnforcement.NotEnforced),
    ];
}
