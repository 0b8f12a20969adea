using System.Net;
using System.Text.Json;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Licenses;
using Purser.Server.Orders;
using Purser.Server.People;
using Purser.Server.Store;
using Purser.Tests.Devices;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Compat;

/// <summary>Alerts, the search for subscriptions (API reference 3.8), and the details of licenses that are billed by usage or pend (3.4).</summary>
[Trait("Feature", "AP-02")]
public sealed class PublishedListTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task Alerts_are_listed_by_severity_and_place_on_every_address(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var estate = await PublishedEstate.MakeAsync(installation);
        await MakeAlertsAsync(estate);
        var http = await estate.SignInAsync(installation.NewClient());
        var client = PublishedClient.OnCloud(http, estate.Domain);
        foreach (var address in new[]
        {
            client.Of("alerts"), $"/v1/software/apis/licensing/v1/account/{estate.Domain}/get-alerts",
            PublishedClient.OnPrem(http, estate.Name, "/backend/api/v1").Of("alerts"), PublishedClient.OnPrem(http, estate.Name, "/api/v1").Of("alerts"),
        })
        {
            var all = await client.PostAsync(address, new { virtualAccounts = Array.Empty<string>(), severity = new[] { "minor", "major" }, limit = 50, offset = 0 });
            Assert.Equal(("SUCCESS", 10), (Text(all, "status"), all.GetProperty("totalRecords").GetInt32()));
            Assert.Equal(
                ["Major Insufficient Licenses Now", "Minor Licenses Expired Now", "Minor Product Instance Failed to Connect Apr 10, 2026"],
                Rows(all).Select(row => $"{Text(row, "severity")} {Text(row, "messageType")} {Text(row, "actionDue")}").Distinct().Order(StringComparer.Ordinal));
            var expired = Rows(all).Single(row => Text(row, "messageType") == "Licenses Expired");
            Assert.Equal(("Security", "DEFAULT", "Virtual Account", "DEFAULT"), (Text(expired, "license"), Text(expired, "source"), Text(expired, "sourceType"), Text(expired, "virtualAccount")));
            Assert.Matches("^[A-Z][a-z]{2} [0-9]{1,2}, 2026$", Text(expired, "licenseEndDate"));
            Assert.Equal("Jan 10, 2026", Text(expired, "licenseStartDate"));
            Assert.All(Rows(all).Where(row => Text(row, "messageType") == "Insufficient Licenses"), row => Assert.Equal(JsonValueKind.Null, row.GetProperty("licenseStartDate").ValueKind));
            var silent = Rows(all).First(row => Text(row, "productInstanceHostName") is not null);
            Assert.Equal(("switch-1", JsonValueKind.Null), (Text(silent, "productInstanceHostName"), silent.GetProperty("satelliteName").ValueKind));
        }

        Assert.Equal("Insufficient Licenses", Text(Assert.Single(Rows(await client.PostAsync(client.Of("alerts"), new { severity = new[] { "MAJOR" } }))), "messageType"));
        Assert.Equal(9, Rows(await client.PostAsync(client.Of("alerts"), new { limit = -1, offset = 1 })).Count);
        Assert.Empty(Rows(await client.PostAsync(client.Of("alerts"), new { virtualAccounts = new[] { PublishedEstate.Second } })));
        Assert.Empty(Rows(await client.PostAsync(client.Of("alerts"), new { severity = new[] { "dreadful" } })));
    }

    [Theory, Engines]
    public async Task Alerts_of_other_virtual_accounts_and_accounts_are_not_told(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine, adjust: TestActors.Allow);
        var estate = await PublishedEstate.MakeAsync(installation);
        await MakeAlertsAsync(estate);
        var second = await estate.Devices.VirtualAccountAsync("Elsewhere");
        using var own = TestActors.As(installation.NewClient(), await installation.People.PersonAsync(estate.Devices.Account, Role.VirtualAccountUser, second));
        var stranger = TestActors.As(installation.NewClient(), await installation.People.PersonAsync(await installation.People.AccountAsync("other.example"), Role.SmartAccountAdministrator));
        var address = $"{PublishedClient.Cloud}/v1/accounts/{estate.Domain}/alerts";
        Assert.Empty(Rows(await PublishedClient.OnCloud(own, estate.Domain).PostAsync(address, new { })));
        using var refused = await PublishedClient.OnCloud(stranger, estate.Domain).RawAsync(HttpMethod.Post, address, "{}");
        Assert.Equal((HttpStatusCode.NotFound, ""), (refused.StatusCode, await refused.Content.ReadAsStringAsync(Stop)));
        stranger.Dispose();
    }

    [Theory, Engines]
    public async Task Subscriptions_are_found_by_smart_account(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var estate = await PublishedEstate.MakeAsync(installation);
        await installation.People.AccountAsync("other.example");
        var client = PublishedClient.OnCloud(await estate.SignInAsync(installation.NewClient()), estate.Domain);
        var address = $"{PublishedClient.Cloud}/v1/subscription/search";
        foreach (var named in new object[] { new { domain = estate.Domain }, new { smartAccountId = estate.Devices.Account.Id } })
        {
            var answer = await client.PostAsync(address, new { source = "ESM", smartAccount = new[] { named, new { domain = "other.example" }, new { domain = "nobody.example" } }, additionalParams = Array.Empty<object>() });
            Assert.Equal(("ESM", "SUCCESS"), (Text(answer, "source"), Text(answer, "status")));
            var offer = Assert.Single(answer.GetProperty("offerDetails").EnumerateArray());
            Assert.Equal($"{estate.Devices.Account.Id}", Text(offer, "smartAccountId"));
            var subscriptions = offer.GetProperty("subscriptions").EnumerateArray().ToList();
            Assert.Equal(["Sub100", "Sub200"], subscriptions.Select(row => Text(row, "subRefId")));
            Assert.Equal(("DEFAULT", "Security"), (Text(subscriptions[0].GetProperty("vaDetails")[0], "virtualAccountName"), Text(subscriptions[0].GetProperty("suites")[0], "suiteName")));
        }

        using var missing = await client.RawAsync(HttpMethod.Post, address, "{}");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, missing.StatusCode);
    }

    [Theory, Engines]
    public async Task Licenses_billed_by_usage_and_those_that_pend_have_details(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var estate = await PublishedEstate.MakeAsync(installation);
        await installation.Get<ApplyCatalog>().HandleAsync(Actor.System, new CatalogDraft
        {
            Entitlements = [new EntitlementDraft("Telemetry")],
            Skus =
            [
                new SkuDraft("TELEMETRY", Lines: [new SkuLineDraft("Telemetry", 1, LicenseType.Term, 12) { Billing = Billing.Usage }]),
                new SkuDraft("UPGRADE", Lines: [new SkuLineDraft("Network Advantage") { Replaces = [new ReplacedDraft("Security")] }]),
            ],
        });
        var order = new BookOrder.Input("SO-1", [new OrderLineInput("TELEMETRY", 1, estate.Domain, SubscriptionId: "Sub-U"), new OrderLineInput("UPGRADE", 2, estate.Domain)]);
        Assert.True((await installation.Get<BookOrder>().HandleAsync(new Command(BookOrder.Name, Actor.System, order), order, Stop)).IsOk);
        var client = PublishedClient.OnCloud(await estate.SignInAsync(installation.NewClient()), estate.Domain);
        var rows = (await client.PostAsync(client.Of("licenses"), new { limit = -1 })).GetProperty("licenses").EnumerateArray().ToList();
        var usage = rows.Single(row => Text(row, "billingType") == "USAGE");
        var detail = Assert.Single(usage.GetProperty("licenseDetails").EnumerateArray());
        Assert.Equal(("STANDARD", "Sub-U", "ACTIVE", 0), (Text(detail, "licenseType"), Text(detail, "subscriptionId"), Text(detail, "status"), detail.GetProperty("quantity").GetInt64()));
        var advantage = rows.Single(row => Text(row, "license") == "Network Advantage");
        Assert.Equal((30, 2), (advantage.GetProperty("quantity").GetInt64(), advantage.GetProperty("pendingQuantity").GetInt64()));
        Assert.Equal(2, advantage.GetProperty("licenseDetails").EnumerateArray().Single(row => Text(row, "status") == "PENDING").GetProperty("quantity").GetInt64());
    }

    /// <summary>A subscription ends, the license it had becomes short, and eight product instances are silent.</summary>
    private static async Task MakeAlertsAsync(PublishedEstate estate)
    {
        var security = (await estate.Devices.CatalogAsync()).FindEntitlement("Security")!.Id;
        await estate.Devices.DeviceAsync(estate.Devices.Default, "switch-greedy", device => device.LastContactAt = TestInstallation.Start.AddDays(40), (security, 7));
        await estate.Devices.PassAsync(TestInstallation.Start.AddDays(40));
    }

    private static IReadOnlyList<JsonElement> Rows(JsonElement answer) => [.. answer.GetProperty("alerts").EnumerateArray()];

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
