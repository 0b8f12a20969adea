using Purser.Agent.State;

namespace Purser.Agent;

/// <summary>Attempts and answers by kind of message, for "show license tech support".</summary>
internal static class Statistics
{
    public static DeviceState Note(DeviceState state, string type, string response, string? failure, DateTimeOffset now)
    {
        var old = state.Statistics.FirstOrDefault(one => one.Type == type) ?? new CallStatistics(type);
        var noted = old with { LastResponse = response, LastResponseAt = now, FailureReason = failure };
        noted = failure is null
            ? noted with { Success = noted.Success + 1, OngoingFailure = 0, LastSuccess = now }
            : noted with { Fail = noted.Fail + 1, OngoingFailure = noted.OngoingFailure + 1, LastFailure = now };
        return state with { Statistics = [.. state.Statistics.Where(one => one.Type != type), noted] };
    }
}
