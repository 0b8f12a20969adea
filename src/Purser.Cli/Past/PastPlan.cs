namespace Purser.Cli.Past;

/// <summary>Which devices there were and what they did. Fixed, apart from the day it is told from, so that every demo shows the same story.</summary>
internal static class PastPlan
{
    /// <summary>Days of silence that are shown: a first warning, a second one, and licenses given back.</summary>
    private static readonly int[] SilentFor = [34, 63, 92];

    /// <summary>Of the whole time; the last ones of a place have just arrived.</summary>
    private const double ArrivalsUntil = 0.97;

    public static IEnumerable<(EstateFile.Place Place, PastLife Life)> LivingOn(EstateFile estate, DateTimeOffset from, DateTimeOffset to)
    {
        var all = estate.Places.SelectMany(place => Enumerable.Range(0, place.Devices).Select(rank => (Place: place, Rank: rank))).ToList();
        for (var index = 0; index < estate.Devices && all.Count > 0; index++)
        {
            // The live fleet spreads its devices over the places in the same way: a store belongs to an index.
            var (place, rank) = all[estate.Devices < all.Count ? (int)((long)index * all.Count / estate.Devices) : index % all.Count];
            var share = ArrivalsUntil * (rank + 1) / (place.Devices + 1);
            var arrives = from + ((to - from) * share);
            yield return (place, new PastLife(arrives, null, null, arrives + ((to - arrives) * 0.6)));
        }
    }

    public static IEnumerable<(EstateFile.Place Place, PastLife Life)> Others(EstateFile estate, DateTimeOffset from, DateTimeOffset to)
    {
        var place = estate.Places[^1];
        for (var index = 0; index < SilentFor.Length; index++)
        {
            var silent = to.AddDays(-SilentFor[index]);
            place = estate.Places[(index + 1) * 4 % estate.Places.Count];
            if (silent > from.AddDays(2))
            {
                yield return (place, new PastLife(from.AddDays(1), silent, null, DateTimeOffset.MaxValue));
            }
        }

        for (var index = 0; index < 4; index++)
        {
            place = estate.Places[index * 3 % estate.Places.Count];
            yield return (place, new PastLife(from.AddDays(3 + index), null, from + ((to - from) * (0.4 + (0.15 * index))), DateTimeOffset.MaxValue));
        }
    }
}
