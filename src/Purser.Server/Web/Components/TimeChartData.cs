namespace Purser.Server.Web.Components;

/// <summary>Figures over time, drawn on the server. All of it stands in the table below too, which screen readers and printers get.</summary>
/// <param name="From">The left edge.</param>
/// <param name="To">The right edge.</param>
/// <param name="Columns">Headings of the table after the time.</param>
public sealed record TimeChartData(
    DateTimeOffset From, DateTimeOffset To, IReadOnlyList<TimeLine> Lines, IReadOnlyList<string> Columns, IReadOnlyList<TimeChartRow> Rows)
{
    /// <summary>Between which values a forecast lies.</summary>
    public TimeBand? Band { get; init; }

    /// <summary>Times of shortage, shaded.</summary>
    public IReadOnlyList<(DateTimeOffset From, DateTimeOffset To)> Shades { get; init; } = [];

    /// <summary>Where the past ends and the forecast begins.</summary>
    public DateTimeOffset? Now { get; init; }

    /// <summary>What the picture shows in a sentence.</summary>
    public string Summary { get; init; } = "";
}

/// <param name="Tone">Colour 1–6.</param>
/// <param name="Steps">A value holds until the next one; otherwise it changes evenly.</param>
public sealed record TimeLine(string Name, int Tone, IReadOnlyList<(DateTimeOffset At, decimal Value)> Points, bool Steps = true, bool Filled = false, bool Dashed = false);

public sealed record TimeBand(string Name, int Tone, IReadOnlyList<(DateTimeOffset At, decimal Low, decimal High)> Points);

/// <param name="Cells">One for each column; null where there is no such figure.</param>
public sealed record TimeChartRow(DateTimeOffset At, IReadOnlyList<decimal?> Cells, string Note = "");
