using System.Globalization;
using System.Security.Cryptography;
using Purser.Agent.State;
using Purser.Cli.Rest;

namespace Purser.Cli.Fleet;

/// <summary>One simulation against a given server.</summary>
internal sealed class FleetSimulation(FleetOptions options, FleetCredentials credentials, HttpClient http, TrustAnchor trust, TextWriter output)
{
    private readonly RestClient operatorApi = new(http, credentials.OperatorClient.Id, credentials.OperatorClient.Secret);
    private readonly RestClient accountApi = new(http, credentials.AccountClient.Id, credentials.AccountClient.Secret);

    public Tally Tally { get; } = new();

    public IReadOnlyList<string> Violations { get; private set; } = [];

    /// <returns>True when nothing was violated.</returns>
    public async Task<bool> RunAsync(CancellationToken cancel)
    {
        var since = TimeProvider.System.GetTimestamp();
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{options.Devices} devices, {options.Days} days, seed {options.Seed}, run {options.RunName}, {http.BaseAddress}"));

        // Days of the simulation are days of the calendar: terms of licenses end at midnight.
        var clock = new FleetClock(NextMidnight(await Authority.NowAsync(operatorApi, cancel)));
        await Authority.MoveClockAsync(operatorApi, clock.Start, cancel);
        var preparation = new EstatePreparation(operatorApi, accountApi, credentials.AccountDomain, options);
        var estate = await preparation.PrepareAsync(cancel);

        var violations = new Violations(options.Seed, clock, output);
        var pools = new PoolBook(violations);
        using var secrets = RandomNumberGenerator.Create();
        var world = new FleetWorld(options, clock, estate, new Uri(http.BaseAddress!, "/licservice/license"), trust, http, pools, violations, Tally, secrets);
        var devices = Enumerable.Range(0, options.Devices).Select(index => new SimulatedDevice(world, index)).ToList();
        try
        {
            var comparison = new Comparison(world, accountApi);
            var administrator = new Administrator(world, operatorApi, accountApi, comparison, preparation);
            await comparison.ReadPoolsAsync(cancel);
            await new FleetEngine(world, new Authority(operatorApi, violations), administrator, comparison, output).RunAsync(devices, cancel);
        }
        finally
        {
            devices.ForEach(static device => device.Dispose());
            Violations = violations.All;
        }

        Summary.Write(world, devices, TimeProvider.System.GetElapsedTime(since), output);
        return violations.Count == 0;
    }

    private static DateTimeOffset NextMidnight(DateTimeOffset now)
    {
        var midnight = new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero);
        return midnight < now ? midnight.AddDays(1) : midnight;
    }
}
