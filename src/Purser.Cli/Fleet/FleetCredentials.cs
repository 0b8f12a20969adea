using System.Text.Json;

namespace Purser.Cli.Fleet;

/// <summary>What a simulation needs to act on an installation: a client of the operator, a client of an account's administrator, the account.</summary>
internal sealed record FleetCredentials(FleetCredentials.Client OperatorClient, FleetCredentials.Client AccountClient, string AccountDomain)
{
    public sealed record Client(string Id, string Secret);

    /// <summary>Reads <c>{operatorClient:{id,secret}, client:{id,secret}, account:{domain}}</c>; the server of a simulation writes it.</summary>
    public static FleetCredentials Read(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            var root = document.RootElement;
            return new FleetCredentials(ClientOf(root.GetProperty("operatorClient")), ClientOf(root.GetProperty("client")), Text(root.GetProperty("account"), "domain"));
        }
        catch (KeyNotFoundException)
        {
            throw new CommandException(
                $"{path} does not hold operatorClient, client and account. Start the server with --Simulation:Enabled true; it then writes simulation-credentials.json into its data directory.");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException)
        {
            throw new CommandException($"{path} cannot be read: {fault.Message}");
        }
    }

    private static Client ClientOf(JsonElement element) => new(Text(element, "id"), Text(element, "secret"));

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString() ?? throw new KeyNotFoundException();
}
