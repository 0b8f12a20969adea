using System.Globalization;
using System.Text;

namespace Purser.Server.Accounts;

/// <summary>
/// Refuses names that are made to look like others: a label of letters of several scripts, or of Cyrillic or Greek letters that all look like Latin
/// ones (Unicode UTS 39, "highly restrictive", and its whole-script confusables). Chinese, Japanese and Korean writing mixes scripts by nature.
/// </summary>
internal static class DomainScripts
{
    // Lower case only: names are folded before they come here.
    private const string LooksLatin = "асԁеһіјӏорԛѕԝхуαικνορυ";

    private static readonly (Script Script, int From, int To)[] Ranges =
    [
        (Script.Latin, 'a', 'z'), (Script.Latin, 0xAA, 0xAA), (Script.Latin, 0xBA, 0xBA), (Script.Latin, 0xC0, 0x24F), (Script.Latin, 0x250, 0x2AF),
        (Script.Latin, 0x1E00, 0x1EFF), (Script.Greek, 0x370, 0x3FF), (Script.Greek, 0x1F00, 0x1FFF), (Script.Cyrillic, 0x400, 0x52F),
        (Script.Cyrillic, 0x1C80, 0x1C8F), (Script.Armenian, 0x531, 0x58F), (Script.Hebrew, 0x591, 0x5F4), (Script.Arabic, 0x600, 0x6FF),
        (Script.Arabic, 0x750, 0x77F), (Script.Devanagari, 0x900, 0x97F), (Script.Bengali, 0x980, 0x9FF), (Script.Tamil, 0xB80, 0xBFF),
        (Script.Thai, 0xE00, 0xE7F), (Script.Georgian, 0x10A0, 0x10FF), (Script.Korean, 0x1100, 0x11FF), (Script.Korean, 0x3131, 0x318E),
        (Script.Korean, 0xAC00, 0xD7A3), (Script.Japanese, 0x3041, 0x30FF), (Script.Han, 0x3005, 0x3007), (Script.Han, 0x3400, 0x9FFF),
        (Script.Han, 0x20000, 0x2FFFF),
    ];

    private enum Script
    {
        Common,
        Latin,
        Greek,
        Cyrillic,
        Armenian,
        Hebrew,
        Arabic,
        Devanagari,
        Bengali,
        Tamil,
        Thai,
        Georgian,
        Korean,
        Japanese,
        Han,
        Other,
    }

    /// <summary>What is wrong with a normalized (ASCII) name; null if nothing.</summary>
    public static string? Problem(string domain)
    {
        foreach (var label in new IdnMapping().GetUnicode(domain).Split('.'))
        {
            var scripts = label.EnumerateRunes().Select(Of).Where(script => script != Script.Common).ToHashSet();
            if (scripts.Count > 1 && !IsEastAsian(scripts))
            {
                return $"The part \"{label}\" mixes letters of several scripts, so it can be taken for another name. Type it in one script.";
            }

            if (scripts.Overlaps([Script.Cyrillic, Script.Greek])
                && label.Where(char.IsLetter).All(letter => LooksLatin.Contains(letter, StringComparison.Ordinal)))
            {
                return $"The part \"{label}\" is written in letters that look like Latin ones, so it can be taken for another name. Type it in Latin letters.";
            }
        }

        return null;
    }

    private static bool IsEastAsian(HashSet<Script> scripts) =>
        scripts.IsSubsetOf([Script.Latin, Script.Han, Script.Japanese]) || scripts.IsSubsetOf([Script.Latin, Script.Han, Script.Korean]);

    private static Script Of(Rune rune)
    {
        if (Rune.IsDigit(rune) || rune.Value == '-' || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark)
        {
            return Script.Common;
        }

        foreach (var (script, from, to) in Ranges)
        {
            if (rune.Value >= from && rune.Value <= to)
            {
                return script;
            }
        }

        return Script.Other;
    }
}
