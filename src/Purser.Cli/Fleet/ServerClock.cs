using System.Text.Json.Nodes;
using Purser.Cli.Rest;

namespace Purser.Cli.Fleet;

/// <summary>The server's domain clock, moved through its simulation door. Remembers when the server looked for silent devices.</summary>
internal sealed class ServerClock(RestClient api)
{
    private const string SilenceJob = "devices.silence";

    private readonly List<DateTimeOffset> sweeps = [];

    /// <summary>In rising order.</summary>
    public IReadOnlyList<DateTimeOffset> Sweeps => sweeps;

    public async Task<DateTimeOffset> ReadAsync(CancellationToken cancel) =>
        DateTimeOffset.FromUnixTimeSeconds((await api.GetAsync("/simulation/clock", cancel))["now"]!.GetValue<long>());

    /// <summary>Stands still at this instant, after all jobs that fell due on the way have run.</summary>
    /// <returns>Jobs that failed.</returns>
    public async Task<IReadOnlyList<string>> MoveAsync(DateTimeOffset instant, CancellationToken cancel)
    {
        var answer = await api.PostAsync("/simulation/clock", new { Instant = instant.ToUnixTimeSeconds(), Hold = true }, cancel);
        var jobs = answer["jobs"]!.AsArray().Select(job => job!).ToList();
        if (jobs.Exists(job => Name(job) == SilenceJob))
        {
            sweeps.Add(instant);
        }

        return jobs.Where(job => job["failed"]!.GetValue<bool>()).Select(job => $"job {Name(job)} failed: {job["text"]}").ToList();
    }

    private static string Name(JsonNode job) => job["name"]!.GetValue<string>();
}
