using System.Diagnostics;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Cli.Fleet;

/// <summary>The command as a person runs it, with a server of its own that it starts, audits, stops and clears away.</summary>
public sealed class FleetCommandTests
{
    [Theory, Engines]
    [Trait("Feature", "AG-04")]
    public async Task A_run_without_a_server_brings_its_own_and_ends_clean(Engine engine)
    {
        await using var lease = await TestEngines.NewEmptyAsync(engine);
        var start = new ProcessStartInfo(
            Path.Combine(AppContext.BaseDirectory, "purser"),
            ["fleet", "--devices", "3", "--days", "2", "--seed", "7", .. engine is Engine.Postgres ? ["--connection", lease.Settings.ConnectionString] : Array.Empty<string>()])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PURSER_DOOR"] = Path.Combine(AppContext.BaseDirectory, "Purser.Server");
        using var fleet = Process.Start(start)!;
        var (output, errors) = (fleet.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), fleet.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await fleet.WaitForExitAsync(TestContext.Current.CancellationToken);
        var text = await output + await errors;
        Assert.True(fleet.ExitCode == 0, text);
        Assert.Contains("No violation.", text, StringComparison.Ordinal);
        Assert.Contains("Clean:", text, StringComparison.Ordinal);
    }
}
