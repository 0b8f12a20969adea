using Purser.Server.Catalog;
using Purser.Server.Licenses;

namespace Purser.Tests.Licenses;

/// <summary>The simplest thing that could be right: lists and sums, no projections, no database. What the ledger is compared with.</summary>
internal sealed class NaiveStock
{
    private static readonly int[] Periods = [1, 2, 3, 7, 14, 30, 60, 90];

    public sealed class Line
    {
        public required long Id { get; init; }
        public required long License { get; init; }
        public required LicenseTerms Terms { get; init; }
        public required DateTimeOffset AcquiredAt { get; init; }
        public bool IsPending { get; init; }
        public Dictionary<long, long> Held { get; } = [];
    }

    public sealed record Row(long Purchased, long InUse, DateTimeOffset? ShortSince);

    private readonly Dictionary<(long Place, long License), DateTimeOffset> shortSince = [];

    public List<Line> Lines { get; } = [];

    /// <summary>(device, license) → where, how many.</summary>
    public Dictionary<(long Device, long License), (long Place, long Count)> Uses { get; } = [];

    public DateTimeOffset Now { get; set; }
    public long Higher { get; set; }
    public long Lower { get; set; }

    public bool Counts(Line line) => !line.IsPending && Begun(line);

    private bool Begun(Line line) => line.Terms.StartsOn is null || line.Terms.StartsOn.Value.ToDateTime(TimeOnly.MinValue) <= Now.UtcDateTime;

    public long Purchased(long place, long license) =>
        Lines.Where(line => line.License == license && Counts(line)).Sum(line => line.Held.GetValueOrDefault(place));

    public long Pending(long place, long license) => Lines.Where(line => line.IsPending && line.License == license).Sum(line => line.Held.GetValueOrDefault(place));

    public long InUse(long place, long license) => Uses.Where(use => use.Key.License == license && use.Value.Place == place).Sum(use => use.Value.Count);

    /// <summary>What the higher tier has left covers what the lower one lacks.</summary>
    public long Balance(long place, long license)
    {
        var own = Own(license);
        return license == Lower ? own < 0 ? Math.Min(0, own + Math.Max(0, Own(Higher))) : own
            : license == Higher && own > 0 ? own - Math.Min(own, Math.Max(0, -Own(Lower)))
            : own;

        long Own(long one) => Purchased(place, one) - InUse(place, one);
    }

    public Row RowOf(long place, long license) =>
        new(Purchased(place, license), InUse(place, license), shortSince.TryGetValue((place, license), out var since) ? since : null);

    /// <summary>After every command: since when is what short?</summary>
    public void Settle(IEnumerable<long> places, IReadOnlyList<long> licenses)
    {
        foreach (var key in places.SelectMany(_ => licenses, (place, license) => (place, license)))
        {
            if (Balance(key.place, key.license) >= 0)
            {
                shortSince.Remove(key);
            }
            else
            {
                shortSince.TryAdd(key, Now);
            }
        }
    }

    /// <summary>True where the whole transfer was possible; then it is done.</summary>
    public bool Transfer(long from, long to, IReadOnlyList<(long License, long Quantity, string? Term)> rows, bool longestFirst)
    {
        var moves = new List<(Line Line, long Quantity)>();
        foreach (var (license, quantity, term) in rows)
        {
            var candidates = Lines.Where(line => line.License == license && Counts(line) && line.Held.GetValueOrDefault(from) > 0
                && (term is null || term == TransferRules.TermOf(line.Terms.EndsOn)));
            var ordered = longestFirst
                ? candidates.OrderByDescending(line => line.Terms.EndsAt ?? DateTimeOffset.MaxValue).ThenBy(line => line.Id)
                : candidates.OrderBy(line => line.Terms.EndsAt ?? DateTimeOffset.MaxValue).ThenBy(line => line.Id);
            var left = quantity;
            foreach (var line in ordered)
            {
                var part = Math.Min(left, line.Held[from] - moves.Where(move => move.Line == line).Sum(move => move.Quantity));
                moves.Add((line, part));
                left -= part;
            }

            if (left > 0)
            {
                return false;
            }
        }

        if (moves.GroupBy(move => move.Line.License).Any(license => license.Sum(move => move.Quantity) > Math.Max(0, Balance(from, license.Key))))
        {
            return false;
        }

        foreach (var (line, quantity) in moves)
        {
            line.Held[from] -= quantity;
            line.Held[to] = line.Held.GetValueOrDefault(to) + quantity;
        }

        return true;
    }

    /// <summary>
    /// Pending units of a license replace others, some for one. Null where it is not possible; otherwise how many became licenses of which pending
    /// line, in the order in which they were taken.
    /// </summary>
    public IReadOnlyList<(Line Line, long Quantity)>? Upgrade(long from, long to, long license, long replaced, long ratio, long quantity)
    {
        var waiting = Lines.Where(line => line.IsPending && line.License == license && line.Held.GetValueOrDefault(from) > 0).ToList();
        var old = Lines.Where(line => Counts(line) && line.License == replaced && line.Held.GetValueOrDefault(to) > 0).ToList();
        if (quantity < 1 || quantity > waiting.Sum(line => line.Held[from]) || quantity * ratio > old.Sum(line => line.Held[to]))
        {
            return null;
        }

        var upgraded = Take(waiting.OrderBy(line => line.Terms.EndsAt ?? DateTimeOffset.MaxValue).ThenBy(line => line.Id), from, quantity);
        var type = upgraded[0].Line.Terms.Type;
        Take(old.OrderBy(line => line.Terms.Type == type ? 0 : 1).ThenBy(line => line.Terms.EndsAt ?? DateTimeOffset.MaxValue).ThenBy(line => line.Id), to, quantity * ratio);
        return upgraded;
    }

    private static List<(Line Line, long Quantity)> Take(IEnumerable<Line> lines, long place, long quantity)
    {
        var taken = new List<(Line, long)>();
        foreach (var line in lines)
        {
            var part = Math.Min(quantity, line.Held[place]);
            if (part > 0)
            {
                line.Held[place] -= part;
                quantity -= part;
                taken.Add((line, part));
            }
        }

        return taken;
    }

    public void Expire() => Lines.RemoveAll(line => line.Terms.EndsAt <= Now || line.Held.Values.All(held => held == 0));

    /// <summary>"place license end: period count" of every warning that must be open.</summary>
    public IEnumerable<string> Warnings() =>
        from line in Lines
        where Counts(line) && line.Terms.EndsAt is not null
        from held in line.Held
        where held.Value > 0
        group (line, held.Value) by (held.Key, line.License, line.Terms.EndsAt!.Value) into term
        let begins = term.Min(one => one.line.Terms.Type == LicenseType.Demo ? one.line.AcquiredAt : new DateTimeOffset(one.line.Terms.StartsOn!.Value.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero))
        let period = Periods.FirstOrDefault(days => Now >= term.Key.Value.AddDays(-days))
        where period > 0 && (term.Key.Value - begins).TotalDays > period
        select $"{term.Key.Key} {term.Key.License} {term.Key.Value:s}: {period} {term.Sum(one => one.Value)}";
}
