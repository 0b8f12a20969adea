using System.Globalization;
using Purser.Agent.Policy.Authorizations;
using Purser.Agent.Policy.Push;
using Purser.Agent.Policy.Trust;
using Purser.Agent.Rules;
using Purser.Agent.State;

namespace Purser.Agent.Policy;

/// <summary>What a step writes into the event log and the device's log: read off the two states, so no step can forget it.</summary>
internal static class PolicyEvents
{
    private const int Kept = 500;

    /// <summary>Days before the deadline at which a reminder is written; the last says that it has passed.</summary>
    private static readonly int[] Reminders = [30, 7, 0];

    private const string Upgraded = "SAEVT_UPGRADED model=\"policy\"";

    /// <summary>The state after a step, with its events.</summary>
    /// <param name="at">To the millisecond.</param>
    public static DeviceState Log(DeviceState before, DeviceState after, DateTimeOffset at)
    {
        if (after.Policy is not { } policy)
        {
            return after;
        }

        var events = (before.Policy is null ? [Upgraded] : Between(before, after)).Select(text => new LoggedEvent(at, text)).ToList();
        return events.Count == 0 ? after : after with { Policy = policy with { Events = [.. policy.Events.Concat(events).TakeLast(Kept)] } };
    }

    public static IEnumerable<AgentNotice> Notices(DeviceState before, DeviceState after, DateTimeOffset now)
    {
        if (after.Policy is not { } policy || before.Policy is not { } old)
        {
            yield break;
        }

        if (Reminder(before, after) is { } days)
        {
            yield return days == 0
                ? new AgentNotice(now, 6, "REPORTING_REQUIRED", "A Usage report acknowledgement is overdue.")
                : new AgentNotice(now, 6, "REPORTING_REQUIRED", string.Create(CultureInfo.InvariantCulture, $"A Usage report acknowledgement will be required in {days} days."));
        }

        if (policy.Installed != old.Installed && policy.Installed is { } installed)
        {
            yield return new AgentNotice(now, 6, "POLICY_INSTALL_SUCCESS", $"A new licensing policy was successfully installed: {installed.Delivered.Policy.Name}");
        }

        if (policy.AcknowledgedAt != old.AcknowledgedAt)
        {
            yield return new AgentNotice(now, 6, "RUM_ACK_RECEIVED", "A usage report acknowledgement was received");
        }

        foreach (var notice in TrustEvents.Notices(old, policy, now).Concat(CodeEvents.Notices(old, policy, now)).Concat(PushEvents.Notices(old, policy, now)))
        {
            yield return notice;
        }
    }

    private static IEnumerable<string> Between(DeviceState before, DeviceState after)
    {
        foreach (var tag in before.Entitlements.Concat(after.Entitlements).Select(static use => use.Tag!).Distinct())
        {
            var count = Count(after, tag);
            if (count != Count(before, tag))
            {
                yield return string.Create(CultureInfo.InvariantCulture, $"SAEVT_ENDPOINT_USAGE count=\"{count}\" entitlementTag=\"{tag}\"");
            }
        }

        if (before.Transport.Kind != after.Transport.Kind)
        {
            yield return $"SAEVT_TRANSPORT_MODE_CHANGED transport=\"{after.Transport.Kind}\"";
        }

        if (before.HighAvailability != after.HighAvailability)
        {
            yield return $"SAEVT_HA_ROLE_CHANGED active=\"{ReportMaker.ActiveUdi(after).Key}\"";
        }

        foreach (var text in TrustEvents.Between(before.Policy!, after.Policy!).Concat(CodeEvents.Between(before.Policy!, after.Policy!)).Concat(PushEvents.Between(before.Policy!, after.Policy!)).Concat(OfReports(before.Policy!, after.Policy!)))
        {
            yield return text;
        }
    }

    private static IEnumerable<string> OfReports(PolicyState before, PolicyState after)
    {
        var phases = before.Reports.ToDictionary(static report => report.Id, static report => report.Phase);
        foreach (var report in after.Reports)
        {
            if (!report.IsOpen && (!phases.TryGetValue(report.Id, out var phase) || phase != report.Phase))
            {
                yield return string.Create(CultureInfo.InvariantCulture, $"SAEVT_UTILITY_RUM reportId=\"{report.Id}\" state=\"{Show.ReportWords.State(report)}\" reason=\"{report.Last.CloseReason}\"");
            }
        }

        if (after.Installed is { } installed && installed != before.Installed)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"SAEVT_POLICY_INSTALLED name=\"{installed.Delivered.Policy.Name}\" number=\"{installed.Delivered.Number}\"");
        }

        foreach (var note in after.Imports.Except(before.Imports))
        {
            yield return $"SAEVT_IMPORT type=\"{note.Type}\" result=\"{(note.Failure is null ? "SUCCESS" : "FAILED")}\"";
        }
    }

    private static long Count(DeviceState state, string tag) => state.Entitlements.FirstOrDefault(use => use.Tag == tag)?.Count ?? 0;

    /// <summary>The one that this step has passed.</summary>
    private static int? Reminder(DeviceState before, DeviceState after)
    {
        if (ReportingOutlook.Of(after).Deadline is not { } deadline || before.Policy!.MeasuredAt is not { } from || after.Policy!.MeasuredAt is not { } to)
        {
            return null;
        }

        var passed = Reminders.Where(days => deadline.AddDays(-days) > from && deadline.AddDays(-days) <= to).ToList();
        return passed.Count == 0 ? null : passed.Min();
    }
}
