using System.Globalization;
using Purser.Agent.Rules;
using Purser.Agent.State;
using Purser.Protocol;

namespace Purser.Agent.Show;

/// <summary>One block a license, with a blank line between two.</summary>
internal static class UsageBlocks
{
    public static void Write(ShowText text, DeviceState state, DateTimeOffset now)
    {
        if (!state.HasLicensesInUse)
        {
            text.Line("No licenses in use");
            return;
        }

        for (var i = 0; i < state.Entitlements.Count; i++)
        {
            if (i > 0)
            {
                text.Line();
            }

            Block(text, state, state.Entitlements[i], now);
        }
    }

    /// <summary>Of one license (device reference 2.3).</summary>
    public static string Status(DeviceState state, EntitlementUse use, DateTimeOffset now) => state.StatusAt(now) switch
    {
        AuthorizationStatus.Evaluation => "EVAL MODE",
        AuthorizationStatus.EvaluationExpired => "EVAL EXPIRED",
        AuthorizationStatus.Expired => "AUTHORIZATION EXPIRED",
        AuthorizationStatus.Reserved or AuthorizationStatus.NotAuthorized => ReservedCover.Problem(state, use, now) is null ? "AUTHORIZED - RESERVED" : "NOT AUTHORIZED",
        _ => use.Status switch
        {
            EntitlementStatus.InCompliance => "AUTHORIZED",
            EntitlementStatus.OutOfCompliance => "OUT OF COMPLIANCE",
            EntitlementStatus.InvalidTag => "INVALID TAG",
            EntitlementStatus.NotAuthorized => "NOT AUTHORIZED",
            _ => "WAITING",
        },
    };

    public static string Export(EntitlementUse use) => use.ExportRestricted ? "RESTRICTED" : "NOT RESTRICTED";

    private static void Block(ShowText text, DeviceState state, EntitlementUse use, DateTimeOffset now) => text
        .Line(use.DisplayName is { Length: > 0 } name ? $"{name} ({use.ShortName}):" : $"({use.ShortName}):")
        .Line($"  Description: {use.Description}")
        .Line(string.Create(CultureInfo.InvariantCulture, $"  Count: {use.Count}"))
        .Line($"  Version: {use.Version ?? "1.0"}")
        .Line($"  Status: {Status(state, use, now)}")
        .Line($"  Export status: {Export(use)}")
        .Append(section => ReservationSections.Usage(section, state, use));
}
