using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using Purser.Agent.Rules;
using Purser.Agent.State;
using Purser.Protocol;
using Purser.Protocol.Wire;

namespace Purser.Agent.Show;

/// <summary>"show license tech support": all that helps from afar, and no secret.</summary>
internal static class TechSupportPage
{
    private static readonly (RequestType Type, string Title)[] Titles =
    [
        (RequestType.Registration, "Registration"),
        (RequestType.IdCertRenewal, "ID Certificate Renewal"),
        (RequestType.Authorization, "Authorization Request"),
        (RequestType.Deregistration, "Deregistration"),
    ];

    public static void Write(ShowText text, DeviceState state, DateTimeOffset now) => text
        .Line("Smart Licensing Tech Support info")
        .Line()
        .Title("Smart Licensing Status")
        .Line()
        .Line("Smart Licensing is ENABLED")
        .Line()
        .Append(section => StatusSections.Write(section, state, now))
        .Line()
        .Title("License Usage")
        .Append(section => Licenses(section, state, now))
        .Append(section => ShowLicense.Product(section, state))
        .Line()
        .Append(section => Jobs(section, state, now))
        .Line()
        .Append(section => Communication(section, state))
        .Line()
        .Append(section => Certificates(section, state))
        .Line()
        .Append(section => RedundancySections.Write(section, state))
        .Append(section => ReservationSections.Write(section, state, whole: true))
        .Line()
        .Append(section => Other(section, state, now));

    private static void Licenses(ShowText text, DeviceState state, DateTimeOffset now)
    {
        if (!state.HasLicensesInUse)
        {
            text.Line("No licenses in use").Line();
            return;
        }

        for (var i = 0; i < state.Entitlements.Count; i++)
        {
            var use = state.Entitlements[i];
            var status = UsageBlocks.Status(state, use, now);
            text.Line(string.Create(CultureInfo.InvariantCulture, $"Handle: {i + 1}"))
                .Line($"  License: {use.DisplayName ?? use.ShortName}")
                .Line($"  Entitlement Tag: {use.Tag ?? "<none>"}")
                .Line($"  Description: {use.Description}")
                .Line(string.Create(CultureInfo.InvariantCulture, $"  Count: {use.Count}"))
                .Line($"  Version: {use.Version ?? "1.0"}")
                .Line(string.Create(CultureInfo.InvariantCulture, $"  Status: {status}({Number(status)})"))
                .Line($"  Status time: {ShowText.Date(use.StatusAt, "None")}")
                .Line($"  Request Time: {ShowText.Date(use.RequestedAt)}")
                .Line($"  Export status: {UsageBlocks.Export(use)}")
                .Line($"  Enforcement type: {(use.Enforcement ?? "NOT_ENFORCED").Replace('_', ' ')}")
                .Line();
        }
    }

    /// <summary>The MIB's enforcement modes (device reference 2.3).</summary>
    private static int Number(string status) => status switch
    {
        "AUTHORIZED" => 3,
        "OUT OF COMPLIANCE" => 4,
        "AUTHORIZED - RESERVED" => 11,
        "EVAL MODE" => 6,
        "EVAL EXPIRED" => 7,
        "AUTHORIZATION EXPIRED" => 8,
        "INVALID TAG" => 12,
        "NOT AUTHORIZED" => 13,
        _ => 2,
    };

    private static void Jobs(ShowText text, DeviceState state, DateTimeOffset now)
    {
        var identity = state.Registration.Identity;
        text.Title("Upcoming Scheduled Jobs")
            .Line($"Current time: {ShowText.Date(now)}")
            .Line($"Register Period Expiration Check: {Job(identity?.ExpiresAt, now)}")
            .Line($"Certificate Renewal: {Job(identity?.RenewAt, now)}")
            .Line($"Authorization Renewal: {Job(identity is null ? null : state.Authorization.NextAt, now)}")
            .Line($"Authorization Expiration: {Job(identity is null ? null : state.Authorization.Deadline, now)}")
            .Line($"Reservation Term Check: {Job(ReservedCover.NextChange(state, now), now)}")
            .Line($"Message Retry: {Job(state.Pending?.NextTry, now)}");
    }

