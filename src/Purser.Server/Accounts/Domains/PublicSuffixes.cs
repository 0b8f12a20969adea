using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Purser.Server.Accounts;

/// <summary>
/// Which part of a domain somebody can own: "example.co.uk" of "mail.example.co.uk". From the Public Suffix List (publicsuffix.org, MPL 2.0), which is
/// kept beside this file; what it does not know has one label that nobody owns.
/// </summary>
public static class PublicSuffixes
{
    private static readonly Lazy<(FrozenSet<string> Suffixes, FrozenSet<string> Wildcards, FrozenSet<string> Exceptions)> Rules = new(Load);

    /// <summary>The registrable domain of a normalized domain name; null where the name is itself a public suffix such as "co.uk".</summary>
    public static string? RegistrableOf(string domain)
    {
        var labels = domain.Split('.');
        var suffix = SuffixLength(labels);
        return labels.Length > suffix ? string.Join('.', labels[^(suffix + 1)..]) : null;
    }

    /// <summary>How many labels at the end belong to nobody (the list's own algorithm).</summary>
    private static int SuffixLength(string[] labels)
    {
        var (suffixes, wildcards, exceptions) = Rules.Value;
        for (var start = 0; start < labels.Length; start++)
        {
            var name = string.Join('.', labels[start..]);
            if (exceptions.Contains(name))
            {
                return labels.Length - start - 1;
            }

            if (suffixes.Contains(name) || (start + 1 < labels.Length && wildcards.Contains(string.Join('.', labels[(start + 1)..]))))
            {
                return labels.Length - start;
            }
        }

        return 1;
    }

    private static (FrozenSet<string>, FrozenSet<string>, FrozenSet<string>) Load()
    {
        var rules = ReadLines("public_suffix_list.dat", "//").ToList();
        return (
            rules.Where(rule => rule[0] is not ('*' or '!')).Select(Ascii).ToFrozenSet(StringComparer.Ordinal),
            rules.Where(rule => rule.StartsWith("*.", StringComparison.Ordinal)).Select(rule => Ascii(rule[2..])).ToFrozenSet(StringComparer.Ordinal),
            rules.Where(rule => rule[0] == '!').Select(rule => Ascii(rule[1..])).ToFrozenSet(StringComparer.Ordinal));
    }

    /// <summary>The lines of a list that is kept in this folder, without comments.</summary>
    internal static IEnumerable<string> ReadLines(string file, string comment)
    {
        using var reader = new StreamReader(typeof(PublicSuffixes).Assembly.GetManifestResourceStream($"domains/{file}")!, Encoding.UTF8);
        while (reader.ReadLine() is { } line)
        {
            if (line.Trim() is { Length: > 0 } rule && !rule.StartsWith(comment, StringComparison.Ordinal))
            {
                yield return rule.Split(' ', '\t')[0];
            }
        }
    }

    private static string Ascii(string name) => name.All(char.IsAscii) ? name : new IdnMapping().GetAscii(name);
}
