using System.Buffers.Binary;
using System.CommandLine;
using System.Security.Cryptography;
using Purser.Cli.Fleet.Live;
using Purser.Cli.Rest;

namespace Purser.Cli.Fleet;

/// <summary><c>purser fleet</c>: many devices in one process, on a virtual clock, or live for a demonstration (AG-04).</summary>
public static class FleetCommand
{
    private static readonly Option<int?> Devices = new("--devices") { Description = "How many devices (100; live: as many as the estate names)", HelpName = "N" };
    private static readonly Option<int> Days = new("--days") { Description = "How many days of the virtual clock", DefaultValueFactory = static _ => 100, HelpName = "D" };
    private static readonly Option<string?> Server = new("--server") { Description = "Address of a server in simulation mode; without it a server of its own is started and removed again", HelpName = "URL" };
    private static readonly Option<string?> Credentials = new("--credentials") { Description = "File with operatorClient, client and account, as a server with --Simulation:CredentialsFile writes it", HelpName = "FILE" };
    private static readonly Option<string?> Ca = new("--ca") { Description = "PEM file with the authority's root, for https", HelpName = "FILE" };
    private static readonly Option<ulong?> Seed = new("--seed") { Description = "Repeats the draws of an earlier run", HelpName = "S" };
    private static readonly Option<int> Hours = new("--quantum") { Description = "Step of the virtual clock in hours", DefaultValueFactory = static _ => 1, HelpName = "HOURS" };
    private static readonly Option<int> Parallel = new("--parallel") { Description = "Messages under way at the same time", DefaultValueFactory = static _ => 64, HelpName = "N" };
    private static readonly Option<string?> Data = new("--data") { Description = "The server's data directory, for the audit at the end", HelpName = "DIR" };
    private static readonly Option<string?> Connection = new("--connection") { Description = "The server's PostgreSQL database, for the audit at the end, or for a server of its own", HelpName = "TEXT" };
    private static readonly Option<bool> Live = new("--live") { Description = "In real time, until it is stopped; needs --server, --estate and --store" };
    private static readonly Option<string?> EstateFile = new("--estate") { Description = "Live: file with accounts and places, as the demo estate writes it", HelpName = "FILE" };
    private static readonly Option<string?> Store = new("--store") { Description = "Live: folder of the devices' stores", HelpName = "DIR" };
    private static readonly Option<bool> UntilInputCloses = new("--until-input-closes") { Description = "Live: stop when the standard input closes, as a child process does" };

    public static Command Build()
    {
        var command = new Command("fleet", "Many simulated devices against a server; checks that it does what it must")
        {
            Devices, Days, Server, Credentials, Ca, Seed, Hours, Parallel, Data, Connection, Live, EstateFile, Store, UntilInputCloses,
        };
        command.SetAction(static (parsed, cancel) => GuardAsync(parsed, () => parsed.GetValue(Live) ? LiveAsync(parsed, cancel) : SimulateAsync(parsed, cancel)));
        return command;
    }

    private static async Task<int> GuardAsync(ParseResult parsed, Func<Task<int>> act)
    {
        try
        {
            return await act();
        }
        catch (Exception problem) when (problem is CommandException or RestException or HttpRequestException)
        {
            await parsed.InvocationConfiguration.Error.WriteLineAsync($"purser: {problem.Message}");
            return ExitCode.Refused;
        }
    }

    private static Task<int> SimulateAsync(ParseResult parsed, CancellationToken cancel)
    {
        var options = new FleetOptions
        {
            Devices = DevicesOf(parsed) ?? 100,
            Days = Positive(parsed, Days),
            Seed = SeedOf(parsed),
            Quantum = TimeSpan.FromHours(Positive(parsed, Hours)),
            Parallel = Positive(parsed, Parallel),
            RunName = "F" + RandomNumberGenerator.GetHexString(6),
        };
        var place = new FleetPlace(ServerOf(parsed), parsed.GetValue(Credentials), parsed.GetValue(Ca), parsed.GetValue(Data), parsed.GetValue(Connection));
        return FleetRun.RunAsync(options, place, parsed.InvocationConfiguration.Output, cancel);
    }

    private static async Task<int> LiveAsync(ParseResult parsed, CancellationToken cancel)
    {
        var server = ServerOf(parsed) ?? throw new CommandException("--live needs --server URL");
        var estate = LiveEstate.Read(parsed.GetValue(EstateFile) ?? throw new CommandException("--live needs --estate FILE"));
        var store = parsed.GetValue(Store) ?? throw new CommandException("--live needs --store DIR");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        if (parsed.GetValue(UntilInputCloses))
        {
            _ = StopWithInputAsync(stop);
        }

        await new LiveFleet(server, parsed.GetValue(Ca), estate, DevicesOf(parsed), store, SeedOf(parsed), parsed.InvocationConfiguration.Output).RunAsync(stop.Token);
        return ExitCode.Done;
    }

    private static async Task StopWithInputAsync(CancellationTokenSource stop)
    {
        await using var input = Console.OpenStandardInput();
        var nothing = new byte[256];
        while (await input.ReadAsync(nothing) > 0)
        {
            // Whatever is typed is for nobody.
        }

        await stop.CancelAsync();
    }

    private static int? DevicesOf(ParseResult parsed) =>
        parsed.GetValue(Devices) is <= 0 ? throw new CommandException("--devices must be at least 1") : parsed.GetValue(Devices);

    private static int Positive(ParseResult parsed, Option<int> option) =>
        parsed.GetValue(option) is > 0 and var value ? value : throw new CommandException($"{option.Name} must be at least 1");

    private static Uri? ServerOf(ParseResult parsed) => parsed.GetValue(Server) switch
    {
        null => null,
        var text when Uri.TryCreate(text, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps) => address,
        var text => throw new CommandException($"'{text}' is no address of a server"),
    };

    private static ulong SeedOf(ParseResult parsed)
    {
        if (parsed.GetValue(Seed) is { } seed)
        {
            return seed;
        }

        Span<byte> bytes = stackalloc byte[4];
        RandomNumberGenerator.Fill(bytes);
        return BinaryPrimitives.ReadUInt32LittleEndian(bytes);
    }
}
