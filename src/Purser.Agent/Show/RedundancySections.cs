using Purser.Agent.State;
using Purser.Protocol.Wire;

namespace Purser.Agent.Show;

/// <summary>What the show pages tell of redundancy (device reference 9).</summary>
internal static class RedundancySections
{
    /// <summary>"Active:PID:x,SN:y" and so on; a single device is active.</summary>
    public static void Units(ShowText text, DeviceState state, string indent, string gap)
    {
        if (state.HighAvailability is not { } set)
        {
            text.Line($"{indent}{HaRole.Active}:{gap}{ShowLicense.UdiOf(state).Display}");
            return;
        }

        foreach (var unit in set.Units)
        {
            text.Line($"{indent}{unit.Role}:{gap}{unit.Sudi.ToUdi().Display}");
        }
    }

    /// <summary>"HA Info" and "AppHA" of the tech support page; nothing for a single device.</summary>
    public static void Write(ShowText text, DeviceState state)
    {
        if (state.HighAvailability is not null)
        {
            text.Title("HA Info")
                .Line($"RP Role: {HaRole.Active}")
                .Append(section => Units(section, state, "  ", " "))
                .Line();
        }

        var shared = state.Entitlements.Where(static use => use.Application is not null).ToList();
        if (shared.Count == 0)
        {
            return;
        }

        text.Title("AppHA");
        foreach (var use in shared)
        {
            var share = use.Application!;
            text.Line($"{use.DisplayName ?? use.ShortName}:")
                .Line($"  Application: {share.Name}, Id: {share.Id}, Role: {share.Role}")
                .Line("  Peer Info:")
                .Line($"    UDI: {share.Peer.ToUdi().Key}");
        }

        text.Line();
    }
}
