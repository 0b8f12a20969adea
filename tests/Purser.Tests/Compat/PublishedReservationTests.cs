using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Audit;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;
using Purser.Tests.Reservations;

namespace Purser.Tests.Compat;

/// <summary>A program that knows only the published API reserves, updates, confirms and returns (API reference 3.6).</summary>
[Trait("Feature", "AP-02")]
public sealed class PublishedReservationTests
{
    private const string Pid = "C9300-24UX";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task The_whole_dialogue_at_the_published_addresses(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var (client, tag) = await MakeAsync(installation);
        var device = new ReservingDevice(Pid, "FCW2134L0RN");
        var made = await client.PostAsync(client.At("DEFAULT", "reserve-licenses"), new
        {
            reservationRequests = new[]
            {
                new { reservationCode = device.Ask(), reservationType = "SPECIFIC", licenses = new[] { new { entitlementTag = tag, quantity = (object)"4", precedence = "LONGEST_TERM_LAST" } } },
            },
        });
        Assert.Equal(("SUCCESS", "1 reservation requests processed successfully"), (Text(made, "status"), Text(made, "statusMessage")));
        var code = Assert.Single(made.GetProperty("authorizationCodes").EnumerateArray());
        Assert.Equal(("SUCCESS", device.Asked, "TERM", 4), (Text(code, "status"), Text(code, "reservationCode"), Text(code.GetProperty("licenses")[0], "licenseType"), code.GetProperty("licenses")[0].GetProperty("quantity").GetInt32()));
        device.Install(Text(code, "authorizationCode"));

        var sudi = new { udiPid = Pid, udiSerialNumber = "FCW2134L0RN" };
        var update = await client.PostAsync(client.At("DEFAULT", "update-licenses"), new
        {
            reservationUpdateRequests = new[] { new { sudi, productTagName = Text(code, "productTagName"), licenses = new[] { new { entitlementTag = tag, quantity = 1 } } } },
        });
        Assert.Equal(Text(update.GetProperty("authorizationCodes")[0], "authorizationCode"), Text(update.GetProperty("autorizationCodes")[0], "authorizationCode"));
        var confirmation = device.Install(Text(update.GetProperty("authorizationCodes")[0], "authorizationCode"));
        var wrong = await ConfirmAsync(client, sudi, "00000000");
        Assert.Equal(("ERROR", "FAILURE"), (Text(wrong, "status"), Text(wrong.GetProperty("data"), "status")));
        var confirmed = await ConfirmAsync(client, sudi, confirmation);
        Assert.Equal(("SUCCESS", "Update confirmed"), (Text(confirmed, "status"), Text(confirmed.GetProperty("data"), "statusMessage")));

        var removed = await client.PostAsync(client.At("DEFAULT", "devices/remove").Replace("/v1/", "/v2/", StringComparison.Ordinal), new
        {
            productInstacesRemoveRequests = new[] { new { sudi, returnCode = device.Return() } },
        });
        Assert.Equal("SUCCESS", Text(removed, "status"));
        Assert.True((await installation.Get<AuditBook>().HandleAsync(Stop)).IsClean);
    }

    [Theory, Engines]
    public async Task Each_request_of_a_list_has_its_own_outcome(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var (client, tag) = await MakeAsync(installation);
        var requests = new[] { 5, 1000 }.Select((quantity, number) => new
        {
            reservationCode = new ReservingDevice(Pid, $"FCW{number}").Ask(), reservationType = "SPECIFIC", licenses = new[] { new { entitlementTag = tag, quantity } },
        });
        var made = await client.PostAsync("/v1/software/apis/licensing/v2/account/acme.example/licenses/reserve-bulk", new
        {
            virtualAccounts = new[] { new { name = "DEFAULT", reservationRequests = requests } }, forSingleVirtualAccount = true,
        });
        Assert.Equal(("WARNING", "1 reservation requests processed successfully"), (Text(made, "status"), Text(made, "statusMessage")));
        Assert.Equal(["SUCCESS", "FAILURE"], made.GetProperty("authorizationCodes").EnumerateArray().Select(one => Text(one, "status")));
        Assert.Contains("can have at most", Text(made.GetProperty("authorizationCodes")[1], "statusMessage"), StringComparison.Ordinal);
    }

    private static async Task<(PublishedClient Client, string Tag)> MakeAsync(TestInstallation installation)
    {
        var estate = await PublishedEstate.MakeAsync(installation);
        await installation.Get<ApplyCatalog>().HandleAsync(Actor.System, new CatalogDraft { Products = [new ProductDraft("Campus switch") { Pids = "C9300-*" }] }, cancellation: Stop);
        await using var db = installation.Database.Open();
        await db.Accounts.ExecuteUpdateAsync(set => set.SetProperty(row => row.SpecificReservation, true), Stop);
        var tag = await db.Entitlements.Where(row => row.Name == "Network Advantage").Select(row => row.Tag).SingleAsync(Stop);
        return (PublishedClient.OnCloud(await estate.SignInAsync(installation.NewClient()), estate.Domain), tag);
    }

    private static Task<JsonElement> ConfirmAsync(PublishedClient client, object sudi, string code) =>
        client.PostAsync(client.At("DEFAULT", "confirm-licenses"), new { reservationConfirmationRequests = new[] { new { sudi, confirmationCode = code } } });

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
