using System.CommandLine;
using Purser.Cli.Collector.Forward;
using Purser.Cli.Collector.Store;
using Purser.Cli.Device;
using Purser.Cli.Rest;

namespace Purser.Cli.Collector;

/// <summary>Tells the collector where it forwards to. The secret comes by the standard input, so that no list of processes shows it; it is tried before it is kept.</summary>
internal static class ConnectCommand
{
    private static readonly Option<string?> Server = new("--server") { Description = "Address of the server: https://HOST[:PORT]", HelpName = "URL" };
    private static readonly Option<string?> Root = new("--root") { Description = "Root certificate of the server, PEM; otherwise the roots of this machine", HelpName = "FILE" };
    private static readonly Option<string?> Account = new("--account") { Description = "Domain of the Smart Account", HelpName = "DOMAIN" };
    private static readonly Option<string?> VirtualAccount = new("--virtual-account") { Description = "Where product instances go that are not known yet", HelpName = "NAME" };
    private static readonly Option<string?> Client = new("--client") { Description = "Id of an API client that may upload usage reports there", HelpName = "ID" };
    private static readonly Option<bool> None = new("--none") { Description = "Disconnect: from now on bundles are carried" };

    public static Command Build(Option<string> data)
    {
        var command = new Command("connect", "Connect to the authority; the client's secret is one line of the standard input") { Server, Root, Account, VirtualAccount, Client, None };
        command.SetAction((parsed, cancel) => DeviceSession.GuardAsync(parsed, async () =>
        {
            var store = await CollectorStore.OpenAsync(parsed.GetRequiredValue(data), TimeProvider.System, cancel);
            return parsed.GetValue(None) ? await DisconnectAsync(store, cancel) : await ConnectAsync(store, parsed, Console.In, cancel);
        }));
        return command;
    }

    private static async Task<int> ConnectAsync(CollectorStore store, ParseResult parsed, TextReader input, CancellationToken cancel)
    {
        if (parsed.GetValue(Server) is not { } server || parsed.GetValue(Account) is not { } account || parsed.GetValue(VirtualAccount) is not { } wanted || parsed.GetValue(Client) is not { } client)
        {
            throw new CommandException("connect needs --server, --account, --virtual-account and --client");
        }

        if (!Uri.TryCreate(server, UriKind.Absolute, out var url) || (url.Scheme != "https" && !(url.Scheme == "http" && url.IsLoopback)))
        {
            throw new CommandException($"'{server}' is no address of a server; expected https://HOST[:PORT] (http only on this machine: the secret would travel unencrypted)");
        }

        var root = parsed.GetValue(Root) is { } file ? await RootAsync(file, cancel) : null;
        var secret = await input.ReadLineAsync(cancel) ?? throw new CommandException("there is no secret: give it as one line of the standard input");
        var (id, name) = await FindAsync(url, root, client, secret, account, wanted, cancel);
        await store.ConfigureAsync(
            settings =>
            {
                (settings.Server, settings.ServerRoot, settings.Account) = (url.GetLeftPart(UriPartial.Authority), root, account);
                (settings.VirtualAccountId, settings.VirtualAccount) = (id, name);
                (settings.ClientId, settings.ClientSecret) = (client, store.Protect(secret));
                (settings.ForwardFailures, settings.ForwardProblem, settings.NextForwardAt) = (0, null, null);
            },
            cancel);
        await parsed.InvocationConfiguration.Output.WriteLineAsync($"Connected: {account}, {name}");
        return ExitCode.Done;
    }

    private static async Task<(long Id, string Name)> FindAsync(Uri server, string? root, string client, string secret, string account, string wanted, CancellationToken cancel)
    {
        using var rest = new RestClient(Upstream.Http(server.GetLeftPart(UriPartial.Authority), root), client, secret);
        try
        {
            return await Upstream.FindPlaceAsync(rest, account, wanted, cancel)
                ?? throw new CommandException($"there is no virtual account {wanted} in {account} that this client may see");
        }
        catch (RestException refused)
        {
            throw new CommandException($"{server} refused: {refused.Message}");
        }
        catch (Exception problem) when (problem is HttpRequestException || (problem is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            throw new CommandException($"{server} does not answer: {problem.Message} {problem.InnerException?.Message}".TrimEnd());
        }
    }

    private static async Task<string> RootAsync(string file, CancellationToken cancel)
    {
        try
        {
            var pem = await File.ReadAllTextAsync(file, cancel);
            return Upstream.IsRoot(pem) ? pem : throw new CommandException($"there is no certificate in {file}");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{file} cannot be read: {problem.Message}");
        }
    }

    private static async Task<int> DisconnectAsync(CollectorStore store, CancellationToken cancel)
    {
        await store.ConfigureAsync(
            static settings => (settings.Server, settings.ServerRoot, settings.ClientId, settings.ClientSecret, settings.ForwardProblem, settings.NextForwardAt) = (null, null, null, null, null, null), cancel);
        return ExitCode.Done;
    }
}
