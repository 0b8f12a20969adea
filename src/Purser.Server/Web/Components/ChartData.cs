namespace Purser.Server.Web.Components;

public enum ChartKind { Steps, Pie, Bars }

/// <summary>What a chart shows. Steps have times (epoch seconds); pie and bars have categories; each series has one value for each of them.</summary>
/// <param name="Tones">Colours 1–6 of the parts of a pie; null takes them in order.</param>
public sealed record ChartData(
    ChartKind Kind,
    IReadOnlyList<ChartSeries> Series,
    IReadOnlyList<long>? Times = null,
    IReadOnlyList<string>? Categories = null,
    IReadOnlyList<int>? Tones = null);

/// <param name="Shade">Spans (from, to in epoch seconds) shaded as shortage.</param>
/// <param name="Tone">Colour 1–6; null takes the next one.</param>
public sealed record ChartSeries(
    string Name,
    IReadOnlyList<long?> Values,
    int? Tone = null,
    bool Dashed = false,
    bool Filled = false,
    string? Stack = null,
    IReadOnlyList<long[]>? Shade = null);
