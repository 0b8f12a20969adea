using System.Globalization;
using System.Text;

namespace Purser.Server.Accounts;

/// <summary>
/// Refuses names that are made to look like others (Unicode UTS 39): characters that no living language writes its names with, a label of letters
/// of several scripts ("highly restrictive"), and one whose letters, of whatever script, all look like Latin ones.
/// </summary>
internal static class DomainScripts
{
    // Lower case only: names are folded before they come here. Latin itself, Cyrillic, Greek, Armenian.
    private const string LooksLatin = "ıĸ" + "асԁеһіјӏорԛѕԝхуү" + "αγικνορσυ" + "ագզհյոռսցօ";

    /// <summary>
    /// The characters of the recommended scripts (UAX 31, table 5), as far as UTS 39 allows them in identifiers: the phonetic alphabet and letters
    /// that died out are left out. Digits and marks count as their own script's; what is common to all has none.
    /// </summary>
    private static readonly (Script Script, int From, int To)[] Allowed =
    [
        (Script.Common, '-', '-'), (Script.Common, '0', '9'), (Script.Common, 0x300, 0x30C), (Script.Common, 0x31B, 0x31B), (Script.Common, 0x323, 0x331),
        (Script.Latin, 'a', 'z'), (Script.Latin, 0xB7, 0xB7), (Script.Latin, 0xDF, 0xF6), (Script.Latin, 0xF8, 0x17E), (Script.Latin, 0x1A1, 0x1A1),
        (Script.Latin, 0x1B0, 0x1B0), (Script.Latin, 0x1CD, 0x1DC), (Script.Latin, 0x1DE, 0x1E3), (Script.Latin, 0x1E6, 0x1F0), (Script.Latin, 0x1F5, 0x1F5),
        (Script.Latin, 0x1F8, 0x21B), (Script.Latin, 0x21E, 0x21F), (Script.Latin, 0x226, 0x233), (Script.Latin, 0x259, 0x259), (Script.Latin, 0x1E00, 0x1EF9),
        (Script.Greek, 0x390, 0x3CE), (Script.Greek, 0x1F00, 0x1FFC), (Script.Cyrillic, 0x430, 0x45F), (Script.Cyrillic, 0x48A, 0x4FF),
        (Script.Cyrillic, 0x510, 0x529), (Script.Armenian, 0x561, 0x586), (Script.Hebrew, 0x5B0, 0x5F4), (Script.Arabic, 0x620, 0x6FF),
        (Script.Arabic, 0x750, 0x77F), (Script.Thaana, 0x780, 0x7B1), (Script.Devanagari, 0x900, 0x97F), (Script.Bengali, 0x980, 0x9FF),
        (Script.Gurmukhi, 0xA00, 0xA7F), (Script.Gujarati, 0xA80, 0xAFF), (Script.Oriya, 0xB00, 0xB7F), (Script.Tamil, 0xB80, 0xBFF),
        (Script.Telugu, 0xC00, 0xC7F), (Script.Kannada, 0xC80, 0xCFF), (Script.Malayalam, 0xD00, 0xD7F), (Script.Sinhala, 0xD80, 0xDFF),
        (Script.Thai, 0xE00, 0xE7F), (Script.Lao, 0xE80, 0xEFF), (Script.Tibetan, 0xF00, 0xFFF), (Script.Myanmar, 0x1000, 0x109F),
        (Script.Georgian, 0x10D0, 0x10FF), (Script.Ethiopic, 0x1200, 0x135F), (Script.Khmer, 0x1780, 0x17FF), (Script.Korean, 0xAC00, 0xD7A3),
        (Script.Japanese, 0x3041, 0x30FF), (Script.Bopomofo, 0x3105, 0x312F), (Script.Han, 0x3005, 0x3007), (Script.Han, 0x3400, 0x9FFF),
        (Script.Han, 0x20000, 0x323AF),
    ];

    /// <summary>Chinese, Japanese and Korean writing mixes scripts by nature (UTS 39, section 5.2).</summary>
    private static readonly Script[][] MixedByNature =
        [[Script.Latin, Script.Han, Script.Japanese], [Script.Latin, Script.Han, Script.Korean], [Script.Latin, Script.Han, Script.Bopomofo]];

    private enum Script
    {
        Common,
        Latin,
        Greek,
        Cyrillic,
        Armenian,
        Hebrew,
        Arabic,
        Thaana,
        Devanagari,
        Bengali,
        Gurmukhi,
        Gujarati,
        Oriya,
        Tamil,
        Telugu,
        Kannada,
        Malayalam,
        Sinhala,
        Thai,
        Lao,
        Tibetan,
        Myanmar,
        Georgian,
        Ethiopic,
        Khmer,
        Korean,
        Japanese,
        Bopomofo,
        Han,
    }

    /// <summary>What is wrong with a normalized (ASCII) name; null if nothing.</summary>
    public static string? Problem(string domain) => new IdnMapping().GetUnicode(domain).Split('.').Select(ProblemOf).FirstOrDefault(problem => problem is not null);

    private static string? ProblemOf(string label)
    {
        var scripts = new HashSet<Script>();
        foreach (var rune in label.EnumerateRunes())
        {
            if (ScriptOf(rune) is not { } script)
            {
                return $"The part \"{label}\" holds a character that names are not written with (U+{rune.Value:X4}), so it can be taken for another name. "
                    + "Type it in the letters of a living language.";
            }

            scripts.Add(script);
        }

        scripts.Remove(Script.Common);
        return scripts.Count > 1 && !MixedByNature.Any(scripts.IsSubsetOf)
            ? $"The part \"{label}\" mixes letters of several scripts, so it can be taken for another name. Type it in one script."
            : !label.All(char.IsAscii) && label.All(letter => char.IsAscii(letter) || LooksLatin.Contains(letter, StringComparison.Ordinal))
            ? $"The part \"{label}\" is written in letters that look like Latin ones, so it can be taken for another name. Type it in Latin letters."
            : null;
    }

    private static Script? ScriptOf(Rune rune)
    {
        foreach (var (script, from, to) in Allowed)
        {
            if (rune.Value >= from && rune.Value <= to)
            {
                return script;
            }
        }

        return null;
    }
}
