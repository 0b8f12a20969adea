using System.Collections.Concurrent;

namespace Purser.Cli.Fleet;

/// <summary>Counts of what happened, in groups, for the table at the end.</summary>
internal sealed class Tally
{
    private readonly ConcurrentDictionary<(string Group, string Name), long> counts = new();

    public void Add(string group, string name, long count = 1) => counts.AddOrUpdate((group, name), count, (_, sum) => checked(sum + count));

    public long Of(string group, string name) => counts.GetValueOrDefault((group, name));

    public long Of(string group) => counts.Where(row => row.Key.Group == group).Sum(static row => row.Value);

    public IReadOnlyList<(string Group, string Name, long Count)> Rows => counts
        .Select(static row => (row.Key.Group, row.Key.Name, row.Value))
        .OrderBy(static row => row.Group, StringComparer.Ordinal).ThenBy(static row => row.Name, StringComparer.Ordinal)
        .ToList();
}
