using System.Net;
using System.Text.Json;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Compat;

/// <summary>What published scripts do, on cloud and on on-prem addresses, against both engines.</summary>
[Trait("Feature", "AP-02")]
public sealed class PublishedApiTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task Accounts_are_listed_and_searched_in_both_spellings(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var estate = await PublishedEstate.MakeAsync(installation);
        var client = PublishedClient.OnCloud(await estate.SignInAsync(installation.NewClient()), estate.Domain);
        foreach (var address in new[]
        {
            $"{PublishedClient.Cloud}/v2/accounts", $"{PublishedClient.Cloud}/v2/accounts/", $"{PublishedClient.Cloud}/v2/accounts?domain={estate.Domain}",
            "http://localhost//services/api//smart-accounts-and-licensing/v2/accounts", "/services/api/services/api/smart-accounts-and-licensing/v2/accounts",
        })
        {
            var mine = await client.GetAsync(address);
            Assert.Equal("SUCCESS", mine.GetProperty("status").GetString());
            var account = Assert.Single(mine.GetProperty("accounts").EnumerateArray());
            Assert.Equal(
                ("Active", estate.Domain, estate.Name, "CUSTOMER"),
                (Text(account, "accountStatus"), Text(account, "accountDomain"), Text(account, "accountName"), Text(account, "accountType")));
            var role = Assert.Single(account.GetProperty("roles").EnumerateArray());
            Assert.Equal("Smart Account Administrator", Text(role, "role"));
            Assert.False(role.TryGetProperty("virtualAccount", out _));
        }

        var found = await client.GetAsync($"{PublishedClient.Cloud}/v1/accounts/search?domain=CME.ex&type=CUSTOMER&limit=10&offset=0");
        var row = Assert.Single(found.GetProperty("accounts").EnumerateArray());
        Assert.Equal((estate.Domain, "ACTIVE", estate.Devices.Account.Id), (Text(row, "domain"), Text(row, "status"), row.GetProperty("id").GetInt64()));
        Assert.Equal((estate.Domain, "Active"), (Text(row, "accountDomain"), Text(row, "accountStatus")));
        Assert.Equal(0, (await client.GetAsync($"{PublishedClient.Cloud}/v1/accounts/search?domain=nobody")).GetProperty("totalRecords").GetInt32());

        var numbered = (await client.GetAsync($"{PublishedClient.Cloud}/v2/accounts/search")).GetProperty("accounts")[0];
        Assert.Equal($"{estate.Devices.Account.Id}", Text(numbered, "account_id"));
        Assert.Equal(2, numbered.GetProperty("virtual_accounts").GetArrayLength());
        var none = await client.GetAsync($"{PublishedClient.Cloud}/v2/accounts/search?domain=nobody");
        Assert.Equal(("COMPLETE", "NO DATA FOUND", 0), (Text(none, "status"), Text(none, "message_code"), none.GetProperty("accounts").GetArrayLength()));

        var suggested = await client.PostAsync($"{PublishedClient.Cloud}/v2/accounts/search", new { crPartyID = "302010983" });
        Assert.Equal(("SUCCESS", "1"), (Text(suggested, "status"), Text(suggested, "totalRows")));
        var suggestion = suggested.GetProperty("smartAccounts")[0];
        Assert.Equal((estate.Domain, estate.Name, "ACTIVE"), (Text(suggestion, "accountDomainIdentifier"), Text(suggestion, "accountName"), Text(suggestion, "status")));
        Assert.Equal("0", Text(await client.PostAsync($"{PublishedClient.Cloud}/v2/accounts/search", new { crPartyID = 1 }), "totalRows"));
        var missing = await client.RawAsync(HttpMethod.Post, $"{PublishedClient.Cloud}/v2/accounts/search", "{}");
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "FAILURE"), (missing.StatusCode, Text(await JsonAsync(missing), "status")));

        var local = (await client.PostAsync("/api/v1/upstream_satellites/accounts")).GetProperty("accounts")[0];
        Assert.Equal((estate.Domain, estate.Name), (Text(local, "domain"), Text(local, "name")));
    }

    [Theory, Engines]
    public async Task Virtual_accounts_are_listed_created_and_deleted(Engine engine) => await OnEveryAddressAsync(engine, async (client, estate) =>
    {
        var made = await client.PostAsync(client.VirtualAccounts, new { name = "New one", description = "by script", isDefault = "false", commerceAccessLevel = "PUBLIC" });
        Assert.Equal(("SUCCESS", "Operation Successful"), (Text(made, "status"), Text(made, "statusMessage")));
        await client.SendAsync(HttpMethod.Post, client.VirtualAccounts, "name=Formed&description=by+form", "application/x-www-form-urlencoded");
        var places = (await client.GetAsync(client.VirtualAccounts)).GetProperty("virtualAccounts").EnumerateArray().ToDictionary(place => Text(place, "name")!);
        Assert.Equal(("false", "PUBLIC", "by script"), (Text(places["New one"], "isDefault"), Text(places["New one"], "commerceAccessLevel"), Text(places["New one"], "description")));
        Assert.Equal("by form", Text(places["Formed"], "description"));
        Assert.Contains(PublishedEstate.Second, places.Keys);
        Assert.Equal("true", Text(places.Values.Single(place => Text(place, "isDefault") == "true"), "isDefault"));

        foreach (var name in new[] { "New one", "formed" })
        {
            await client.PostAsync($"{client.VirtualAccounts}/{Uri.EscapeDataString(name)}/delete");
        }

        Assert.Equal(2, (await client.GetAsync(client.VirtualAccounts)).GetProperty("virtualAccounts").GetArrayLength());
        var kept = await client.RawAsync(HttpMethod.Post, $"{client.VirtualAccounts}/default/delete");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, kept.StatusCode);
        Assert.Equal("ERROR", Text(await JsonAsync(kept), "status"));
        var missing = await client.RawAsync(HttpMethod.Post, client.VirtualAccounts, "{}");
        Assert.Equal("""{"status":"ERROR","statusMessage":"Missing required input parameters"}""", await missing.Content.ReadAsStringAsync(Stop));
    });

    [Theory, Engines]
    public async Task Tokens_are_created_listed_and_revoked(Engine engine) => await OnEveryAddressAsync(engine, async (client, estate) =>
    {
        var address = client.At(PublishedEstate.Second, "tokens");
        Assert.Equal(0, (await client.SendAsync(HttpMethod.Get, address, "\"\"")).GetProperty("tokens").GetArrayLength());
        var made = await client.PostAsync(address, new { description = "ci & cd", expiresAfterDays = "30.0", exportControlled = "not allowed" });
        Assert.Equal("A valid, active token was generated.", Text(made, "statusMessage"));
        var info = made.GetProperty("tokenInfo");
        Assert.Equal(("2026-02-09T08:00:00.000Z", "ci & cd", "Not Allowed"), (Text(info, "expirationDate"), Text(info, "description"), Text(info, "exportControl")));

        var listed = Assert.Single((await client.GetAsync(address)).GetProperty("tokens").EnumerateArray());
        Assert.Equal(Text(info, "token"), Text(listed, "token"));

        var revoked = await client.PostAsync($"{address}/revoke", new { tokens = new[] { Text(info, "token"), "nonsense" } });
        Assert.Equal(("ERROR", "1 tokens successfully revoked."), (Text(revoked, "status"), Text(revoked, "statusMessage")));
        Assert.Equal(["SUCCESS", "ERROR"], revoked.GetProperty("tokensRevokeStatus").EnumerateArray().Select(item => Text(item, "status")));
        Assert.Equal(0, (await client.GetAsync(address)).GetProperty("tokens").GetArrayLength());

        foreach (var days in new[] { "0", "366", "1.5", "\"soon\"" })
        {
            var refused = await client.RawAsync(HttpMethod.Post, address, $$"""{"description":"x","expiresAfterDays":{{days}}}""");
            Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        }
    });

    [Theory, Engines]
    public async Task Licenses_are_listed_and_transferred(Engine engine) => await OnEveryAddressAsync(engine, async (client, estate) =>
    {
        var all = await client.PostAsync(client.Of("licenses"), new { virtualAccounts = Array.Empty<string>(), limit = -1 });
        Assert.Equal(2, all.GetProperty("totalRecords").GetInt32());
        var row = all.GetProperty("licenses").EnumerateArray().Single(item => Text(item, "license") == "Network Advantage");
        Assert.Equal((30, 8, 22, 0), (row.GetProperty("quantity").GetInt64(), row.GetProperty("inUse").GetInt64(), row.GetProperty("available").GetInt64(), row.GetProperty("reserved").GetInt64()));
        Assert.Equal(("In Compliance", "PREPAID"), (Text(row, "status"), Text(row, "billingType")));
        Assert.Equal(["PERPETUAL", "TERM"], row.GetProperty("licenseDetails").EnumerateArray().Select(detail => Text(detail, "licenseType")));
        Assert.Equal([JsonValueKind.Null, JsonValueKind.String], row.GetProperty("licenseDetails").EnumerateArray().Select(detail => detail.GetProperty("endDate").ValueKind));

        // Paging in the query of a POST, beyond the end, and a virtual account that holds nothing.
        Assert.Single((await client.PostAsync($"{client.Of("licenses")}?limit=1&offset=1", new { })).GetProperty("licenses").EnumerateArray());
        Assert.Empty((await client.PostAsync(client.Of("licenses"), new { limit = 50, offset = 50 })).GetProperty("licenses").EnumerateArray());
        Assert.Empty((await client.PostAsync(client.Of("licenses"), new { virtualAccounts = new[] { PublishedEstate.Second } })).GetProperty("licenses").EnumerateArray());
        Assert.Empty((await client.PostAsync(client.Of("license-subscriptions"), new { status = new[] { "Canceled" } })).GetProperty("licenseSubscriptions").EnumerateArray());

        var moved = await client.PostAsync(client.At("Default", "licenses/transfer"), new
        {
            licenses = new object[]
            {
                new { license = "network advantage", licenseType = "PERPETUAL", quantity = 2, targetVirtualAccount = PublishedEstate.Second },
                new { license = "Network Advantage", licenseType = "TERM", quantity = "3", targetVirtualAccount = PublishedEstate.Second, precedence = "LONGEST_TERM_FIRST", subsriptionId = (string?)null },
            },
        });
        Assert.Equal(("SUCCESS", "2 licenses transferred successfully"), (Text(moved, "status"), Text(moved, "statusMessage")));
        Assert.Equal(
            $"2 ‘network advantage’ licenses successfully transferred from Virtual Account ‘DEFAULT’ to Virtual Account ‘{PublishedEstate.Second}’",
            Text(moved.GetProperty("licensesTransferStatus")[0], "statusMessage"));
        var there = (await client.PostAsync(client.Of("licenses"), new { virtualAccounts = new[] { PublishedEstate.Second } })).GetProperty("licenses")[0];
        Assert.Equal([2, 3], there.GetProperty("licenseDetails").EnumerateArray().Select(detail => detail.GetProperty("quantity").GetInt64()));

        var refused = await client.PostAsync(client.At("Default", "licenses/transfer"), new
        {
            licenses = new object[]
            {
                new { license = "Network Advantage", licenseType = "PERPETUAL", quantity = 0, targetVirtualAccount = PublishedEstate.Second },
                new { license = "Network Advantage", licenseType = "TERM", quantity = 998, targetVirtualAccount = PublishedEstate.Second },
                new { license = "No such license", licenseType = "PERPETUAL", quantity = 1, targetVirtualAccount = PublishedEstate.Second },
                new { license = "Network Advantage", licenseType = "PERPETUAL", quantity = 1, targetVirtualAccount = "Nowhere" },
                new { license = "Network Advantage", licenseType = "PERPETUAL", quantity = 1, targetVirtualAccount = "Default" },
            },
        });
        Assert.Equal(("ERROR", "0 licenses transferred successfully"), (Text(refused, "status"), Text(refused, "statusMessage")));
        Assert.All(refused.GetProperty("licensesTransferStatus").EnumerateArray(), item => Assert.Equal("ERROR", Text(item, "status")));

        // Back, for the next addresses.
        await client.PostAsync(client.At(PublishedEstate.Second, "licenses/transfer"), new
        {
            licenses = new[] { new { license = "Network Advantage", quantity = 5, targetVirtualAccount = "Default" } },
        });
    });

    [Theory, Engines]
    public async Task Subscriptions_are_listed_and_transferred_by_their_number(Engine engine) => await OnEveryAddressAsync(engine, async (client, estate) =>
    {
        async Task<string[]> ListAsync(object asked) => (await client.PostAsync(client.Of("license-subscriptions"), asked)).GetProperty("licenseSubscriptions").EnumerateArray()
            .Select(row => $"{Text(row, "subscriptionId")} {row.GetProperty("quantity").GetInt64()} {Text(row, "status")} {Text(row, "virtualAccount")} {Text(row, "endDate")}").ToArray();
        async Task<(string? Status, string? Message)> MoveAsync(string from, object item)
        {
            var answer = (await client.PostAsync(client.At(from, "licenses/transfer"), new { licenses = new[] { item } })).GetProperty("licensesTransferStatus")[0];
            return (Text(answer, "status"), Text(answer, "statusMessage"));
        }

        Assert.Equal(
            ["Sub100 4 Active DEFAULT 2027-01-09T00:00:00.000Z", "Sub200 3 Active DEFAULT 2026-02-09T00:00:00.000Z"],
            await ListAsync(new { virtualAccounts = Array.Empty<string>(), status = new[] { "Active", "Canceled", "Expired" } }));

        // The misspelled name is the published one; the right one is taken too.
        Assert.Equal("SUCCESS", (await MoveAsync("Default", new { license = "Security", licenseType = "TERM", quantity = 2, targetVirtualAccount = PublishedEstate.Second, subsriptionId = "Sub100" })).Status);
        Assert.Equal(
            ["Sub100 2 Active DEFAULT 2027-01-09T00:00:00.000Z", "Sub100 2 Active Physics & (Lab) 'B' 2027-01-09T00:00:00.000Z", "Sub200 3 Active DEFAULT 2026-02-09T00:00:00.000Z"],
            (await ListAsync(new { })).Order());
        Assert.Equal(
            ("ERROR", "3 Security (Term, subscription Sub100) cannot be transferred, 2 can. Licenses in use or needed to cover a shortage stay: 6 are here, 0 in use."),
            await MoveAsync("Default", new { license = "Security", licenseType = "TERM", quantity = 3, targetVirtualAccount = PublishedEstate.Second, subscriptionId = "Sub100" }));
        Assert.Equal("ERROR", (await MoveAsync("Default", new { license = "Security", quantity = 1, targetVirtualAccount = PublishedEstate.Second, subscriptionId = "Sub999" })).Status);
        Assert.Equal("ERROR", (await MoveAsync("Default", new { license = "Security", licenseType = "STANDARD", quantity = 1, targetVirtualAccount = PublishedEstate.Second })).Status);
        Assert.Equal("ERROR", (await MoveAsync("Default", new { license = "Security", quantity = 1, targetVirtualAccount = PublishedEstate.Second, startDate = "soon" })).Status);
        Assert.Equal("ERROR", (await MoveAsync("Default", new { license = "Security", quantity = 1, targetVirtualAccount = PublishedEstate.Second, startDate = "2026-01-11T00:00:00.000Z" })).Status);

        // Back, for the next addresses.
        Assert.Equal("SUCCESS", (await MoveAsync(PublishedEstate.Second, new { license = "Security", licenseType = "SUBSCRIPTION", quantity = "2", targetVirtualAccount = "Default", subscriptionId = "Sub100", startDate = "2026-01-10", endDate = "2027-01-09" })).Status);
    });

    [Theory, Engines]
    public async Task A_subscription_that_has_ended_is_still_listed(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var estate = await PublishedEstate.MakeAsync(installation);
        await estate.Devices.PassAsync(TestInstallation.Start.AddDays(40));
        var client = PublishedClient.OnCloud(await estate.SignInAsync(installation.NewClient()), estate.Domain);
        var all = await client.PostAsync(client.Of("license-subscriptions"), new { limit = 1, offset = 1 });
        Assert.Equal(2, all.GetProperty("totalRecords").GetInt32());
        var row = Assert.Single(all.GetProperty("licenseSubscriptions").EnumerateArray());
        Assert.Equal(("Sub200", "Expired", 3), (Text(row, "subscriptionId"), Text(row, "status"), row.GetProperty("quantity").GetInt64()));
        Assert.Equal(1, (await client.PostAsync(client.Of("license-subscriptions"), new { status = new[] { "expired" } })).GetProperty("totalRecords").GetInt32());
        Assert.Equal(0, (await client.PostAsync(client.Of("license-subscriptions"), new { status = new[] { "Expired" }, virtualAccounts = new[] { PublishedEstate.Second } })).GetProperty("totalRecords").GetInt32());
    }

    [Theory, Engines]
    public async Task Devices_are_listed_transferred_and_removed(Engine engine) => await OnEveryAddressAsync(engine, async (client, estate) =>
    {
        var devices = (await client.GetAsync($"{client.At("Default", "devices")}?instanceName=switch&limit=-1")).GetProperty("devices").EnumerateArray().ToList();
        var chosen = devices[0];
        Assert.StartsWith("regid.", Text(chosen, "productTagName"), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, chosen.GetProperty("sudi").GetProperty("suvi").ValueKind);

        var everywhere = await client.PostAsync(client.Of("devices"), new { virtualAccounts = Array.Empty<string>(), limit = 1, offset = 0 });
        Assert.Equal(devices.Count, everywhere.GetProperty("totalRecords").GetInt32());
        var row = Assert.Single(everywhere.GetProperty("devices").EnumerateArray());
        Assert.Equal(("Network Advantage", 1), (Text(row.GetProperty("licenseUsage")[0], "license"), row.GetProperty("licenseUsage")[0].GetProperty("quantity").GetInt32()));
        Assert.Equal(("2026-01-10T08:00:00Z", "In Compliance", "DEFAULT"), (Text(row, "registrationDate"), Text(row, "status"), Text(row, "virtualAccount")));

        object Named(JsonElement device, string? target = null) => new
        {
            sudi = new { udiPid = Text(device.GetProperty("sudi"), "udiPid"), udiSerialNumber = Text(device.GetProperty("sudi"), "udiSerialNumber") },
            productTagName = Text(device, "productTagName"),
            targetVirtualAccount = target,
        };
        var moved = await client.PostAsync(
            client.At("Default", "devices/transfer"), new { productInstances = new[] { Named(chosen, PublishedEstate.Second), new { sudi = new { udiSerialNumber = "none" }, targetVirtualAccount = PublishedEstate.Second } } });
        Assert.Equal(("ERROR", 1, 1), (Text(moved, "status"), moved.GetProperty("successCount").GetInt32(), moved.GetProperty("errorCount").GetInt32()));
        Assert.Equal(
            $"Device ‘{Text(chosen, "instanceName")}’ successfully transferred from Virtual Account ‘DEFAULT’ to Virtual Account ‘{PublishedEstate.Second}’.",
            Text(moved.GetProperty("productsTransferStatus")[0], "statusMessage"));
        var there = Assert.Single((await client.GetAsync(client.At(PublishedEstate.Second, "devices"))).GetProperty("devices").EnumerateArray());
        Assert.Equal(Text(chosen, "productTagName"), Text(there, "productTagName"));

        var removed = await client.PostAsync(client.At(PublishedEstate.Second, "devices/remove"), Named(there));
        Assert.Equal(("SUCCESS", $"The Product Instance {Text(chosen, "instanceName")} was successfully removed"), (Text(removed, "status"), Text(removed, "statusMessage")));
        Assert.Equal("ERROR", Text(await client.PostAsync(client.At(PublishedEstate.Second, "devices/remove"), Named(there)), "status"));
    });

    [Theory, Engines]
    public async Task Removal_of_several_devices_takes_both_spellings_of_the_list(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var estate = await PublishedEstate.MakeAsync(installation);
        var client = PublishedClient.OnCloud(await estate.SignInAsync(installation.NewClient()), estate.Domain);
        var serials = (await client.GetAsync(client.At("Default", "devices"))).GetProperty("devices").EnumerateArray()
            .Select(device => Text(device.GetProperty("sudi"), "udiSerialNumber")).ToList();

        // A client sends both lists; the second holds one empty object.
        var second = await client.PostAsync(client.At("Default", "devices/remove").Replace("/v1/", "/v2/", StringComparison.Ordinal), new
        {
            productInstacesRemoveRequests = new[] { new { sudi = new { udiSerialNumber = serials[0] }, returnCode = "" } },
            productInstancesRemoveRequests = new[] { new { } },
        });
        Assert.Equal(("SUCCESS", "1 Product Instance  removed successfully."), (Text(second, "status"), Text(second, "statusMessage")));
        Assert.Equal($"udiSerialNumber:{serials[0]}", Text(second.GetProperty("removeProductInstancesStatus")[0], "device"));

        var third = await client.PostAsync($"{PublishedClient.Cloud}/v3/accounts/{estate.Domain}/devices/remove?virtualAccountName=default", new
        {
            productInstancesRemoveRequests = new[] { new { sudi = new { udiSerialNumber = serials[1] } }, new { sudi = new { udiSerialNumber = serials[2] } } },
        });
        Assert.Equal("2 Product Instance  removed successfully.", Text(third, "statusMessage"));
        Assert.Equal(serials.Count - 3, (await client.GetAsync(client.At("Default", "devices"))).GetProperty("totalRecords").GetInt32());
    }

    [Theory, Engines]
    public async Task Who_may_not_is_told_in_the_published_form(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var estate = await PublishedEstate.MakeAsync(installation);
        var stranger = PublishedClient.OnCloud(installation.NewClient(), estate.Domain);
        await BareAsync(HttpStatusCode.Unauthorized, stranger.RawAsync(HttpMethod.Get, $"{PublishedClient.Cloud}/v2/accounts"));
        await BareAsync(HttpStatusCode.Forbidden, stranger.RawAsync(HttpMethod.Get, $"/backend/api/v1/accounts/{Uri.EscapeDataString(estate.Name)}/virtual-accounts/Default/tokens"));
        await BareAsync(HttpStatusCode.Forbidden, stranger.RawAsync(HttpMethod.Get, $"/api/v1/accounts/{Uri.EscapeDataString(estate.Name)}/virtual-accounts/Default/tokens"));

        using var stale = installation.NewClient();
        stale.DefaultRequestHeaders.Authorization = new System.Net.Http.Headers.AuthenticationHeaderValue("Bearer", "stale");
        await BareAsync(HttpStatusCode.Unauthorized, PublishedClient.OnPrem(stale, estate.Name, "/api/v1").RawAsync(HttpMethod.Get, $"/backend/api/v1/accounts/{Uri.EscapeDataString(estate.Name)}/virtual-accounts"));

        var viewer = PublishedClient.OnCloud(await installation.People.ApiAsync(estate.Devices.Account, Purser.Server.People.Role.SmartAccountViewer), estate.Domain);
        await BareAsync(HttpStatusCode.Forbidden, viewer.RawAsync(HttpMethod.Post, viewer.At("Default", "tokens"), "{}"));
        await BareAsync(HttpStatusCode.NotFound, viewer.RawAsync(HttpMethod.Get, viewer.At("Nowhere", "tokens")));
        await BareAsync(HttpStatusCode.NotFound, viewer.RawAsync(HttpMethod.Get, PublishedClient.OnCloud(installation.NewClient(), "other.example").VirtualAccounts));
        await BareAsync(HttpStatusCode.NotFound, viewer.RawAsync(HttpMethod.Get, viewer.VirtualAccounts.Replace("customer", "holding", StringComparison.Ordinal)));
        Assert.Equal(HttpStatusCode.OK, (await viewer.RawAsync(HttpMethod.Get, viewer.VirtualAccounts.Replace("customer", "CUSTOMER", StringComparison.Ordinal))).StatusCode);

        var broken = await viewer.RawAsync(HttpMethod.Post, viewer.Of("licenses"), "{\"virtualAccounts\":");
        Assert.Equal((HttpStatusCode.BadRequest, "ERROR"), (broken.StatusCode, Text(await JsonAsync(broken), "status")));

        // Our own API stays where it is: a domain identifier or a number in the same place.
        var own = await installation.People.ApiAsync(estate.Devices.Account);
        Assert.Equal(2, (await own.GetJsonAsync($"/api/v1/accounts/{estate.Domain}/virtual-accounts")).Items.Count);
        Assert.Equal("not-found", (await own.GetJsonAsync("/api/v1/accounts/nobody.example/virtual-accounts")).Code);
    }

    private static async Task OnEveryAddressAsync(Engine engine, Func<PublishedClient, PublishedEstate, Task> act)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var estate = await PublishedEstate.MakeAsync(installation);
        var http = await estate.SignInAsync(installation.NewClient());
        await act(PublishedClient.OnCloud(http, estate.Domain), estate);
        await act(PublishedClient.OnPrem(http, estate.Name, "/backend/api/v1"), estate);
        await act(PublishedClient.OnPrem(http, estate.Name, "/api/v1"), estate);
    }

    private static async Task BareAsync(HttpStatusCode status, Task<HttpResponseMessage> call)
    {
        using var response = await call;
        Assert.Equal((status, ""), (response.StatusCode, await response.Content.ReadAsStringAsync(Stop)));
    }

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage response) => JsonDocument.Parse(await response.Content.ReadAsStringAsync(Stop)).RootElement;

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var member) ? member.GetString() : null;
}
