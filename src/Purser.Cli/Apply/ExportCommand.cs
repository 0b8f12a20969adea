using System.CommandLine;
using System.Text.Json.Nodes;
using Purser.Cli.Rest;

namespace Purser.Cli.Apply;

/// <summary><c>purser export</c>: writes an installation as an estate file, which <c>purser apply</c> finds nothing to change by (AP-03). Secrets and orders are left out.</summary>
internal static class ExportCommand
{
    private const string Head = """
        # An estate as purser export wrote it. Secrets are not in it: a sign-in source that this file makes somewhere else needs secret: { environment: NAME }.
        # Orders are not in it either: they are booked, not configured.

        """;

    private static readonly Option<string?> Server = new("--server") { Description = "Address of the server; otherwise the one in the credentials file", HelpName = "URL" };
    private static readonly Option<string> Credentials = new("--credentials") { Required = true, Description = "File with operator{id,secret} and accounts[{domain,client{id,secret}}], readable by its owner only", HelpName = "FILE" };
    private static readonly Option<string?> Output = new("--output", "-o") { Description = "Where to write it; otherwise it is shown", HelpName = "FILE" };

    public static Command Build()
    {
        var command = new Command("export", "Write catalog, sign-in and accounts of an installation as an estate file for purser apply") { Server, Credentials, Output };
        command.SetAction(async (parsed, cancel) =>
        {
            try
            {
                return await RunAsync(parsed, cancel);
            }
            catch (Exception problem) when (problem is CommandException or RestException or HttpRequestException or IOException or UnauthorizedAccessException)
            {
                await parsed.InvocationConfiguration.Error.WriteLineAsync($"purser: {problem.Message}");
                return problem is HttpRequestException ? ExitCode.TryLater : ExitCode.Refused;
            }
        });
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        using var clients = RestClients.Read(parsed.GetValue(Credentials)!, parsed.GetValue(Server));
        var root = new JsonObject();
        if (clients.HasOperator)
        {
            root["catalog"] = await ExportOperator.CatalogAsync(clients.Operator, cancel);
            root["signIn"] = await ExportOperator.SourcesAsync(clients.Operator, cancel);
        }

        var accounts = new JsonArray();
        foreach (var domain in await DomainsAsync(clients, cancel))
        {
            accounts.Add((JsonNode)await new ExportAccount(domain, clients, parsed.InvocationConfiguration.Error).ReadAsync(cancel));
        }

        root["accounts"] = accounts;
        var text = Head + EstateYaml.Write(root);
        if (parsed.GetValue(Output) is { } file)
        {
            await File.WriteAllTextAsync(file, text, cancel);
        }
        else
        {
            await parsed.InvocationConfiguration.Output.WriteAsync(text);
        }

        return ExitCode.Done;
    }

    /// <summary>The operator knows all of them; without one, those whose own clients the credentials file names.</summary>
    private static async Task<IReadOnlyList<string>> DomainsAsync(RestClients clients, CancellationToken cancel) => clients.HasOperator
        ? [.. (await clients.Operator.ListAsync("/api/v1/operator/accounts", cancel))
            .Where(row => row["status"]!.GetValue<string>() != "Closed").Select(row => row["domain"]!.GetValue<string>())]
        : clients.Domains;
}
