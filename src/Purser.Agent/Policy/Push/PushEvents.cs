using Purser.Agent.Rules;

namespace Purser.Agent.Policy.Push;

/// <summary>What a step writes of messages into the event log and the device's log: read off the two states.</summary>
internal static class PushEvents
{
    public static IEnumerable<string> Between(PolicyState before, PolicyState after) => after.Push.Messages.Except(before.Push.Messages)
        .Select(static note => $"SAEVT_MESSAGE type=\"{note.Type}\" result=\"{(note.Failure is null ? "SUCCESS" : "FAILED")}\"");

    public static IEnumerable<AgentNotice> Notices(PolicyState before, PolicyState after, DateTimeOffset now)
    {
        var failed = after.Push.Messages.Except(before.Push.Messages).Where(static note => note.Failure is not null).ToList();
        if (after.Push.CutOffSince is not null && before.Push.CutOffSince is null)
        {
            yield return new AgentNotice(now, 3, "COMM_FAILED", $"Communications failure: {failed.LastOrDefault()?.Failure}");
        }
        else if (after.Push.CutOffSince is null && before.Push.CutOffSince is not null)
        {
            yield return new AgentNotice(now, 5, "COMM_RESTORED", "Communications restored");
        }
        else if (after.Push.CutOffSince is null)
        {
            foreach (var note in failed)
            {
                yield return note.Type is PushNames.Trust or PushNames.TrustSync ? new AgentNotice(now, 3, "TRUST_CODE_INSTALL_FAILED", $"The install of a new licensing trust code has failed: {note.Failure}")
                    : note.Type == PushNames.Authorization ? new AgentNotice(now, 3, "AUTHORIZATION_INSTALL_FAILED", $"The install of a new licensing authorization code has failed: {note.Failure}")
                    : new AgentNotice(now, 3, "UTILITY_RUM_FAIL", $"{note.Type} failed: {note.Failure}");
            }
        }
    }
}
