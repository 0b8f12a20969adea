namespace Purser.Cli.Collector;

/// <summary>When to repeat what failed: after 30 seconds, twice as long each time, at most an hour.</summary>
internal static class Backoff
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <param name="failures">In a row, at least 1.</param>
    public static TimeSpan After(int failures)
    {
        var doubled = First * Math.Pow(2, Math.Clamp(failures - 1, 0, 10));
        return doubled < Longest ? doubled : Longest;
    }
}
