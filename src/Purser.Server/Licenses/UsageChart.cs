using Purser.Server.Web.Components;

namespace Purser.Server.Licenses;

/// <summary>The usage of a license as a step chart: purchased as a line, use as an area, times of shortage shaded.</summary>
public static class UsageChart
{
    /// <summary>More steps than this are drawn by the day: a chart cannot show them and its table nobody would read.</summary>
    public const int MostSteps = 400;

    public static ChartData Of(IReadOnlyList<ShowUsage.Point> points)
    {
        var shown = points.Count <= MostSteps ? points : [.. points.GroupBy(point => point.At.UtcDateTime.Date).Select(day => day.MaxBy(point => point.InUse + point.Reserved - point.Purchased)!)];
        var reserves = shown.Any(point => point.Reserved > 0);
        List<ChartSeries> series =
        [
            new("Purchased", [.. shown.Select(point => (long?)point.Purchased)], Tone: 3),
            new("In use", [.. shown.Select(point => (long?)point.InUse)], Tone: 1, Filled: true, Shade: Shortages(shown)),
        ];
        if (reserves)
        {
            series.Add(new ChartSeries("Reserved", [.. shown.Select(point => (long?)point.Reserved)], Tone: 4));
        }

        return new ChartData(ChartKind.Steps, series, Times: [.. shown.Select(point => point.At.ToUnixTimeSeconds())]);
    }

    /// <summary>From the step that made it short to the first that is not.</summary>
    private static List<long[]> Shortages(IReadOnlyList<ShowUsage.Point> points)
    {
        var spans = new List<long[]>();
        long? since = null;
        foreach (var point in points)
        {
            var isShort = point.InUse + point.Reserved > point.Purchased;
            if (isShort)
            {
                since ??= point.At.ToUnixTimeSeconds();
            }
            else if (since is { } start)
            {
                spans.Add([start, point.At.ToUnixTimeSeconds()]);
                since = null;
            }
        }

        if (since is { } open && points.Count > 0 && points[^1].At.ToUnixTimeSeconds() > open)
        {
            spans.Add([open, points[^1].At.ToUnixTimeSeconds()]);
        }

        return spans;
    }
}
