using Purser.Cli.Rest;

namespace Purser.Cli.Past;

/// <summary>The time that the devices and the server share while the past is lived through; it stands still between the steps.</summary>
internal sealed class PastClock(RestClient api) : TimeProvider
{
    private const string Address = "/simulation/clock";

    public DateTimeOffset Now { get; private set; }

    public override DateTimeOffset GetUtcNow() => Now;

    /// <summary>Where the server's clock stands, and whether it waits to be moved.</summary>
    public async Task<bool> ReadAsync(CancellationToken cancel)
    {
        var answer = await api.GetAsync(Address, cancel);
        Now = DateTimeOffset.FromUnixTimeSeconds(answer["now"]!.GetValue<long>());
        return answer["held"]!.GetValue<bool>();
    }

    /// <summary>Moves both, before the server does what fell due: a device that calls on time is not missed.</summary>
    public async Task MoveAsync(DateTimeOffset instant, CancellationToken cancel)
    {
        await api.PostAsync(Address, new { Instant = instant.ToUnixTimeSeconds(), Hold = true, RunJobs = false }, cancel);
        Now = instant;
    }

    /// <summary>The server does what fell due.</summary>
    public Task RunJobsAsync(CancellationToken cancel) => api.PostAsync(Address, new { Instant = Now.ToUnixTimeSeconds(), Hold = true }, cancel);

    /// <summary>From here on the server's clock follows the machine's.</summary>
    public Task LetRunAsync(DateTimeOffset instant, CancellationToken cancel) =>
        api.PostAsync(Address, new { Instant = instant.ToUnixTimeSeconds(), Hold = false }, cancel);
}
