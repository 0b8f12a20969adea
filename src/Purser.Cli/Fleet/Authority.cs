using Purser.Cli.Rest;

namespace Purser.Cli.Fleet;

/// <summary>The authority's clock in simulation mode, and its sweeps.</summary>
internal sealed class Authority(RestClient operatorApi, Violations violations)
{
    private const string Address = "/simulation/clock";

    public static async Task<DateTimeOffset> NowAsync(RestClient operatorApi, CancellationToken cancel) =>
        DateTimeOffset.FromUnixTimeSeconds((await operatorApi.GetAsync(Address, cancel))["now"]!.GetValue<long>());

    /// <summary>Only the clock: what devices do at that instant comes before the sweeps.</summary>
    public static Task MoveClockAsync(RestClient operatorApi, DateTimeOffset instant, CancellationToken cancel) =>
        operatorApi.PostAsync(Address, new { instant = instant.ToUnixTimeSeconds(), hold = true, runJobs = false }, cancel);

    public Task MoveClockAsync(DateTimeOffset instant, CancellationToken cancel) => MoveClockAsync(operatorApi, instant, cancel);

    /// <summary>Everything that fell due by the clock's present instant.</summary>
    public async Task SweepAsync(CancellationToken cancel)
    {
        var done = await operatorApi.PostAsync(Address, new { hold = true }, cancel);
        foreach (var job in done["jobs"]!.AsArray().Where(static job => job!["failed"]!.GetValue<bool>()))
        {
            violations.Report($"the job {job!["name"]} failed: {job["text"]}");
        }
    }
}
