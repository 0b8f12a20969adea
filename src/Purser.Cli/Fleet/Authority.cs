using System.Text.Json;

namespace Purser.Cli.Fleet;

/// <summary>The authority's clock in simulation mode, and its sweeps.</summary>
internal sealed class Authority(RestApi operatorApi, Violations violations)
{
    private const string Address = "/simulation/clock";

    public static async Task<DateTimeOffset> NowAsync(RestApi operatorApi, CancellationToken cancel) =>
        DateTimeOffset.FromUnixTimeSeconds((await operatorApi.GetAsync<JsonElement>(Address, cancel)).GetProperty("now").GetInt64());

    /// <summary>Only the clock: what devices do at that instant comes before the sweeps.</summary>
    public static Task MoveClockAsync(RestApi operatorApi, DateTimeOffset instant, CancellationToken cancel) =>
        operatorApi.PostAsync<JsonElement>(Address, new { instant = instant.ToUnixTimeSeconds(), hold = true, runJobs = false }, cancel);

    public Task MoveClockAsync(DateTimeOffset instant, CancellationToken cancel) => MoveClockAsync(operatorApi, instant, cancel);

    /// <summary>Everything that fell due by the clock's present instant.</summary>
    public async Task SweepAsync(CancellationToken cancel)
    {
        var done = await operatorApi.PostAsync<JsonElement>(Address, new { hold = true }, cancel);
        foreach (var job in done.GetProperty("jobs").EnumerateArray().Where(static job => job.GetProperty("failed").GetBoolean()))
        {
            violations.Report($"the job {job.GetProperty("name").GetString()} failed: {job.GetProperty("text").GetString()}");
        }
    }
}
