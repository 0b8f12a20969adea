using Purser.Agent.Policy.Trust;
using Purser.Agent.Show;
using Purser.Agent.State;
using Purser.Protocol.Usage;

namespace Purser.Agent.Policy;

/// <summary>Makes the report that leaves the device, sealed once: it is handed out in the same words however often.</summary>
internal static class ReportMaker
{
    /// <summary>With the key of the active unit's trust code, where there is one.</summary>
    public static string Seal(DeviceState state, ReportRecord record)
    {
        var report = Make(state, record);
        if (TrustRules.InForce(state, record.Last.LoggedAt) is not { } trust)
        {
            return SealedReport.SealBuiltin(report).Write();
        }

        using var key = TrustKey.Open(trust.PrivateKey);
        return SealedReport.Seal(report, key, trust.Id).Write();
    }

    public static UsageReport Make(DeviceState state, ReportRecord record) => new(
        UsageReport.Version2,
        record.Id,
        state.Device.SoftwareTag,
        ActiveUdi(state),
        record.Tag,
        state.Device.SoftwareVersion ?? "",
        record.Measurements,
        Piid: state.Policy!.Account?.Piid ?? TrustRules.InForce(state, record.Last.LoggedAt)?.Piid,
        Units: [.. Units(state)]);

    /// <summary>Who saved or sent a file of reports.</summary>
    public static string Info(DeviceState state, string nonce, DateTimeOffset now) => new SystemInfo(ActiveUdi(state), now, nonce, state.Device.Hostname, state.Device.SoftwareTag).Write();

    /// <summary>The unit that reports for its set.</summary>
    public static Protocol.Udi ActiveUdi(DeviceState state) => state.HighAvailability?.Active.Sudi.ToUdi() ?? ShowLicense.UdiOf(state);

    private static IEnumerable<ReportingUnit> Units(DeviceState state) => state.HighAvailability is { } set
        ? set.Units.Select(static unit => new ReportingUnit(unit.Role, unit.Sudi.ToUdi()))
        : [new ReportingUnit(Protocol.Wire.HaRole.Active, ShowLicense.UdiOf(state))];
}
