using System.Globalization;
using Purser.Agent.Policy.Push;
using Purser.Agent.Policy.Trust;
using Purser.Agent.Show;
using Purser.Agent.State;
using Purser.Protocol.Wire;

namespace Purser.Agent.Policy.Show;

/// <summary>The sections of "show license tech support" behind the agent's version: jobs, communication, reports, and what else helps from afar (device reference 5.12).</summary>
internal static class PolicySupport
{
    private static readonly string[] Messages =
    [
        PushNames.Trust, "Trust Acknowledgement", PushNames.Usage, PushNames.Poll, PushNames.Authorization,
        PushNames.Confirmation, PushNames.Return, PushNames.TrustSync, "Hello Message", "Telemetry Reporting",
    ];

    public static void Write(ShowText text, DeviceState state, DateTimeOffset now) => text
        .Append(section => Jobs(section, state, now))
        .Line()
        .Append(section => Communication(section, state, now))
        .Line()
        .Title("License Certificates")
        .Line("Production Cert: True")
        .Line("Not registered. No certificates installed")
        .Line()
        .Append(section => RedundancySections.Write(section, state))
        .Append(section => ReservationSections.Write(section, state, whole: true))
        .Line()
        .Line("Purchased Licenses:")
        .Line("  No Purchase Information Available")
        .Line()
        .Append(section => ReportPages.Summary(section, state.Policy!, whole: true))
        .Line()
        .Append(section => Other(section, state, now))
        .Line()
        .Append(section => Mapping(section, state));

    /// <summary>The published names; what this agent does not do by time is not available.</summary>
    private static void Jobs(ShowText text, DeviceState state, DateTimeOffset now)
    {
        var outlook = ReportingOutlook.Of(state);
        text.Title("Upcoming Scheduled Jobs")
            .Line($"Current time: {ShowText.Date(now)}")
            .Line($"Ack Expiration Check: {TechSupportPage.Job(outlook.Deadline, now)}")
            .Line($"Start Utility Measurements: {TechSupportPage.Job(outlook.NextSample, now)}")
            .Line($"Send Utility RUM reports: {TechSupportPage.Job(outlook.NextPush, now)}")
            .Line($"Process Utility RUM reports: {TechSupportPage.Job(outlook.NextClose, now)}")
            .Line($"Authorization Code Process: {TechSupportPage.Job(null, now)}")
            .Line($"Retrieve data processing result: {TechSupportPage.Job(state.Policy!.Push.NextCheck, now)}")
            .Line($"Data Synchronization: {TechSupportPage.Job(state.Policy.Push.Pending?.NextTry, now)}")
            .Line($"Telemetry Reporting: {TechSupportPage.Job(null, now)}");
    }

    private static void Communication(ShowText text, DeviceState state, DateTimeOffset now)
    {
        var isOff = state.Transport.Kind == TransportKind.Off;
        var isTrusted = TrustRules.InForce(state, now) is not null;
        text.Title("Communication Statistics:", length: 23)
            .Line($"Communication Level Allowed: {(isTrusted ? "DIRECT" : "INDIRECT")}")
            .Line($"Overall State: {(isOff ? "Device configured for Offline transport" : isTrusted ? "<empty>" : "Insufficient trust for direct communication")}");
        foreach (var message in Messages)
        {
            TechSupportPage.Calls(text, state, message, message);
        }
    }

    private static void Other(ShowText text, DeviceState state, DateTimeOffset now)
    {
        text.Title("Other Info")
            .Line($"Software ID: {state.Device.SoftwareTag}")
            .Line($"Agent State: {(state.HasLicensesInUse ? "in use" : "not in use")}")
            .Line("TS enable: True")
            .Line($"Transport: {state.Transport.Kind}")
            .Line("Locale: en_US.UTF-8")
            .Line($"Message Version: {RequestHeader.CurrentVersion}")
            .Line("SmartAgentPolicyModel: True")
            .Line($"PIID: {state.Policy!.Account?.Piid ?? "<none>"}")
            .Line($"Trusted root: {state.Trust.Fingerprint ?? (state.Trust.Root is null ? "<none>" : "installed")}")
            .Line(string.Create(CultureInfo.InvariantCulture, $"Event log current size: {state.Policy.Events.Count} entries"));
        TrustSection.Keys(text, state, now);
    }

    private static void Mapping(ShowText text, DeviceState state)
    {
        var licenses = state.Policy!.Licenses;
        text.Title("Platform Provided Mapping Table")
            .Line(string.Create(CultureInfo.InvariantCulture, $"  {state.Device.Pid}: Total licenses found: {licenses.Count}"))
            .Line("Enforced Licenses:")
            .Line($"  {ReportMaker.ActiveUdi(state).Key}:");
        var enforced = licenses.Where(static license => license.Enforcement != LicenseEnforcement.NotEnforced).ToList();
        foreach (var license in enforced)
        {
            text.Line($"    {license.Name}: {license.Tag} ({(license.Enforcement == LicenseEnforcement.Enforced ? 2 : 3)})");
        }

        if (enforced.Count == 0)
        {
            text.Line("    No PD enforced licenses");
        }
    }
}
