using Purser.Server.Commands;

namespace Purser.Server.Accounts;

/// <summary>What custom tags may look like, and which values a virtual account may have (SA-11).</summary>
public static class TagRules
{
    public const int MostTags = 50;
    public const int MostValues = 200;
    public const int LongestName = 60;
    public const int LongestValue = 100;
    public const int LongestDescription = 500;

    public static Refusal? JudgeDefinition(string? name, string? description, IReadOnlyList<string>? values)
    {
        if ((InputText.Problem(name, "Name", "a name", LongestName)
            ?? InputText.Problem(description, "Description", "a description", LongestDescription, isOptional: true)) is { } problem)
        {
            return problem;
        }

        // Filters name a tag and its value as "Country:Sweden".
        if (name!.Contains(':', StringComparison.Ordinal))
        {
            return Verdict.Refused(RefusalCode.InvalidInput, "A colon cannot be part of a tag's name.", "Name");
        }

        if (values is null or { Count: 0 })
        {
            return Verdict.Refused(RefusalCode.InvalidInput, "Give at least one value.", "Values");
        }

        if (values.Count > MostValues)
        {
            return Verdict.Refused(RefusalCode.InvalidInput, $"A tag has at most {MostValues} values.", "Values");
        }

        var wrong = values.Select(value => InputText.Problem(value, "Values", "every value", LongestValue)).FirstOrDefault(found => found is not null);
        return wrong ?? (values.GroupBy(KeyOf, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice
            ? Verdict.Refused(RefusalCode.AlreadyExists, $"The value \"{twice.First().Trim()}\" is listed twice; upper and lower case are the same.", "Values")
            : null);
    }

    /// <summary>The values that a virtual account is to have, by tag, against the definitions of its account.</summary>
    public static Refusal? JudgeChoice(IReadOnlyList<TagDefinition> tags, IReadOnlyDictionary<string, IReadOnlyList<string>> chosen)
    {
        foreach (var (name, values) in chosen)
        {
            if (tags.FirstOrDefault(tag => tag.Row.NameKey == KeyOf(name)) is not { } tag)
            {
                return Verdict.Refused(RefusalCode.NotFound, $"There is no custom tag \"{name}\" in this Smart Account.", "Tags");
            }

            if (values.FirstOrDefault(value => tag.Find(value) is null) is { } unknown)
            {
                return Verdict.Refused(RefusalCode.InvalidInput, $"\"{unknown}\" is no value of the tag \"{tag.Row.Name}\". Choose one of: {tag.ListValues()}.", FieldOf(tag.Row.Id));
            }

            if (!tag.Row.AllowsSeveral && values.Select(KeyOf).Distinct().Count() > 1)
            {
                return Verdict.Refused(RefusalCode.InvalidInput, $"A virtual account has one value of the tag \"{tag.Row.Name}\".", FieldOf(tag.Row.Id));
            }
        }

        var given = chosen.Where(choice => choice.Value.Count > 0).Select(choice => KeyOf(choice.Key)).ToHashSet();
        return tags.FirstOrDefault(tag => tag.Row.IsRequired && !given.Contains(tag.Row.NameKey)) is { } missing
            ? Verdict.Refused(RefusalCode.InvalidInput, $"Every virtual account needs a value of the tag \"{missing.Row.Name}\". Choose one of: {missing.ListValues()}.", FieldOf(missing.Row.Id))
            : null;
    }

    public static string KeyOf(string text) => text.Trim().ToUpperInvariant();

    /// <summary>The field of a form in which a tag's values are chosen.</summary>
    public static string FieldOf(long tagId) => FormattableString.Invariant($"tag-{tagId}");
}
