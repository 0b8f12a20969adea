using Purser.Server.Web.Components;

namespace Purser.Server.Licenses;

/// <summary>The usage of a license as a chart: purchased as a line, use as an area, times of shortage shaded, the forecast dashed with its band (RP-07).</summary>
public static class UsageChart
{
    /// <summary>More steps than this are drawn by the day: a chart cannot show them and its table nobody would read.</summary>
    public const int MostSteps = 400;

    private const int ShortestForecast = 30;

    public static TimeChartData Of(IReadOnlyList<ShowUsage.Point> points, int days, DateTimeOffset now, Forecast? forecast, DayZone zone, Billing billing = Billing.Prepaid)
    {
        var shown = points.Count <= MostSteps ? points : [.. points.GroupBy(point => point.At.UtcDateTime.Date).Select(day => day.MinBy(point => point.Balance)!)];
        var inUse = LineOf("In use", 1, point => point.InUse) with { Filled = true };
        if (billing == Billing.Usage)
        {
            // Nothing is purchased in advance, so nothing can be short.
            return new TimeChartData(now.AddDays(-days), now, [inUse], ["In use"], [.. shown.Reverse().Select(point => new TimeChartRow(point.At, [point.InUse]))])
            {
                Summary = FormattableString.Invariant($"{shown[^1].InUse} in use now, {shown.Max(point => point.Peak)} at most. The table below has all figures."),
            };
        }

        List<TimeLine> lines = [LineOf("Purchased", 3, point => point.Purchased), inUse];
        var reserves = shown.Any(point => point.Reserved > 0);
        if (reserves)
        {
            lines.Add(LineOf("Reserved", 4, point => point.Reserved));
        }

        var ahead = days < ShortestForecast ? [] : Ahead(forecast, days, zone.DayOf(now));
        if (ahead.Count > 0)
        {
            lines.Add(new TimeLine("Forecast of demand", 2, [.. ahead.Select(point => (At(point), point.Middle))], Steps: false, Dashed: true));
            lines.Add(new TimeLine("Purchased, as known", 3, [.. ahead.Select(point => (At(point), (decimal)point.Supply))], Dashed: true));
        }

        string[] columns = ["Purchased", "In use", .. reserves ? ["Reserved"] : Array.Empty<string>(), .. ahead.Count > 0 ? ["Forecast", "At least", "At most"] : Array.Empty<string>()];
        return new TimeChartData(
            now.AddDays(-days), ahead.Count > 0 ? At(ahead[^1]) : now, lines, columns,
            [.. ahead.Skip(1).Reverse().Select(point => RowOf(At(point), point, reserves)), .. shown.Reverse().Select(point => RowOf(point, reserves, ahead.Count > 0))])
        {
            Band = ahead.Count == 0 ? null : new TimeBand("Slowest to fastest pace", 2, [.. ahead.Select(point => (At(point), point.Low, point.High))]),
            Shades = Shortages(shown, now),
            Now = ahead.Count > 0 ? now : null,
            Summary = Summary(shown),
        };

        DateTimeOffset At(ForecastPoint point) => zone.Begin(point.Day);

        TimeLine LineOf(string name, int tone, Func<ShowUsage.Point, long> value) => new(name, tone, [.. shown.Select(point => (point.At, (decimal)value(point)))]);
    }

    /// <summary>A third of the time shown, or as far as the day on which it runs dry, if that is not farther ahead than the past goes back.</summary>
    private static List<ForecastPoint> Ahead(Forecast? forecast, int days, DateOnly today)
    {
        var dry = (forecast?.Likely?.DayNumber ?? 0) - today.DayNumber + 7;
        var reach = dry > days / 3 && dry <= days ? dry : days / 3;
        var path = forecast?.Path.TakeWhile(point => point.Day.DayNumber - today.DayNumber <= reach).ToList() ?? [];
        return path.Count > 1 ? path : [];
    }

    private static TimeChartRow RowOf(ShowUsage.Point point, bool reserves, bool forecasts) =>
        new(point.At, [point.Purchased, point.InUse, .. reserves ? [point.Reserved] : Array.Empty<decimal?>(), .. forecasts ? [null, null, null] : Array.Empty<decimal?>()]);

    private static TimeChartRow RowOf(DateTimeOffset at, ForecastPoint point, bool reserves) =>
        new(at, [point.Supply, null, .. reserves ? [null] : Array.Empty<decimal?>(), point.Middle, point.Low, point.High], "(forecast)");

    private static string Summary(IReadOnlyList<ShowUsage.Point> points)
    {
        var (last, peak) = (points[^1], points.Max(point => point.Peak));
        return FormattableString.Invariant($"{last.Purchased} purchased, {last.InUse} in use now, {peak} at most. The table below has all figures.");
    }

    /// <summary>From the step that made it short to the first that is not.</summary>
    private static List<(DateTimeOffset From, DateTimeOffset To)> Shortages(IReadOnlyList<ShowUsage.Point> points, DateTimeOffset now)
    {
        var spans = new List<(DateTimeOffset From, DateTimeOffset To)>();
        DateTimeOffset? since = null;
        foreach (var point in points)
        {
            if (point.Balance < 0)
            {
                since ??= point.At;
            }
            else if (since is { } start)
            {
                spans.Add((start, point.At));
                since = null;
            }
        }

        return since is { } open && open < now ? [.. spans, (open, now)] : spans;
    }
}
