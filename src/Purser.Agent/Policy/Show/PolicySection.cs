using System.Globalization;
using Purser.Agent.Show;
using Purser.Protocol.Usage;

namespace Purser.Agent.Policy.Show;

/// <summary>"Policy:": which is in use, and what it asks for (device reference 4.2).</summary>
internal static class PolicySection
{
    private static readonly (PolicyCategory Category, string Title)[] Categories =
    [
        (PolicyCategory.Perpetual, "Unenforced/Non-Export Perpetual Attributes:"),
        (PolicyCategory.Subscription, "Unenforced/Non-Export Subscription Attributes:"),
        (PolicyCategory.Enforced, "Enforced (Perpetual/Subscription) License Attributes:"),
        (PolicyCategory.Export, "Export (Perpetual/Subscription) License Attributes:"),
    ];

    public static void Write(ShowText text, PolicyState policy)
    {
        text.Line("Policy:");
        if (policy.Installed is { } installed)
        {
            text.Line($"  Policy in use: Installed On {ShowText.Date(installed.At)}").Line($"  Policy name: {installed.Delivered.Policy.Name}");
        }
        else
        {
            text.Line("  Policy in use: Merged from multiple sources.");
        }

        // The published word: programs that read these pages know no other.
        var source = policy.Installed is null ? "(CISCO default)" : "(Customer Policy)";
        text.Line($"  Reporting ACK required: {(policy.InForce.AcknowledgementRequired ? "yes" : "no")} {source}");
        foreach (var (category, title) in Categories)
        {
            var asked = policy.InForce.Of(category);
            text.Line($"  {title}")
                .Line(string.Create(CultureInfo.InvariantCulture, $"    First report requirement (days): {asked.First} {source}"))
                .Line(string.Create(CultureInfo.InvariantCulture, $"    Reporting frequency (days): {asked.Ongoing} {source}"))
                .Line(string.Create(CultureInfo.InvariantCulture, $"    Report on change (days): {asked.OnChange} {source}"));
        }
    }
}
