using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Purser.Server.Commands;
using Purser.Server.Events;
using Purser.Server.People;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Events;

[Trait("Feature", "SA-13")]
[Trait("Feature", "RP-04")]
public sealed class EventLogTests
{
    private const long License = 41;
    private const long Device = 51;

    [Theory, Engines]
    public async Task The_log_of_a_virtual_account_shows_its_events_and_both_sides_of_a_transfer(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine, adjust: TestActors.Allow);
        var estate = await FilledAsync(installation);
        var client = TestActors.As(installation.NewClient(), TestActors.Person(estate.AccountId, Role.SmartAccountUser));

        Assert.Equal(
            ["2 \"Gold\" licenses were removed from the Virtual Account \"A\".", "3 Gold licenses were transferred from the Virtual Account \"A\" to the Virtual Account \"B\".", "5 new Gold licenses were added to the Virtual Account \"A\"."],
            await MessagesAsync(client, $"{estate.Api}/virtual-accounts/{estate["A"]}/events"));
        Assert.Equal(
            ["The product instance dev in the Virtual Account \"B\" requested 1 \"Gold\".", "3 Gold licenses were transferred from the Virtual Account \"A\" to the Virtual Account \"B\"."],
            await MessagesAsync(client, $"{estate.Api}/virtual-accounts/{estate["B"]}/events"));
    }

    [Theory, Engines]
    public async Task Activity_shows_what_is_within_reach_and_a_page_goes_on_where_the_last_ended(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine, adjust: TestActors.Allow);
        var estate = await FilledAsync(installation);

        var all = TestActors.As(installation.NewClient(), TestActors.Person(estate.AccountId, Role.SmartAccountAdministrator));
        Assert.Equal(5, (await MessagesAsync(all, $"{estate.Api}/events")).Count);

        // Users of the account see no account events (role table); a virtual account's people only its own.
        var user = TestActors.As(installation.NewClient(), TestActors.Person(estate.AccountId, Role.SmartAccountUser));
        Assert.Equal(4, (await MessagesAsync(user, $"{estate.Api}/events")).Count);
        var onlyB = TestActors.As(installation.NewClient(), TestActors.Person(estate.AccountId, Role.VirtualAccountUser, estate["B"]));
        Assert.Equal(2, (await MessagesAsync(onlyB, $"{estate.Api}/events")).Count);
        Assert.Equal(HttpStatusCode.Forbidden, (await onlyB.GetAsync($"{estate.Api}/virtual-accounts/{estate["A"]}/events", TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await onlyB.GetAsync($"{estate.Api}/virtual-accounts/+{estate["A"]}/events", TestContext.Current.CancellationToken)).StatusCode);
        var both = TestActors.As(installation.NewClient(), TestActors.Person(estate.AccountId, Role.VirtualAccountUser, estate["A"], estate["B"]));
        Assert.Equal(4, (await MessagesAsync(both, $"{estate.Api}/events")).Count);

        var walked = new List<string>();
        var address = $"{estate.Api}/events?limit=1";
        for (var next = address; next is not null;)
        {
            var page = await both.GetFromJsonAsync<JsonElement>(next, TestContext.Current.CancellationToken);
            Assert.Equal(4, page.GetProperty("total").GetProperty("count").GetInt32());
            walked.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("message").GetString()!));
            next = page.GetProperty("next").GetString() is { } cursor ? $"{address}&after={cursor}" : null;
        }

        Assert.Equal(await MessagesAsync(both, $"{estate.Api}/events"), walked);
    }

    [Theory, Engines]
    public async Task The_account_log_holds_only_events_without_a_virtual_account(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine, adjust: TestActors.Allow);
        var estate = await FilledAsync(installation);
        var approver = TestActors.As(installation.NewClient(), TestActors.Person(estate.AccountId, Role.SmartAccountApprover));
        Assert.Equal(["The agreement was accepted."], await MessagesAsync(approver, $"{estate.Api}/account-events"));
        Assert.Equal(HttpStatusCode.Forbidden, (await approver.GetAsync($"{estate.Api}/events", TestContext.Current.CancellationToken)).StatusCode);
    }

    [Theory, Engines]
    public async Task Filters_narrow_by_license_device_and_words(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine, adjust: TestActors.Allow);
        var estate = await FilledAsync(installation);
        var client = TestActors.As(installation.NewClient(), TestActors.Person(estate.AccountId, Role.SmartAccountAdministrator));

        Assert.Equal(4, (await MessagesAsync(client, $"{estate.Api}/events?license={License}")).Count);
        Assert.Single(await MessagesAsync(client, $"{estate.Api}/events?device={Device}"));
        Assert.Single(await MessagesAsync(client, $"{estate.Api}/events?about=Device"));
        Assert.Single(await MessagesAsync(client, $"{estate.Api}/events?q=TRANSFERRED"));
        Assert.Empty(await MessagesAsync(client, $"{estate.Api}/events?q=%25_"));

        var bad = await client.GetAsync($"{estate.Api}/events?license=gold", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, bad.StatusCode);
        Assert.Equal("malformed-request", (await bad.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).GetProperty("code").GetString());
    }

    [Theory, Engines]
    public async Task Customers_read_the_vendors_support_where_staff_acted(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine, adjust: TestActors.Allow);
        var estate = await FilledAsync(installation);
        var customer = TestActors.As(installation.NewClient(), TestActors.Person(estate.AccountId, Role.SmartAccountViewer));
        var support = TestActors.As(installation.NewClient(), TestActors.Staff(OperatorRole.Support));
        var address = $"{estate.Api}/events?q=removed";
        Assert.Equal("Northwind Networks Support", await UserAsync(customer, address));
        Assert.Equal("Sam Staff", await UserAsync(support, address));
    }

    [Theory, Engines]
    [Trait("Feature", "LI-12")]
    public async Task A_log_can_be_taken_as_csv(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine, adjust: TestActors.Allow);
        var estate = await FilledAsync(installation);
        var client = TestActors.As(installation.NewClient(), TestActors.Person(estate.AccountId, Role.VirtualAccountViewer, estate["B"]));
        foreach (var address in new[] { $"/accounts/{BareEstate.Domain}/activity/events.csv", $"{estate.Api}/events?format=csv", $"/accounts/{BareEstate.Domain}/inventory/{estate["B"]}/events.csv" })
        {
            var file = await client.GetStringAsync(address, TestContext.Current.CancellationToken);
            Assert.Equal(
                "Event,Message,Time,User\r\n"
                + "Product Instance Requested License,\"The product instance dev in the Virtual Account \"\"B\"\" requested 1 \"\"Gold\"\".\",2026-01-10T08:00:00Z,Pat Person\r\n"
                + "Licenses Transferred,\"3 Gold licenses were transferred from the Virtual Account \"\"A\"\" to the Virtual Account \"\"B\"\".\",2026-01-10T08:00:00Z,Pat Person\r\n",
                file);
        }
    }

    private static async Task<BareEstate> FilledAsync(TestInstallation installation)
    {
        var estate = await BareEstate.MakeAsync(installation, "A", "B");
        await estate.WriteAsync(TestActors.Person(estate.AccountId, Role.SmartAccountUser), scope =>
        {
            var journal = scope.Journal(estate.AccountId);
            journal.Append(new EventText("Agreement", "The agreement was accepted."));
            journal.Append(LicensingEvents.NewLicenses(5, "Gold", "A"), new EventPlace { VirtualAccountId = estate["A"], EntitlementId = License });
            journal.Append(
                LicensingEvents.Transferred(3, "Gold", "A", "B"),
                new EventPlace { VirtualAccountId = estate["A"], OtherVirtualAccountId = estate["B"], EntitlementId = License });
            journal.Append(
                ProductInstanceEvents.RequestedLicense("dev", "B", 1, "Gold"),
                new EventPlace { VirtualAccountId = estate["B"], EntitlementId = License, DeviceId = Device });
            return Task.CompletedTask;
        });
        await estate.WriteAsync(TestActors.Staff(OperatorRole.LicensingAdministrator), scope =>
        {
            scope.Journal(estate.AccountId).Append(
                LicensingEvents.Removed(2, "Gold", "A"), new EventPlace { VirtualAccountId = estate["A"], EntitlementId = License });
            return Task.CompletedTask;
        });
        return estate;
    }

    private static async Task<List<string>> MessagesAsync(HttpClient client, string address) =>
        [.. (await client.GetFromJsonAsync<JsonElement>(address)).GetProperty("items").EnumerateArray().Select(item => item.GetProperty("message").GetString()!)];

    private static async Task<string?> UserAsync(HttpClient client, string address) =>
        (await client.GetFromJsonAsync<JsonElement>(address)).GetProperty("items")[0].GetProperty("user").GetString();
}
