using System.Text.Json.Nodes;

namespace Purser.Bench;

internal static class Report
{
    /// <summary>Rates of each round, their medians, and the ratio of the medians.</summary>
    public static JsonObject Rivals(string what, IReadOnlyList<double> ours, IReadOnlyList<double> naive)
    {
        var ratio = BenchProgram.Median(ours) / BenchProgram.Median(naive);
        Console.WriteLine(
            $"  {what,-16} {BenchProgram.Median(ours),8:F0}/s end to end   naive {BenchProgram.Median(naive),8:F0}/s   ratio {ratio:F2}   "
            + $"rounds {string.Join(' ', ours.Select(rate => $"{rate:F0}"))} | {string.Join(' ', naive.Select(rate => $"{rate:F0}"))}");
        return new JsonObject
        {
            ["perSecond"] = Math.Round(BenchProgram.Median(ours), 1),
            ["naivePerSecond"] = Math.Round(BenchProgram.Median(naive), 1),
            ["ratio"] = Math.Round(ratio, 3),
            ["rounds"] = new JsonArray(ours.Select(rate => (JsonNode)Math.Round(rate, 1)).ToArray()),
            ["naiveRounds"] = new JsonArray(naive.Select(rate => (JsonNode)Math.Round(rate, 1)).ToArray()),
        };
    }
}
