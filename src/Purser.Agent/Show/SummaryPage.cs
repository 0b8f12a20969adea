using System.Globalization;
using Purser.Agent.Rules;
using Purser.Agent.State;

namespace Purser.Agent.Show;

/// <summary>"show license summary": short dates, then one row a license (device reference 5.1, classic heading).</summary>
internal static class SummaryPage
{
    private const int NameWidth = 24;
    private const int TagWidth = 28;
    private const int CountWidth = 7;
    private const int LongestName = 23;
    private const int LongestTag = 25;

    public static void Write(ShowText text, DeviceState state, DateTimeOffset now)
    {
        text.Line("Smart Licensing is ENABLED").Line();
        RegistrationSections.Head(text, state);
        if (state.Registration.Identity is { } identity)
        {
            RegistrationShort(text, state.Registration, identity);
        }

        text.Line();
        AuthorizationShort(text, state, now);
        text.Line().Line("License Usage:");
        if (!state.HasLicensesInUse)
        {
            text.Line("  No licenses in use");
            return;
        }

        text.Line("  License                 Entitlement Tag               Count Status").Line("  " + new string('-', 77));
        foreach (var use in state.Entitlements)
        {
            text.Line("  " + Row(use.DisplayName ?? "", use.ShortName, use.Count, UsageBlocks.Status(state, use, now)));
        }
    }

    /// <summary>License at column 0, tag at 24, count ending at 58, status at 60.</summary>
    public static string Row(string license, string tag, long count, string status)
    {
        var name = Cut(license, LongestName, 20).PadRight(NameWidth);
        var cell = $"({Cut(tag, LongestTag, 22)})".PadRight(TagWidth);
        return string.Create(CultureInfo.InvariantCulture, $"{name}{cell}{count,CountWidth} {status}");
    }

    private static string Cut(string text, int longest, int kept) => text.Length <= longest ? text : text[..kept] + "...";

    private static void RegistrationShort(ShowText text, Registration registration, DeviceIdentity identity) => text
        .Line($"  Last Renewal Attempt: {(registration.LastRenewal is { } renewal ? Word(renewal) : "None")}")
        .Line($"  Next Renewal Attempt: {ShowText.Date(identity.RenewAt)}");

    private static void AuthorizationShort(ShowText text, DeviceState state, DateTimeOffset now)
    {
        var status = state.StatusAt(now);
        text.Line("License Authorization: ").Line($"  Status: {RegistrationSections.Status(status)}");
        if (status == AuthorizationStatus.Evaluation)
        {
            text.Line($"  Evaluation Period Remaining: {ShowText.Duration(state.Evaluation.RemainingAt(now))}");
        }

        if (state.Registration.Identity is not null)
        {
            text.Line($"  Last Communication Attempt: {(state.Authorization.LastAttempt is { } attempt ? Word(attempt) : "None")}")
                .Line($"  Next Communication Attempt: {ShowText.Date(state.Authorization.NextAt, "None")}");
        }
    }

    private static string Word(Attempt attempt) => attempt.Succeeded ? "SUCCEEDED" : "FAILED";
}
