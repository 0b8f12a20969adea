using System.Globalization;
using Purser.Protocol.Usage;
using Purser.Server.Usage.Policies;

namespace Purser.Server.Usage.Pages;

/// <summary>What was typed into the form of a policy.</summary>
public sealed record PolicyForm(string Name, bool AcknowledgementRequired, IReadOnlyDictionary<string, string> Days)
{
    /// <summary>Field and title, in the order in which devices show them.</summary>
    public static IReadOnlyList<(string Field, string Title)> Categories { get; } =
    [
        ("perpetual", "Unenforced, perpetual"), ("subscription", "Unenforced, subscription"), ("enforced", "Enforced"), ("export", "Export-restricted"),
    ];

    public static IReadOnlyList<(string Part, string What)> Parts { get; } = [("first", "first report"), ("ongoing", "reporting frequency"), ("onChange", "report on change")];

    public string Day(string category, string part) => Days.GetValueOrDefault($"{category}.{part}", "");

    public static PolicyForm Of(ReportingPolicy policy)
    {
        var days = new Dictionary<string, string>();
        foreach (var (field, numbers) in new[] { ("perpetual", policy.Perpetual), ("subscription", policy.Subscription), ("enforced", policy.Enforced), ("export", policy.Export) })
        {
            foreach (var (part, number) in new[] { ("first", numbers.First), ("ongoing", numbers.Ongoing), ("onChange", numbers.OnChange) })
            {
                days.Add($"{field}.{part}", number.ToString(CultureInfo.InvariantCulture));
            }
        }

        return new PolicyForm(policy.Name, policy.AcknowledgementRequired, days);
    }

    public static PolicyForm From(IFormCollection form) => new(
        form["name"].ToString(), form["acknowledgementRequired"] == "true",
        Categories.SelectMany(category => Parts, (category, part) => $"{category.Field}.{part.Part}").ToDictionary(field => field, field => form[field].ToString()));

    /// <summary>What is no number is refused as one that is too small.</summary>
    public PolicyNumbers ToNumbers() => new(Name, Of("perpetual"), Of("subscription"), Of("enforced"), Of("export"), AcknowledgementRequired);

    private CategoryPolicy Of(string category) => new(Number(category, "first"), Number(category, "ongoing"), Number(category, "onChange"));

    private int Number(string category, string part) => int.TryParse(Day(category, part), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;
}
