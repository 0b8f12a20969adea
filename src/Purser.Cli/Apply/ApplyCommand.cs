using System.CommandLine;
using Purser.Cli.Rest;

namespace Purser.Cli.Apply;

/// <summary><c>purser apply -f estate.yaml</c>: brings an installation to what a file says (AP-03). Shows the difference; changes nothing without --yes; never removes anything.</summary>
internal static class ApplyCommand
{
    private static readonly Option<string> Estate = new("--file", "-f") { Required = true, Description = "The estate: catalog, sign-in, accounts with all that lies in them, orders (docs/estate.yaml is an example)", HelpName = "FILE" };
    private static readonly Option<string?> Server = new("--server") { Description = "Address of the server; otherwise the one in the credentials file", HelpName = "URL" };
    private static readonly Option<string> Credentials = new("--credentials") { Required = true, Description = "File with operator{id,secret} and accounts[{domain,client{id,secret}}], readable by its owner only", HelpName = "FILE" };
    private static readonly Option<bool> Yes = new("--yes") { Description = "Carry the changes out" };

    public static Command Build()
    {
        var command = new Command("apply", "Bring an installation to what an estate file says; shows the difference, changes only with --yes") { Estate, Server, Credentials, Yes };
        command.SetAction(async (parsed, cancel) =>
        {
            try
            {
                return await RunAsync(parsed, cancel);
            }
            catch (Exception problem) when (problem is CommandException or RestException or HttpRequestException)
            {
                await parsed.InvocationConfiguration.Error.WriteLineAsync($"purser: {problem.Message}");
                return problem is HttpRequestException ? ExitCode.TryLater : ExitCode.Refused;
            }
        });
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var file = parsed.GetValue(Estate)!;
        var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
        var problems = new EstateProblems(file);
        var root = EstateNode.Read(await ReadAsync(file, cancel), problems).Knows("catalog", "signIn", "accounts", "orders");
        using var clients = RestClients.Read(parsed.GetValue(Credentials)!, parsed.GetValue(Server));

        var sources = root.Part("signIn").Items().Select(node => EstateSource.Read(node, problems)).ToList();
        var accounts = new AccountsPart(root.Part("accounts"), problems, output);
        var parts = new IEstatePart[]
        {
            new CatalogPart(root.Part("catalog"), problems), new SourcesPart(sources, problems, output), accounts,
            new SourceRolesPart(sources), new OrdersPart(root.Part("orders"), problems), new LicensesPart(accounts.Accounts),
        };
        if (problems.Any)
        {
            return await RefuseAsync(problems, error);
        }

        var changes = 0;
        foreach (var part in parts)
        {
            // A part may stand on what the one before has made, so each is compared when its turn comes.
            var found = await part.CompareAsync(clients, cancel);
            if (problems.Any)
            {
                return await RefuseAsync(problems, error);
            }

            foreach (var change in found)
            {
                await output.WriteLineAsync(change.ToString());
                changes++;
                if (parsed.GetValue(Yes))
                {
                    await SettleAsync(change, file, cancel);
                }
            }
        }

        await output.WriteLineAsync((changes, parsed.GetValue(Yes)) switch
        {
            (0, _) => "Nothing to change.",
            (_, true) => $"{Counted(changes)} made.",
            _ => $"{Counted(changes)}; nothing was changed. Add --yes to carry them out.",
        });
        return ExitCode.Done;
    }

    private static string Counted(int changes) => changes == 1 ? "1 change" : $"{changes} changes";

    private static async Task SettleAsync(Change change, string file, CancellationToken cancel)
    {
        try
        {
            await change.SettleAsync(cancel);
        }
        catch (Exception refused) when (refused is RestException or CommandException)
        {
            throw new CommandException($"{file}:{change.Line}: {refused.Message} What was listed before it has been done; a second run goes on from there.");
        }
    }

    private static async Task<int> RefuseAsync(EstateProblems problems, TextWriter error)
    {
        foreach (var line in problems.Lines())
        {
            await error.WriteLineAsync(line);
        }

        await error.WriteLineAsync("purser: the estate file was refused");
        return ExitCode.Refused;
    }

    private static async Task<string> ReadAsync(string file, CancellationToken cancel)
    {
        try
        {
            return await File.ReadAllTextAsync(file, cancel);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{file} cannot be read: {fault.Message}");
        }
    }
}

/// <summary>A part of an estate file that can be compared with an installation.</summary>
internal interface IEstatePart
{
    Task<IReadOnlyList<Change>> CompareAsync(RestClients clients, CancellationToken cancel);
}
