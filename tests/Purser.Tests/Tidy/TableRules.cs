using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Store;

namespace Purser.Tests.Tidy;

/// <summary>A table is written in the folder of the feature that owns it. Reading for a list or a name crosses folders, writing does not.</summary>
public sealed partial class TableRules
{
    /// <summary>The machinery of writing: it writes for every feature, and its own tables (facts, keys, jobs) are there for every feature.</summary>
    private static readonly string[] Machinery = ["Store", "Commands"];

    private static readonly string[] Book = ["ledger_entry", "license_line", "holding", "pool", "license_use", "pool_history"];

    private static readonly Dictionary<string, string> OwnerOfSet = typeof(PurserContext).GetProperties()
        .Where(property => property.PropertyType.IsGenericType && property.PropertyType.GetGenericTypeDefinition() == typeof(DbSet<>) && property.DeclaringType == typeof(PurserContext))
        .ToDictionary(property => property.Name, property => property.PropertyType.GetGenericArguments()[0].Namespace!.Split('.')[2]);

    [Fact]
    public void Features_do_not_write_each_others_tables()
    {
        var wrong = new List<string>();
        foreach (var file in Sources())
        {
            var folder = Folder(file);
            wrong.AddRange(SourceTree.Find([file], line => Write().Matches(line)
                .Select(match => match.Groups["set"].Value)
                .FirstOrDefault(set => OwnerOfSet.TryGetValue(set, out var owner) && owner != folder && !Machinery.Contains(owner) && !Machinery.Contains(folder)) is { } set
                    ? $"{set} belongs to {OwnerOfSet[set]}/"
                    : null));
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void Only_the_ledger_and_the_committer_write_the_book()
    {
        var wrong = SourceTree.Find(
            Sources().Where(file => Folder(file) is not ("Licenses" or "Devices")),
            line => PlainWrite().Match(line) is { Success: true } match && Book.Contains(match.Groups["table"].Value) ? $"plain SQL writes {match.Groups["table"].Value}" : null);
        Assert.Empty(wrong);
    }

    private static IEnumerable<string> Sources() => SourceTree.With(".cs", ".razor").Where(file => file.StartsWith("src/Purser.Server/", StringComparison.Ordinal));

    private static string Folder(string file) => file.Split('/')[2];

    [GeneratedRegex(@"\.(?<set>[A-Z]\w+)\s*\.\s*(?:Add|AddRange|AddAsync|AddRangeAsync|Remove|RemoveRange|Update|UpdateRange|Attach)\(", RegexOptions.None, 1000)]
    private static partial Regex Write();

    [GeneratedRegex(@"\b(?:insert into|update|delete from)\s+(?<table>[a-z_]+)", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex PlainWrite();
}
