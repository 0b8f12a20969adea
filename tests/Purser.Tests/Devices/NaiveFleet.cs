namespace Purser.Tests.Devices;

/// <summary>
/// The simplest thing that could be right about product instances and what they use: lists and sums. Pairs count once, silence releases, detached
/// ones may be silent, restricted licenses are locked whole or not at all (domain rules 7, 9).
/// </summary>
internal sealed class NaiveFleet
{
    public const int Released = 3;

    public sealed class Line
    {
        public required long License { get; init; }
        public required DateTimeOffset? EndsAt { get; init; }
        public required int Order { get; init; }
        public Dictionary<long, long> Held { get; } = [];
    }

    public sealed class Use
    {
        public required long Count { get; set; }

        /// <summary>With which other one it is shared, as the active one or not.</summary>
        public (int Peer, bool IsActive)? Share { get; set; }
        public bool IsReleased { get; set; }
    }

    public sealed class Unit
    {
        public required int Number { get; init; }
        public bool IsRegistered { get; set; }
        public long Place { get; set; }
        public DateTimeOffset SilentSince { get; set; }
        public DateTimeOffset? DetachedUntil { get; set; }
        public int Stage { get; set; }
        public Dictionary<long, Use> Uses { get; } = [];

        /// <summary>License → units that count for it, whether a line stands behind them or no longer.</summary>
        public Dictionary<long, long> Restricted { get; } = [];
        public Dictionary<Line, long> Locks { get; } = [];

        public long Covered(long license) => Locks.Where(one => one.Key.License == license).Sum(one => one.Value);
    }

    private static readonly int[] Stages = [30, 60, 90, 365];

    public required IReadOnlyList<long> Places { get; init; }
    public required IReadOnlyList<Unit> Units { get; init; }
    public List<Line> Lines { get; } = [];
    public DateTimeOffset Now { get; set; }

    public long Purchased(long place, long license) => Lines.Where(line => line.License == license).Sum(line => line.Held.GetValueOrDefault(place));

    public long Locked(long place, long license) => Units.Where(unit => unit.Place == place).Sum(unit => unit.Restricted.GetValueOrDefault(license));

    public long InUse(long place, long license) => Locked(place, license)
        + Units.Where(unit => unit.Place == place && unit.Uses.TryGetValue(license, out var use) && !use.IsReleased && !IsCovered(unit, license)).Sum(unit => unit.Uses[license].Count);

    public long Balance(long place, long license) => Purchased(place, license) - InUse(place, license);

    public long Free(Line line, long place) => line.Held.GetValueOrDefault(place) - Units.Where(unit => unit.Place == place).Sum(unit => unit.Locks.GetValueOrDefault(line));

    /// <summary>Does the peer count in place of it? Only of two that name each other, in one place, and both alive.</summary>
    private bool IsCovered(Unit unit, long license)
    {
        var use = unit.Uses[license];
        if (use.Share is not { } share || Units[share.Peer] is not { } peer || peer.Place != unit.Place
            || !peer.Uses.TryGetValue(license, out var other) || other.IsReleased || other.Share is not { } back || back.Peer != unit.Number)
        {
            return false;
        }

        return share.IsActive != back.IsActive ? back.IsActive : other.Count > use.Count || (other.Count == use.Count && peer.Number < unit.Number);
    }

    /// <summary>Any authenticated message: silence ends, what was released counts again.</summary>
    public void Contact(Unit unit)
    {
        unit.SilentSince = Now;
        unit.Stage = 0;
        foreach (var use in unit.Uses.Values)
        {
            use.IsReleased = false;
        }
    }

    /// <returns>True where all restricted licenses were given as asked.</returns>
    public bool Ask(Unit unit, IReadOnlyDictionary<long, Use> wanted, IReadOnlyDictionary<long, long> restricted)
    {
        Contact(unit);
        foreach (var license in unit.Uses.Keys.Except(wanted.Keys).ToList())
        {
            unit.Uses.Remove(license);
        }

        foreach (var (license, use) in wanted)
        {
            unit.Uses[license] = use;
        }

        var demands = restricted.Keys.Union(unit.Restricted.Keys).ToDictionary(license => license, license => restricted.GetValueOrDefault(license));
        var fits = demands.All(one => one.Value - unit.Covered(one.Key) <= Lockable(unit, one.Key));
        foreach (var (license, asked) in demands)
        {
            Lock(unit, license, fits ? asked : Math.Min(asked, unit.Covered(license)));
        }

        return fits;
    }

