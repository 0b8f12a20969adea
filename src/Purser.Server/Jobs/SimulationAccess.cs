using System.Text.Json;
using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.People;
using Purser.Server.Settings;

namespace Purser.Server.Jobs;

/// <summary>
/// Simulation only: a Smart Account for simulated devices and the programs that act for its administrator and for the operator. Their credentials
/// go into a file that only its owner may read; who may start the server may read it.
/// </summary>
public sealed class SimulationAccess(
    CreateAccount accounts, AccountLookup lookup, CreateApiClient accountClients, CreateOperatorClient operatorClients, PurserSettings settings)
{
    public const string Domain = "simulation.example";
    private const string ClientName = "Fleet simulator";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Does nothing when the file is there: its credentials go on working.</summary>
    public async Task WriteAsync()
    {
        if (File.Exists(settings.Simulation.CredentialsFile))
        {
            return;
        }

        var account = await AccountAsync();
        var asAdministrator = new CreateApiClient.Input(ClientName, ApiScopes.All, [new(Role.SmartAccountAdministrator)]);
        var client = await accountClients.HandleAsync(new Command(CreateApiClient.Name, Actor.System, asAdministrator) { Accounts = [account] }, asAdministrator);
        var asOperator = new CreateOperatorClient.Input(ClientName, OperatorRole.LicensingAdministrator, ApiScopes.All);
        var @operator = await operatorClients.HandleAsync(new Command(CreateOperatorClient.Name, Actor.System, asOperator), asOperator);
        PrivateFile.Write(settings.Simulation.CredentialsFile, JsonSerializer.Serialize(
            new { Account = new { Domain }, Client = Of(client.Value), OperatorClient = Of(@operator.Value) }, Json));
    }

    private async Task<long> AccountAsync()
    {
        if (await lookup.FindAsync(Domain, CancellationToken.None) is { } known)
        {
            return known.Id;
        }

        var input = new CreateAccount.Input("Simulated Devices", Domain);
        return (await accounts.HandleAsync(new Command(CreateAccount.Name, Actor.System, input), input)).Value.Id;
    }

    private static object Of(CreateApiClient.Answer client) => new { Id = client.ClientId, Secret = client.ClientSecret };
}
