using System.Globalization;
using System.Security.Cryptography;

namespace Purser.Cli.Fleet;

/// <summary>Where a simulation runs.</summary>
/// <param name="Server">Null: on a server of its own.</param>
/// <param name="Credentials">File; needed with a given server.</param>
/// <param name="Ca">PEM file with the root, for https.</param>
/// <param name="Data">For the audit: the server's data directory.</param>
/// <param name="Connection">For the audit: the server's database.</param>
internal sealed record FleetPlace(Uri? Server, string? Credentials, string? Ca, string? Data, string? Connection);

/// <summary>A whole simulation: server, estate, devices, clock, audit, summary.</summary>
internal static class FleetRun
{
    public static async Task<int> RunAsync(FleetOptions options, FleetPlace place, TextWriter output, CancellationToken cancel)
    {
        if (place.Server is { } server)
        {
            var credentials = place.Credentials ?? throw new CommandException("--server needs --credentials FILE");
            return await RunAsync(options, server, FleetCredentials.Read(credentials), place, output, cancel);
        }

        var folder = Directory.CreateTempSubdirectory("purser-fleet-").FullName;
        var result = await RunOnOwnServerAsync(options, folder, place, output, cancel);
        if (result == ExitCode.Done)
        {
            Directory.Delete(folder, recursive: true);
        }
        else
        {
            output.WriteLine($"The server's data is kept in {folder}");
        }

        return result;
    }

    private static async Task<int> RunOnOwnServerAsync(FleetOptions options, string folder, FleetPlace place, TextWriter output, CancellationToken cancel)
    {
        await using var own = await ServerProcess.StartAsync(folder, place.Connection, cancel);
        return await RunAsync(options, own.Address, FleetCredentials.Read(own.Credentials), place with { Data = folder }, output, cancel);
    }

    private static async Task<int> RunAsync(
        FleetOptions options, Uri server, FleetCredentials credentials, FleetPlace place, TextWriter output, CancellationToken cancel)
    {
        var (http, trust) = FleetHttp.Open(server, place.Ca, options.Parallel);
        using var connections = http;
        var simulation = new FleetSimulation(options, credentials, http, trust, output);
        var isClean = await simulation.RunAsync(cancel);
        return await AuditAsync(place, output, cancel) && isClean ? ExitCode.Done : ExitCode.Refused;
    }

    private static async Task<bool> AuditAsync(FleetPlace place, TextWriter output, CancellationToken cancel)
    {
        string[]? arguments = place switch
        {
            { Connection: { } connection } => ["audit", "--connection", connection],
            { Data: { } data } => ["audit", "--data", data],
            _ => null,
        };
        if (arguments is null)
        {
            output.WriteLine("No audit: give --data DIR or --connection TEXT of the server to have its books replayed.");
            return true;
        }

        return await ShellDoor.RunAsync(arguments, cancel) == 0;
    }
}