    public void Leave(Unit unit, bool withLocks)
    {
        unit.Uses.Clear();
        if (withLocks)
        {
            unit.Restricted.Clear();
            unit.Locks.Clear();
        }

        (unit.IsRegistered, unit.Stage, unit.DetachedUntil) = (false, 0, null);
    }

    /// <summary>Use goes along as demand, restricted licenses with their lines.</summary>
    public void Move(Unit unit, long to)
    {
        foreach (var (line, quantity) in unit.Locks)
        {
            line.Held[unit.Place] -= quantity;
            line.Held[to] = line.Held.GetValueOrDefault(to) + quantity;
        }

        unit.Place = to;
    }

    public bool Transfer(long from, long to, long license, long quantity)
    {
        var lines = Best(license, from).ToList();
        if (quantity > Math.Min(lines.Sum(line => Free(line, from)), Balance(from, license)))
        {
            return false;
        }

        foreach (var line in lines)
        {
            var part = Math.Min(quantity, Free(line, from));
            line.Held[from] -= part;
            line.Held[to] = line.Held.GetValueOrDefault(to) + part;
            quantity -= part;
        }

        return true;
    }

    /// <summary>Ended terms leave; what was locked of them passes to what is free there, as far as it goes.</summary>
    public void Expire()
    {
        var ended = Lines.Where(line => line.EndsAt <= Now).OrderBy(line => line.EndsAt).ThenBy(line => line.Order).ToList();
        Lines.RemoveAll(ended.Contains);
        foreach (var line in ended)
        {
            foreach (var unit in Units.Where(unit => unit.Locks.ContainsKey(line)))
            {
                unit.Locks.Remove(line, out var missing);
                Take(unit, line.License, missing);
            }
        }
    }

    public void PassTime()
    {
        foreach (var unit in Units.Where(unit => unit.IsRegistered))
        {
            if (unit.DetachedUntil is { } end && end <= Now)
            {
                (unit.DetachedUntil, unit.SilentSince) = (null, end);
            }

            if (unit.DetachedUntil is not null)
            {
                continue;
            }

            unit.Stage = Math.Max(unit.Stage, Stages.Count(days => unit.SilentSince.AddDays(days) <= Now));
            if (unit.Stage >= Released)
            {
                foreach (var use in unit.Uses.Values)
                {
                    use.IsReleased = true;
                }
            }

            if (unit.Stage == Stages.Length && unit.Restricted.Count == 0)
            {
                Leave(unit, withLocks: true);
            }
        }
    }

    private long Lockable(Unit unit, long license)
    {
        var uncovered = unit.Restricted.GetValueOrDefault(license) - unit.Covered(license);
        return Math.Min(Best(license, unit.Place).Sum(line => Free(line, unit.Place)), Math.Max(0, Balance(unit.Place, license) + uncovered));
    }

    private void Lock(Unit unit, long license, long target)
    {
        var covered = unit.Covered(license);
        Take(unit, license, target - covered);
        foreach (var line in unit.Locks.Keys.Where(line => line.License == license).OrderBy(Length).ThenByDescending(line => line.Order).ToList())
        {
            var part = Math.Min(Math.Max(0, covered - target), unit.Locks[line]);
            covered -= part;
            unit.Locks[line] -= part;
            if (unit.Locks[line] == 0)
            {
                unit.Locks.Remove(line);
            }
        }

        unit.Restricted[license] = target;
        if (target == 0)
        {
            unit.Restricted.Remove(license);
        }
    }

    private void Take(Unit unit, long license, long quantity)
    {
        foreach (var line in Best(license, unit.Place))
        {
            var part = Math.Min(quantity, Free(line, unit.Place));
            if (part > 0)
            {
                unit.Locks[line] = unit.Locks.GetValueOrDefault(line) + part;
                quantity -= part;
            }
        }
    }

    /// <summary>Perpetual first, then what ends last.</summary>
    private IEnumerable<Line> Best(long license, long place) =>
        Lines.Where(line => line.License == license && line.Held.GetValueOrDefault(place) > 0).OrderByDescending(Length).ThenBy(line => line.Order);

    private static DateTimeOffset Length(Line line) => line.EndsAt ?? DateTimeOffset.MaxValue;
}
