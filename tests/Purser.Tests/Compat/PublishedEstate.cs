using System.Net.Http.Headers;
using System.Text.Json;
using Purser.Server.Accounts;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Licenses;
using Purser.Server.People;
using Purser.Server.Store;
using Purser.Tests.Devices;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Compat;

/// <summary>What a customer of the published API has: an account with two virtual accounts, licenses, devices, and a program's credentials.</summary>
internal sealed class PublishedEstate(DeviceEstate devices, string name, string clientId, string clientSecret)
{
    public const string Second = "Physics & (Lab) 'B'";

    public string Domain => devices.Account.Domain;

    public string Name => name;

    public string ClientId => clientId;

    public string ClientSecret => clientSecret;

    public DeviceEstate Devices => devices;

    public static async Task<PublishedEstate> MakeAsync(TestInstallation installation)
    {
        var devices = await DeviceEstate.MakeAsync(installation);
        await installation.Get<ApplyCatalog>().HandleAsync(Actor.System, new CatalogDraft { Entitlements = [new EntitlementDraft("Network Advantage"), new EntitlementDraft("Security")] });
        var advantage = (await devices.CatalogAsync()).FindEntitlement("Network Advantage")!.Id;
        var security = (await devices.CatalogAsync()).FindEntitlement("Security")!.Id;
        await devices.VirtualAccountAsync(Second);
        await devices.DepositAsync(devices.Default, advantage, 20);
        await devices.DepositAsync(devices.Default, advantage, 10, LicenseTerms.Term(DayZone.Utc.DayOf(installation.Clock.Now), 12, DayZone.Utc));
        await devices.DepositAsync(devices.Default, security, 1);
        await SubscribeAsync(devices, installation, security);
        foreach (var number in Enumerable.Range(1, 8))
        {
            await devices.DeviceAsync(devices.Default, $"switch-{number}", null, (advantage, 1));
        }

        var input = new CreateApiClient.Input("Robot", [.. Enum.GetValues<ApiScope>()], [new CreateApiClient.ClientGrant(Role.SmartAccountAdministrator)]);
        var client = await installation.Get<CreateApiClient>().HandleAsync(
            new Command(CreateApiClient.Name, Actor.System, input) { Accounts = [devices.Account.Id] }, input);
        var name = await NameAsync(installation, devices.Account.Id);
        return new PublishedEstate(devices, name, client.Value.ClientId, client.Value.ClientSecret!);
    }

    public async Task<HttpClient> SignInAsync(HttpClient http, string address = "/oauth/token")
    {
        var query = $"grant_type=client_credentials&client_id={clientId}&client_secret={clientSecret}";
        var answer = await http.PostAsync($"{address}?{query}", null, TestContext.Current.CancellationToken);
        var token = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement;

        // Some scripts send the scheme as they please (API reference 2.4).
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("bearer", token.GetProperty("access_token").GetString());
        return http;
    }

    /// <summary>Two subscriptions, one of which ends in a month, and the party id by which partners' programs know the customer.</summary>
    private static async Task SubscribeAsync(DeviceEstate devices, TestInstallation installation, long entitlement)
    {
        var today = DayZone.Utc.DayOf(installation.Clock.Now);
        foreach (var (subscription, quantity, months) in new[] { ("Sub100", 4, 12), ("Sub200", 3, 1) })
        {
            await devices.WriteAsync(async scope => (await scope.Ledger(devices.Account.Id).DepositAsync(
                new LineDraft(entitlement, quantity, LicenseTerms.Term(today, months, DayZone.Utc), LineSource.Order) { SubscriptionId = subscription },
                devices.Default, scope.NextId(Purser.Server.Store.IdKind.Transaction))).Id);
        }

        var input = new EditAccount.Input { PartyId = "302010983" };
        await installation.Get<EditAccount>().HandleAsync(new Command(EditAccount.Name, Actor.System, input) { Accounts = [devices.Account.Id] }, input);
    }

    private static async Task<string> NameAsync(TestInstallation installation, long accountId)
    {
        await using var db = installation.Database.Read();
        return db.Accounts.Single(account => account.Id == accountId).Name;
    }
}
