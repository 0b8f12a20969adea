namespace Purser.Server.Usage.Rules;

/// <summary>A count from one instant to another.</summary>
public readonly record struct UsageSpan(DateTimeOffset From, DateTimeOffset To, long Quantity);

/// <summary>From then on until then (null: until now and on) the use was another by so many.</summary>
public readonly record struct UsageChange(DateTimeOffset From, DateTimeOffset? To, long Difference);

/// <summary>
/// What a product instance used of one license over time. A count stands until the next one begins, so silence releases nothing and a late report
/// changes the past only (domain rules 13.2). Pure.
/// </summary>
public sealed class UsageTimeline(IEnumerable<UsageSpan> spans)
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly List<UsageSpan> known = [.. spans.OrderBy(span => span.From)];

    /// <summary>What is in use now; null where nothing was ever reported.</summary>
    public long? Present => known.Count > 0 ? known[^1].Quantity : null;

    public DateTimeOffset? FirstUse => known.Find(span => span.Quantity > 0) is { Quantity: > 0 } first ? first.From : null;

    public DateTimeOffset? LastEnd => known.Count > 0 ? known.Max(span => span.To) : null;

    /// <summary>The parts of a new count that no earlier report has told already: what was counted stands.</summary>
    public IReadOnlyList<UsageSpan> Uncounted(UsageSpan span)
    {
        var parts = new List<UsageSpan>();
        var from = span.From;
        foreach (var other in known.Where(other => other.To > span.From && other.From < span.To))
        {
            Add(from, other.From);
            from = other.To > from ? other.To : from;
        }

        // A count of no length counts too, unless one begins at the same instant.
        if (from < span.To || (span.From == span.To && !known.Exists(other => other.From <= span.From && (other.To > span.From || other.From == span.From))))
        {
            parts.Add(span with { From = from });
        }

        // A count of no length, as from the factory, stands for its second: what was measured since begins with the next.
        return
        [
            .. parts.Select(part => known.Exists(other => other.From == part.From && other.To == other.From) && part.To > part.From + Second ? part with { From = part.From + Second } : part)
                .Where(part => !known.Exists(other => other.From == part.From)),
        ];

        void Add(DateTimeOffset begin, DateTimeOffset end)
        {
            if (end > begin)
            {
                parts.Add(new UsageSpan(begin, end, span.Quantity));
            }
        }
    }

    /// <summary>Takes up parts that <see cref="Uncounted"/> gave.</summary>
    /// <param name="covered">Units that are covered otherwise: only what is beyond them asks for licenses.</param>
    /// <returns>What they change, oldest first.</returns>
    public IReadOnlyList<UsageChange> Add(IEnumerable<UsageSpan> parts, long covered = 0)
    {
        var before = known.ToList();
        known.AddRange(parts);
        known.Sort((one, other) => one.From.CompareTo(other.From));
        var steps = known.Select(span => span.From).Distinct().ToList();
        return
        [
            .. steps.Select((from, index) => new UsageChange(from, index + 1 < steps.Count ? steps[index + 1] : null, At(known, from, covered) - At(before, from, covered)))
                .Where(change => change.Difference != 0),
        ];
    }

    private static long At(List<UsageSpan> spans, DateTimeOffset instant, long covered) => Math.Max(0, spans.FindLast(span => span.From <= instant).Quantity - covered);
}
