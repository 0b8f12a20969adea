using System.Globalization;
using Purser.Agent.Policy;
using Purser.Agent.State;
using Purser.Protocol;

namespace Purser.Agent.Rules;

/// <summary>A line for the device's log, under the published names (device reference 6.3).</summary>
public sealed record AgentNotice(DateTimeOffset At, int Severity, string Name, string Text)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"%SMART_LIC-{Severity}-{Name}: {Text}");
}

/// <summary>Which lines a step writes: read off the two states, so no transition can forget one.</summary>
public static class Notices
{
    public static IEnumerable<AgentNotice> Between(DeviceState before, DeviceState after, DateTimeOffset now)
    {
        foreach (var notice in OfRegistration(before.Registration, after.Registration, now))
        {
            yield return notice;
        }

        if (after.Authorization.LastAttempt is { } attempt && attempt != before.Authorization.LastAttempt)
        {
            yield return attempt.Succeeded
                ? new AgentNotice(now, 6, "AUTH_RENEW_SUCCESS", $"Authorization renewal succeeded. State={(after.Authorization.InCompliance ? "authorized" : "out of compliance")}")
                : new AgentNotice(now, 3, "AUTH_RENEW_FAILED", $"Authorization renewal failed: {attempt.Failure}");
        }

        foreach (var notice in OfReservation(before, after, now))
        {
            yield return notice;
        }

        foreach (var notice in OfRedundancy(before, after, now))
        {
            yield return notice;
        }

        foreach (var notice in OfTime(before, after, now).Concat(PolicyEvents.Notices(before, after, now)))
        {
            yield return notice;
        }
    }

    private static IEnumerable<AgentNotice> OfRegistration(Registration before, Registration after, DateTimeOffset now)
    {
        if (after.Initial is { } initial && initial != before.Initial)
        {
            yield return initial.Succeeded
                ? new AgentNotice(now, 6, "AGENT_REG_SUCCESS", $"Registration succeeded: {after.Identity?.SmartAccount}, {after.Identity?.VirtualAccount}")
                : new AgentNotice(now, 3, "AGENT_REG_FAILED", $"Registration failed: {initial.Failure}");
        }

        if (after.LastRenewal is { } renewal && renewal != before.LastRenewal)
        {
            yield return renewal.Succeeded
                ? new AgentNotice(now, 6, "ID_CERT_RENEW_SUCCESS", "Identity certificate renewed")
                : new AgentNotice(now, 3, "ID_CERT_RENEW_FAILED", $"Identity certificate renewal failed: {renewal.Failure}");
        }

        if (before.Identity is not null && after.Identity is null)
        {
            yield return after.Status == RegistrationStatus.Expired
                ? new AgentNotice(now, 3, "ID_CERT_EXPIRED", "The identity certificate has ended; register again")
                : new AgentNotice(now, 6, "AGENT_DEREG_SUCCESS", "This device is no longer registered");
        }

        if (after.OutOfRangeSince is not null && before.OutOfRangeSince is null)
        {
            yield return new AgentNotice(now, 4, "ID_CERT_OUT_OF_RANGE", "The clock stands before the identity certificate's beginning");
        }
    }

    private static IEnumerable<AgentNotice> OfReservation(DeviceState before, DeviceState after, DateTimeOffset now)
    {
        foreach (var unit in after.Reservation.Units)
        {
            var old = before.Reservation.Units.FirstOrDefault(one => one.Udi == unit.Udi)?.Installed;
            if (unit.Installed?.Signature != old?.Signature)
            {
                yield return unit.Installed is { } installed
                    ? new AgentNotice(now, 6, "RESERVED_INSTALLED", $"{(installed.IsUniversal ? "Universal" : "Specific")} License Reservation authorization code installed for {unit.Udi}")
                    : new AgentNotice(now, 6, "AUTHORIZATION_REMOVED", $"License Reservation authorization code removed from {unit.Udi}");
            }
        }

        foreach (var use in after.IsReserved() ? after.Entitlements : [])
        {
            if (use.Status == EntitlementStatus.NotAuthorized && !before.Entitlements.Any(one => one.Requested == use.Requested && one.Status == use.Status && one.Reason == use.Reason))
            {
                yield return new AgentNotice(now, 3, "NOT_AUTHORIZED", $"{use.DisplayName ?? use.ShortName} is not authorized. Reason: {use.Reason}");
            }
        }
    }

    private static IEnumerable<AgentNotice> OfRedundancy(DeviceState before, DeviceState after, DateTimeOffset now)
    {
        if (after.HighAvailability is { } set && set.Sequence != before.HighAvailability?.Sequence)
        {
            yield return new AgentNotice(now, 5, "HA_ROLE_CHANGED", $"{set.Active.Sudi.ToUdi()} is active; the set has {set.Units.Count} units");
        }

        if (after.Registration.Detached != before.Registration.Detached && after.Registration.Identity is not null)
        {
            yield return after.Registration.Detached is { } detached
                ? new AgentNotice(now, 5, "DETACHED", string.Create(CultureInfo.InvariantCulture, $"In detached mode until {detached.Until:yyyy-MM-dd HH:mm} UTC"))
                : new AgentNotice(now, 5, "REATTACHED", "Out of detached mode");
        }
    }

    private static IEnumerable<AgentNotice> OfTime(DeviceState before, DeviceState after, DateTimeOffset now)
    {
        if (after.Evaluation.RunningSince is not null && before.Evaluation.RunningSince is null)
        {
            yield return new AgentNotice(now, 5, "EVAL_START", "Entering evaluation period");
        }

        if (EvaluationHoursPassed(before.Evaluation, after.Evaluation) is { } hours)
        {
            yield return new AgentNotice(now, 4, "EVAL_WILL_EXPIRE_WARNING", string.Create(CultureInfo.InvariantCulture, $"Evaluation period will expire in {(hours >= 24 ? hours / 24 : hours)} {(hours >= 24 ? "days" : "hours")}"));
        }

        if (after.Evaluation.ExpiredAt is not null && before.Evaluation.ExpiredAt is null)
        {
            yield return new AgentNotice(now, 3, "EVAL_EXPIRED", "Evaluation period expired");
        }

        if (after.ClockOffsetSeconds != before.ClockOffsetSeconds)
        {
            yield return new AgentNotice(now, 5, "SYSTEM_CLOCK_CHANGED", string.Create(CultureInfo.InvariantCulture, $"Clock corrected; now {after.ClockOffsetSeconds} seconds beside the device's own"));
        }
    }

    /// <summary>The warning that this step has passed: at 60, 30, 21, 14 and 7 days, then daily, on the last day hourly (device reference 2.5).</summary>
    private static long? EvaluationHoursPassed(Evaluation before, Evaluation after)
    {
        int[] days = [60, 30, 21, 14, 7, 6, 5, 4, 3, 2];
        var passed = days.Select(static day => day * 24L).Concat(Enumerable.Range(1, 24).Select(static hour => (long)hour))
            .Where(hours => LeftSeconds(before) > hours * 3600 && LeftSeconds(after) <= hours * 3600)
            .ToList();
        return after.ExpiredAt is not null || passed.Count == 0 ? null : passed.Min();
    }

    private static long LeftSeconds(Evaluation evaluation) => (long)LicensingTimes.Evaluation.TotalSeconds - evaluation.UsedSeconds;
}
