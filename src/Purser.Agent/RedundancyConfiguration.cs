using Purser.Agent.State;
using Purser.Protocol;
using Purser.Protocol.Wire;

namespace Purser.Agent;

/// <summary>What a product tells its agent about redundancy, held to the rules of the wire before anything is kept (device reference 9).</summary>
internal static class RedundancyConfiguration
{
    public static WireResult<DeviceState> Units(DeviceState state, IReadOnlyList<HaUnit> units)
    {
        if (RedundancyCheck.Units(units) is { } problem)
        {
            return problem;
        }

        var known = state.HighAvailability;
        return known is not null && known.Units.SequenceEqual(units)
            ? state
            : Stale(state with { HighAvailability = new UnitSet((known?.Sequence ?? 0) + 1, [.. units]) });
    }

    /// <param name="share">Null: it is shared no longer.</param>
    public static WireResult<DeviceState> Share(DeviceState state, string license, ApplicationShare? share)
    {
        if (EntitlementList.Find(state.Entitlements, license) is not { } use)
        {
            return new WireRefusal(WireCode.InvalidTag, $"'{license}' is not in use here; request it first, 'show license usage' lists what is");
        }

        if (share is not null && (RedundancyCheck.Application(share) ?? PeerProblem(state, share)) is { } problem)
        {
            return problem;
        }

        // An application has one role and one peer, so all that it shares follows.
        return Stale(state with
        {
            Entitlements = [.. state.Entitlements.Select(one => one == use ? one with { Application = share }
                : share is not null && one.Application?.Key == share.Key ? one with { Application = share } : one)],
        });
    }

    private static WireRefusal? PeerProblem(DeviceState state, ApplicationShare share)
    {
        var peer = share.Peer.ToUdi();
        return peer == new Udi(state.Device.Pid, state.Device.Sn, state.Device.Uuid) || state.HighAvailability?.Units.Any(unit => unit.Sudi.ToUdi() == peer) == true
            ? new WireRefusal(WireCode.ApplicationInvalid, $"the peer of application {share.Key} is this device itself; name the other product instance")
            : null;
    }

    private static DeviceState Stale(DeviceState state) =>
        state with { Authorization = state.Authorization with { Stale = state.Registration.Identity is not null } };
}