    public static string Job(DateTimeOffset? at, DateTimeOffset now) => at switch
    {
        null => "Not Available",
        { } past when past <= now => "Expired Not Rescheduled",
        { } due => $"{ShowText.Date(due)} ({ShowText.ShortDuration(due - now)} remaining)",
    };

    private static void Communication(ShowText text, DeviceState state)
    {
        text.Title("Communication Statistics:", length: 23)
            .Line($"Communication Level Allowed: {(state.Transport.Kind == TransportKind.Off ? "NONE" : "DIRECT")}")
            .Line($"Overall State: {RegistrationSections.Status(state)}");
        foreach (var (type, title) in Titles)
        {
            Calls(text, state, type.Name(), title);
        }
    }

    /// <summary>Attempts and answers of one kind of message.</summary>
    public static void Calls(ShowText text, DeviceState state, string type, string title)
    {
        var calls = state.Statistics.FirstOrDefault(one => one.Type == type) ?? new CallStatistics(type);
        var last = calls.LastResponseAt is { } at ? $"{calls.LastResponse} on {ShowText.Date(at)}" : "<none>";
        text.Line($"{title}:")
            .Line(string.Create(CultureInfo.InvariantCulture, $"  Attempts: Total={calls.Success + calls.Fail}, Success={calls.Success}, Fail={calls.Fail}  Ongoing Failure: Overall={calls.OngoingFailure} Communication={calls.OngoingFailure}"))
            .Line($"  Last Response: {last}")
            .Line($"    Failure Reason: {calls.FailureReason ?? "<none>"}")
            .Line($"  Last Success Time: {ShowText.Date(calls.LastSuccess, "<none>")}")
            .Line($"  Last Failure Time: {ShowText.Date(calls.LastFailure, "<none>")}");
    }

    private static void Certificates(ShowText text, DeviceState state)
    {
        text.Title("License Certificates");
        if (state.Registration.Identity is not { } identity)
        {
            text.Line("Not registered. No certificates installed");
            return;
        }

        text.Line("Production Cert: True").Line($"PIID: {identity.ProductInstanceIdentifier}");
        string[] titles = ["Id Cert Info:", "Signing Cert Info:", "Root Cert Info:"];
        foreach (var (title, encoded) in titles.Zip(identity.Certificates))
        {
            using var certificate = X509CertificateLoader.LoadCertificate(Convert.FromBase64String(encoded));
            text.Line($"  {title}")
                .Line($"    Start Date: {ShowText.Date(new DateTimeOffset(certificate.NotBefore.ToUniversalTime()))}")
                .Line($"    Expiry Date: {ShowText.Date(new DateTimeOffset(certificate.NotAfter.ToUniversalTime()))}")
                .Line(string.Create(CultureInfo.InvariantCulture, $"    Version Number: {certificate.Version}"))
                .Line($"    Serial Number: {certificate.SerialNumber}")
                .Line($"    Common Name: {certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false)}");
        }
    }

    private static void Other(ShowText text, DeviceState state, DateTimeOffset now) => text
        .Title("Other Info")
        .Line($"Software ID: {state.Device.SoftwareTag}")
        .Line($"Agent State: {RegistrationSections.Status(state.StatusAt(now)).ToLowerInvariant()}")
        .Line("TS enable: True")
        .Line($"Transport: {state.Transport.Kind}")
        .Line($"URL: {state.Transport.Url ?? "<empty>"}")
        .Line("Locale: en_US.UTF-8")
        .Line($"Message Version: {RequestHeader.CurrentVersion}")
        .Line($"agent.capabilities: {string.Join(", ", MessageComposer.Capabilities)}")
        .Line($"Trusted root: {state.Trust.Fingerprint ?? (state.Trust.Root is null ? "<none>" : "from registration")}")
        .Line(string.Create(CultureInfo.InvariantCulture, $"Clock offset: {state.ClockOffsetSeconds} seconds"))
        .Line($"Evaluation Period Remaining: {ShowText.Duration(state.Evaluation.RemainingAt(now))}")
        .Line($"{ShowLicense.UdiOf(state).Key}: {(state.Registration.Identity is null ? "No Trust Data" : "Registered")}");
}
