using System.Globalization;
using System.Text;

namespace Purser.Server.Web.Components;

/// <summary>From times and values to a picture of 1000 × 300 units, which is stretched to its place. Pure.</summary>
public sealed class TimeScale
{
    public const int Width = 1000;
    public const int Height = 300;

    private readonly TimeChartData data;
    private readonly decimal top;

    public TimeScale(TimeChartData data)
    {
        this.data = data;
        var highest = data.Lines.SelectMany(line => line.Points).Select(point => point.Value)
            .Concat(data.Band?.Points.Select(point => point.High) ?? []).DefaultIfEmpty(0).Max();
        Step = StepOf(highest);
        top = Step * Math.Max(1, Math.Ceiling(highest / Step));
    }

    /// <summary>From one line of the grid to the next: 1, 2 or 5, or ten times that.</summary>
    public decimal Step { get; }

    /// <summary>The lines of the grid from the top down.</summary>
    public IEnumerable<decimal> Ticks => Enumerable.Range(0, (int)(top / Step) + 1).Select(index => top - (index * Step));

    /// <summary>Evenly from edge to edge.</summary>
    public IEnumerable<DateTimeOffset> Times(int count) => Enumerable.Range(0, count).Select(index => data.From + ((data.To - data.From) * ((double)index / (count - 1))));

    public string X(DateTimeOffset at)
    {
        var whole = Math.Max(1, (data.To - data.From).TotalSeconds);
        return Text((decimal)(Math.Clamp((at - data.From).TotalSeconds / whole, 0, 1) * Width));
    }

    public string Y(decimal value) => Text(Height - (Math.Clamp(value, 0, top) / top * Height));

    public string Path(TimeLine line)
    {
        var path = new StringBuilder();
        for (var index = 0; index < line.Points.Count; index++)
        {
            var (at, value) = line.Points[index];
            path.Append(index == 0 ? $"M{X(at)} {Y(value)}" : line.Steps ? $"H{X(at)}V{Y(value)}" : $"L{X(at)} {Y(value)}");
        }

        return path.ToString();
    }

    /// <summary>The line with the ground below it.</summary>
    public string Area(TimeLine line) => line.Points.Count == 0 ? "" : $"{Path(line)}V{Height}H{X(line.Points[0].At)}Z";

    public string Path(TimeBand band)
    {
        var path = new StringBuilder();
        foreach (var (at, _, high) in band.Points)
        {
            path.Append(path.Length == 0 ? "M" : "L").Append(X(at)).Append(' ').Append(Y(high));
        }

        foreach (var (at, low, _) in band.Points.Reverse())
        {
            path.Append('L').Append(X(at)).Append(' ').Append(Y(low));
        }

        return path.Append('Z').ToString();
    }

    private static decimal StepOf(decimal highest)
    {
        decimal step = 1;
        foreach (var factor in Factors())
        {
            if (step * 5 >= highest)
            {
                return step;
            }

            step *= factor;
        }

        return step;

        // 1, 2, 5, 10, 20, 50 …
        static IEnumerable<decimal> Factors()
        {
            for (var round = 0; round < 20; round++)
            {
                yield return 2;
                yield return 2.5m;
                yield return 2;
            }
        }
    }

    private static string Text(decimal value) => Math.Round(value, 1).ToString("0.#", CultureInfo.InvariantCulture);
}
