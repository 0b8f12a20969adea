using Purser.Agent.Rules;
using Purser.Agent.State;
using Purser.Protocol;
using Purser.Protocol.Usage;

namespace Purser.Agent.Policy;

/// <summary>What an imported file does (device reference 4.4.3). Importing it again is harmless. Pure.</summary>
internal static class ImportRules
{
    /// <summary>Reports that are acknowledged and still kept, to be saved or looked at again.</summary>
    private const int KeptAcknowledged = 100;

    public static WireResult<DeviceState> Acknowledge(DeviceState state, Acknowledgement acknowledgement, DateTimeOffset now)
    {
        var policy = state.Policy!;
        if (!state.UnitsOf().Any(one => one.Unit.Udi == acknowledgement.Udi with { Uuid = null }) || (state.HighAvailability is null && acknowledgement.Udi.Uuid != state.Device.Uuid))
        {
            return new WireRefusal(
                ReservationError.AnotherDevice,
                $"The acknowledgement is for {acknowledgement.Udi}, and this is {string.Join(" and ", state.UnitsOf().Select(static one => one.Unit.Udi))}. Import it there");
        }

        var named = acknowledgement.Acknowledged.ToHashSet();
        var isNews = policy.Reports.Any(report => IsAwaited(report, named));
        var account = policy.Account is { } known && known.At > acknowledgement.At
            ? known
            : new ReportingAccount(acknowledgement.Piid, acknowledgement.SmartAccount, acknowledgement.VirtualAccount, acknowledgement.At);
        return state with
        {
            Policy = Purged(policy with
            {
                Account = account,
                AcknowledgedAt = isNews ? now : policy.AcknowledgedAt,
                Reports = [.. policy.Reports.Select(report => IsAwaited(report, named) ? report with { Phase = ReportPhase.Acknowledged, Reason = CloseReason.Acknowledged } : report)],
            }),
        };
    }

    public static WireResult<DeviceState> Install(DeviceState state, DeliveredPolicy delivered, DateTimeOffset now) => state.Policy!.Installed switch
    {
        { } installed when delivered.Number < installed.Delivered.Number => new WireRefusal(
            ReservationError.PreviouslyInstalled,
            $"The policy '{delivered.Policy.Name}' (number {delivered.Number}) is older than the one that is installed, '{installed.Delivered.Policy.Name}' (number {installed.Delivered.Number}), which stays"),
        { } installed when delivered.Number == installed.Delivered.Number => state,
        _ => state with { Policy = state.Policy with { Installed = new InstalledPolicy(delivered, now) } },
    };

    private static bool IsAwaited(ReportRecord report, HashSet<ulong> named) => report.Phase is ReportPhase.Closed or ReportPhase.Unacknowledged && named.Contains(report.Id);

    private static PolicyState Purged(PolicyState policy)
    {
        var acknowledged = policy.Reports.Where(static report => report.Phase == ReportPhase.Acknowledged).ToList();
        var dropped = acknowledged.SkipLast(KeptAcknowledged).ToHashSet();
        return dropped.Count == 0 ? policy : policy with { Purged = policy.Purged + dropped.Count, Reports = [.. policy.Reports.Where(report => !dropped.Contains(report))] };
    }
}
