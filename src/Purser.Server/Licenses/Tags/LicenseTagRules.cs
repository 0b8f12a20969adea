using System.Globalization;
using System.Text;
using Purser.Server.Commands;

namespace Purser.Server.Licenses;

/// <summary>What tags of licenses may be called (LI-06; help ch. 4). Pure.</summary>
public static class LicenseTagRules
{
    public const int MostTags = 500;
    public const int MostThings = 1000;
    public const int LongestName = 60;

    /// <summary>Names that were typed: "core, edge" are two, and a name is the same in upper and lower case (help ch. 4).</summary>
    public static IReadOnlyList<string> Split(IEnumerable<string> typed) =>
        [.. typed.SelectMany(text => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).DistinctBy(KeyOf)];

    /// <summary>A letter with its accent is the same whether it was typed as one character or as two.</summary>
    public static string KeyOf(string name) => name.Trim().Normalize().ToUpperInvariant();

    public static Refusal? JudgeName(string? name, string field) =>
        InputText.Problem(name, field, "the tag's name", LongestName)
        ?? (name!.Contains(',', StringComparison.Ordinal)
            ? Verdict.Refused(RefusalCode.InvalidInput, "A comma separates tags, so it cannot be part of a tag's name.", field)
            : name.EnumerateRunes().Any(IsUnseen) || name.EnumerateRunes().All(IsJoiner)
                ? Verdict.Refused(RefusalCode.InvalidInput, "A tag's name is one line of characters that can be seen. Type it anew.", field)
                : null);

    // Line breaks, marks that turn the direction of what follows on the page, and what makes two tags look the same or one like nothing at all.
    private static bool IsUnseen(Rune rune) =>
        Rune.IsControl(rune) || Rune.GetUnicodeCategory(rune) is UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        || (Rune.GetUnicodeCategory(rune) == UnicodeCategory.Format && !IsJoiner(rune));

    // Emoji of several people, flags and some scripts need them between what is seen.
    private static bool IsJoiner(Rune rune) => rune.Value is 0x200C or 0x200D or (>= 0xE0020 and <= 0xE007F);

    /// <summary>Tags that are to be made: a name that is there already is refused, so that nobody believes to have made a second one (help ch. 4).</summary>
    public static Refusal? JudgeNew(IReadOnlyList<string> names, IReadOnlyCollection<string> knownKeys, string field)
    {
        foreach (var name in names)
        {
            if (JudgeName(name, field) is { } problem)
            {
                return problem;
            }

            if (knownKeys.Contains(KeyOf(name)))
            {
                return Exists(name, field);
            }
        }

        return knownKeys.Count + names.Count > MostTags
            ? Verdict.Refused(RefusalCode.Conflict, $"A virtual account has at most {MostTags} license tags. Delete some that are not needed any more.", field)
            : null;
    }

    public static Refusal Exists(string name, string field) => Verdict.Refused(
        RefusalCode.AlreadyExists, $"There is a tag \"{name.Trim()}\" in this virtual account already; upper and lower case are the same. Choose it from the list.", field);
}
