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

    /// <summary>Moves both; the server does what fell due on the way.</summary>
    public async Task MoveAsync(DateTimeOffset instant, bool hold, CancellationToken cancel)
    {
        await api.PostAsync(Address, new { Instant = instant.ToUnixTimeSeconds(), Hold = hold }, cancel);
        Now = instant;
    }
}
