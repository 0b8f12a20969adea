using Purser.Agent.State;
using Purser.Cli.Fleet;
using Purser.Server.Settings;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Cli.Fleet;

/// <summary>The simulator against the real application.</summary>
[Trait("Feature", "AG-04")]
public sealed class FleetSimulationTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    [Trait("Feature", "PI-01")]
    public async Task A_fleet_lives_for_a_hundred_days_and_the_authority_does_nothing_wrong(Engine engine)
    {
        var run = await RunAsync(engine, new FleetOptions { Devices = 50, Days = 100, Seed = 20260110, RunName = "FT", Quantum = TimeSpan.FromHours(6) });

        Assert.Empty(run.Violations);
        Assert.True(run.Tally.Of("answers", "OK") > 300);
        Assert.True(run.Tally.Of("checks", "alerts of 30 days") > 0);
        Assert.True(run.Tally.Of("checks", "alerts of 60 days") > 0);
        Assert.True(run.Tally.Of("faults") > 10);
        Assert.True(run.Tally.Of("administrator") > 0);
    }

    [Fact]
    public async Task A_seed_repeats_a_simulation()
    {
        var options = new FleetOptions { Devices = 8, Days = 20, Seed = 5, RunName = "FT", Quantum = TimeSpan.FromHours(6), Parallel = 1 };
        var first = await RunAsync(Engine.Sqlite, options);
        var second = await RunAsync(Engine.Sqlite, options);
        var other = await RunAsync(Engine.Sqlite, options with { Seed = 6 });

        Assert.Equal(first.Tally.Rows, second.Tally.Rows);
        Assert.NotEqual(first.Tally.Rows, other.Tally.Rows);
    }

    private static async Task<FleetSimulation> RunAsync(Engine engine, FleetOptions options)
    {
        var folder = Directory.CreateTempSubdirectory("purser-fleet-test-");
        var credentials = Path.Combine(folder.FullName, "credentials.json");
        try
        {
            await using var installation = await TestInstallation.StartAsync(
                engine, settings => settings with { Simulation = new SimulationSettings { Enabled = true, CredentialsFile = credentials } });
            using var http = installation.NewClient();
            await using var output = new StringWriter();
            var simulation = new FleetSimulation(options, FleetCredentials.Read(credentials), http, new TrustAnchor(), output);
            var isClean = await simulation.RunAsync(Stop);
            Assert.Equal(isClean, simulation.Violations.Count == 0);
            Assert.Contains($"seed {options.Seed}", output.ToString(), StringComparison.Ordinal);
            return simulation;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
