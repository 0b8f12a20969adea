using System.Text.Json;
using System.Text.Json.Nodes;
using Purser.Cli.Rest;

namespace Purser.Cli.Apply;

/// <summary>The programs' credentials that an estate needs: the operator's for catalog, accounts and orders, each account's own for what lies in it.</summary>
internal sealed class RestClients : IDisposable
{
    private readonly Dictionary<string, RestClient> accounts = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<RestClient> all = [];
    private readonly RestClient? operatorApi;
    private readonly Uri server;

    private RestClients(JsonObject file, Uri server)
    {
        this.server = server;
        operatorApi = Client(file["operator"]);
        foreach (var account in file["accounts"] as JsonArray ?? [])
        {
            if (account?["domain"]?.ToString() is { } domain && Client(account["client"]) is { } client)
            {
                accounts[domain] = client;
            }
        }

        // The demo's credentials name one account and its client.
        if (file["account"]?["domain"]?.ToString() is { } single && Client(file["client"]) is { } own)
        {
            accounts[single] = own;
        }
    }

    public RestClient Operator => operatorApi
        ?? throw new CommandException("catalog, accounts and orders are the operator's: the credentials file needs operator{id,secret}, an API client of the operator");

    public bool HasOperator => operatorApi is not null;

    public static RestClients Read(string path, string? server)
    {
        try
        {
            var file = JsonNode.Parse(File.ReadAllText(path)) as JsonObject ?? throw new CommandException($"{path} is not a credentials file");
            return new RestClients(file, Address(server ?? file["baseUrl"]?.ToString()));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new CommandException($"{path} cannot be read: {fault.Message}");
        }
    }

    /// <summary>The Smart Accounts of which the credentials file has a client.</summary>
    public IReadOnlyList<string> Domains => [.. accounts.Keys];

    /// <summary>Null where the credentials file names none for this account.</summary>
    public RestClient? Of(string domain) => accounts.GetValueOrDefault(domain);

    public void Dispose() => all.ForEach(client => client.Dispose());

    private static Uri Address(string? text) => Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
        ? address!
        : throw new CommandException("name the server with --server URL, or put baseUrl into the credentials file");

    private RestClient? Client(JsonNode? credentials)
    {
        if (credentials?["id"]?.ToString() is not { } id || credentials["secret"]?.ToString() is not { } secret)
        {
            return null;
        }

        var client = new RestClient(new HttpClient { BaseAddress = server }, id, secret);
        all.Add(client);
        return client;
    }
}
