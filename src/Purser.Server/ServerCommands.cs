using Microsoft.AspNetCore.Connections;
using Purser.Server.Audit;
using Purser.Server.People;
using Purser.Server.Search;
using Purser.Server.Settings;
using Purser.Server.Store;

namespace Purser.Server;

/// <summary>What the server binary can be told to do.</summary>
public static class ServerCommands
{
    public static async Task<int> RunAsync(string[] args) => args switch
    {
        ["check-config", ..] => CheckConfig(args[1..]),
        ["schema", var engine] when Enum.TryParse<Engine>(engine, ignoreCase: true, out var parsed) => Print(SchemaScript.For(parsed)),
        ["roles"] => Print(RoleDocument.Text()),
        ["audit", ..] => await AuditCommand.RunAsync(args[1..], Console.Out, Console.Error),
        ["rebuild-search", ..] => await SearchCommand.RunAsync(args[1..], Console.Out, Console.Error),
        ["serve", ..] => await ServeAsync(args[1..]),
        [] => await ServeAsync(args),
        _ => Usage(),
    };

    private static async Task<int> ServeAsync(string[] args)
    {
        var problems = new List<string>();
        var settings = SettingsCheck.Load(SettingsSources.Read(args), problems);
        if (problems.Count > 0)
        {
            return Report(problems);
        }

        try
        {
            await using var app = PurserServer.Build(settings, args, builder => builder.Logging
                .AddFilter("Microsoft", LogLevel.Warning)

                // Why it did not start is said below, in one line.
                .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical));
            await PurserServer.PrepareAsync(app);
            await app.StartAsync();
            foreach (var line in await StartLines.OfAsync(app))
            {
                Console.WriteLine(line);
            }

            await app.WaitForShutdownAsync();
            return 0;
        }
        catch (StartRefusedException fault)
        {
            Console.Error.WriteLine(fault.Message);
            return 2;
        }
        catch (IOException fault) when (fault.InnerException is AddressInUseException)
        {
            Console.Error.WriteLine($"{fault.Message} Stop what listens there, or choose another port (Http:Port; HTTPS takes the next one).");
            return 2;
        }
    }

    /// <summary>While there is no operator, whoever sees this console may become the first one.</summary>
    private static int CheckConfig(string[] args)
    {
        var problems = new List<string>();
        SettingsCheck.Load(SettingsSources.Read(args), problems);
        return problems.Count > 0 ? Report(problems) : Print("The configuration is complete and valid.\n");
    }

    private static int Report(List<string> problems)
    {
        Console.Error.WriteLine(problems.Count == 1 ? "One setting is not right:" : $"{problems.Count} settings are not right:");
        foreach (var problem in problems)
        {
            Console.Error.WriteLine($"  - {problem}");
        }

        return 2;
    }

    private static int Print(string text)
    {
        Console.Out.Write(text);
        return 0;
    }

    private static int Usage()
    {
        Console.Error.WriteLine(
            "Usage: serve [--Key:Name value …] | check-config | schema sqlite|postgres | roles | audit --data DIR | audit --connection TEXT | audit verify FILE | "
            + "rebuild-search --data DIR | rebuild-search --connection TEXT");
        return 2;
    }
}
