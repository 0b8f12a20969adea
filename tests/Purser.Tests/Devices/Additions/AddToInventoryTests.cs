using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.People;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Devices.Additions;

/// <summary>"Add Licenses to Inventory": once per license and device, while the account's flag permits it (help ch. 6; domain rules 7.7).</summary>
[Trait("Feature", "PI-09")]
public sealed class AddToInventoryTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    // "entitled 5, added 3: the other 2 can never be added".
    [Theory, Engines]
    public async Task Once_per_license_and_device(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var (estate, license, device) = await WorldAsync(installation);
        var api = await installation.People.ApiAsync(estate.Account);
        var address = $"{estate.Api(estate.Default)}/{device}";
        var offer = (await api.GetFromJsonAsync<JsonElement>($"{address}/addable-licenses", Stop)).GetProperty("licenses")[0];
        Assert.Equal((5, "Never"), (offer.GetProperty("available").GetInt64(), offer.GetProperty("expires").GetString()));

        Assert.Equal("not-enough-available", await AddAsync(api, address, license, 6));
        Assert.Null(await AddAsync(api, address, license, 3));
        Assert.Equal("3 | 0 | +3", await estate.PoolAsync(estate.Default, license));
        Assert.Equal("conflict", await AddAsync(api, address, license, 2));
        Assert.Equal("3 | 0 | +3", await estate.PoolAsync(estate.Default, license));
        offer = (await api.GetFromJsonAsync<JsonElement>($"{address}/addable-licenses", Stop)).GetProperty("licenses")[0];
        Assert.Equal((0, 3), (offer.GetProperty("available").GetInt64(), offer.GetProperty("added").GetInt64()));
        await using (var db = installation.Database.Read())
        {
            var line = await db.LicenseLines.SingleAsync(row => row.EntitlementId == license, Stop);
            Assert.Equal(("DeviceRequest", "NW-9300-48"), (line.Source.ToString(), line.ProductSku));
            Assert.Contains("3 new Network Advantage licenses were added to the Virtual Account", (await db.Events.Where(row => row.Kind == "New Licenses").SingleAsync(Stop)).Message, StringComparison.Ordinal);
        }

        // The licenses stay when the product instance goes.
        Assert.Equal(HttpStatusCode.OK, (await api.PostAsJsonAsync($"{estate.Api(estate.Default)}/remove", new { devices = new[] { device } }, Stop)).StatusCode);
        Assert.Equal("3 | 0 | +3", await estate.PoolAsync(estate.Default, license));
    }

    [Theory, Engines]
    public async Task The_flag_the_rights_and_what_it_is_not_entitled_to(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var (estate, license, device) = await WorldAsync(installation);
        var other = await estate.EntitlementAsync("Other");
        var api = await installation.People.ApiAsync(estate.Account);
        var address = $"{estate.Api(estate.Default)}/{device}";
        Assert.Equal("unknown-entitlement", await AddAsync(api, address, other, 1));
        Assert.Equal("invalid-input", await AddAsync(api, address, license, 0));
        var viewer = await installation.People.ApiAsync(estate.Account, Role.SmartAccountViewer);
        Assert.Equal("not-allowed", await AddAsync(viewer, address, license, 1));

        await SwitchAsync(api, estate, false);
        Assert.Equal("conflict", await AddAsync(api, address, license, 1));
        Assert.Contains("Preferences", (await api.GetFromJsonAsync<JsonElement>($"{address}/addable-licenses", Stop)).GetProperty("whyNot").GetString()!, StringComparison.Ordinal);
        await SwitchAsync(api, estate, true);
        Assert.Null(await AddAsync(api, address, license, 1));
    }

    [Theory, Engines]
    public async Task Two_windows_add_once(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var (estate, license, device) = await WorldAsync(installation);
        var api = await installation.People.ApiAsync(estate.Account);
        var address = $"{estate.Api(estate.Default)}/{device}";
        var answers = await Task.WhenAll(AddAsync(api, address, license, 2), AddAsync(api, address, license, 4));
        Assert.Single(answers, answer => answer is null);
        Assert.Single(answers, answer => answer == "conflict");
    }

    private static async Task<(DeviceEstate Estate, long License, long Device)> WorldAsync(TestInstallation installation)
    {
        var estate = await DeviceEstate.MakeAsync(installation);
        var license = await estate.EntitlementAsync("Network Advantage");
        var draft = new CatalogDraft { Products = [new ProductDraft(DeviceEstate.Product) { Includes = [new IncludedDraft("Network Advantage", 5)] }] };
        Assert.True((await installation.Get<ApplyCatalog>().HandleAsync(Actor.System, draft, cancellation: Stop)).IsOk);
        return (estate, license, await estate.DeviceAsync(estate.Default, "core-1"));
    }

    private static async Task SwitchAsync(HttpClient api, DeviceEstate estate, bool on) => Assert.Equal(
        HttpStatusCode.OK,
        (await api.PutAsJsonAsync($"{estate.Account.Api}/license-configuration", new { addToInventory = on, notes = "For the test" }, Stop)).StatusCode);

    /// <returns>The code of the refusal, null where it was done.</returns>
    private static async Task<string?> AddAsync(HttpClient api, string address, long license, long quantity)
    {
        var answer = await api.PostAsJsonAsync($"{address}/add-to-inventory", new { licenses = new[] { new { entitlementId = license, quantity } } }, Stop);
        return answer.IsSuccessStatusCode ? null : (await answer.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("code").GetString();
    }
}
