using System.Net.Http.Json;
using System.Text.Json;
using Purser.Protocol;
using Purser.Server.Commands;
using Purser.Server.Devices.Instances;
using Purser.Server.Licenses;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Devices.Instances;

[Trait("Feature", "PI-04")]
public sealed class GetDeviceTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task Details_tell_what_it_is_and_what_it_uses(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var estate = await DeviceEstate.MakeAsync(installation);
        var perpetual = await estate.EntitlementAsync("Advantage");
        var term = await estate.EntitlementAsync("Essentials");
        var mixed = await estate.EntitlementAsync("Premier");
        var none = await estate.EntitlementAsync("Ultra");
        await estate.DepositAsync(estate.Default, perpetual, 10);
        await estate.DepositAsync(estate.Default, perpetual, 5);
        var year = LicenseTerms.Term(new DateOnly(2026, 1, 1), 12, DayZone.Utc);
        await estate.DepositAsync(estate.Default, term, 3, year);
        await estate.DepositAsync(estate.Default, mixed, 2);
        await estate.DepositAsync(estate.Default, mixed, 4, year);
        var id = await estate.DeviceAsync(estate.Default, "core-1", null, (perpetual, 4), (term, 5), (mixed, 1), (none, 1));

        var api = await installation.People.ApiAsync(estate.Account);
        var details = await api.GetFromJsonAsync<JsonElement>($"{estate.Api(estate.Default)}/{id}", Stop);
        Assert.Equal("Northwind 9300 core-1", details.GetProperty("name").GetString());
        Assert.Equal("core-1", details.GetProperty("hostIdentifier").GetString());
        Assert.Equal("NW-9300-48", details.GetProperty("productType").GetString());
        Assert.Equal("2027-01-10T07:55:00+00:00", details.GetProperty("certificateEndsAt").GetString());
        Assert.False(details.GetProperty("isInCompliance").GetBoolean());
        Assert.Equal(
            [
                "Advantage 4 Never InCompliance 0",
                "Essentials 5 2026-12-31 OutOfCompliance 2",
                "Premier 1 Multiple terms InCompliance 0",
                "Ultra 1  OutOfCompliance 1",
            ],
            details.GetProperty("licenses").EnumerateArray().Select(license => string.Join(
                ' ', license.GetProperty("license").GetString(), license.GetProperty("quantity").GetInt64(), license.GetProperty("expires").GetString(),
                license.GetProperty("status").GetString(), license.GetProperty("shortage").GetInt64())));
        var terms = details.GetProperty("licenses")[2].GetProperty("terms").EnumerateArray().ToList();
        Assert.Equal(["Never 2", "2026-12-31 4"], terms.Select(one => $"{one.GetProperty("expires").GetString()} {one.GetProperty("quantity").GetInt64()}"));
    }

    [Theory, Engines]
    public async Task Released_use_is_shown_as_released(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var estate = await DeviceEstate.MakeAsync(installation);
        var license = await estate.EntitlementAsync("Advantage");
        var id = await estate.DeviceAsync(estate.Default, "core-1", null, (license, 4));
        await estate.PassAsync(TestInstallation.Start.AddDays(90));
        var details = (await installation.Get<GetDevice>().HandleAsync(Actor.System, estate.Account.Id, null, id, Stop)).Value;
        Assert.Equal(DeviceLicenseStatus.Released, Assert.Single(details.Licenses).Status);
        Assert.True(details.IsInCompliance);
        Assert.Equal("Product Instance Failed to Renew", Assert.Single(details.Alerts).Title);
    }

    [Theory, Engines]
    public async Task A_device_is_found_by_its_identity_in_its_own_account_only(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var estate = await DeviceEstate.MakeAsync(installation);
        var other = await DeviceEstate.MakeAsync(installation, "other.example");
        var id = await estate.DeviceAsync(estate.Default, "core-1", row => row.UdiSerialNumber = "FOC2501A0B1");
        var get = installation.Get<GetDevice>();
        var udi = new Udi("NW-9300-48", "FOC2501A0B1");
        Assert.Equal(id, await get.FindAsync(estate.Account.Id, udi, DeviceEstate.Product, Stop));
        Assert.Null(await get.FindAsync(other.Account.Id, udi, DeviceEstate.Product, Stop));
        Assert.Null(await get.FindAsync(estate.Account.Id, udi, "No such product", Stop));
    }

    [Theory, Engines]
    [Trait("Feature", "PI-10")]
    public async Task The_event_log_of_a_device(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var estate = await DeviceEstate.MakeAsync(installation);
        var id = await estate.DeviceAsync(estate.Default, "core-1");
        await estate.DeviceAsync(estate.Default, "core-2");
        await estate.PassAsync(TestInstallation.Start.AddDays(31));
        var api = await installation.People.ApiAsync(estate.Account);
        var log = await api.GetFromJsonAsync<JsonElement>($"{estate.Api(estate.Default)}/{id}/events", Stop);
        var line = Assert.Single(log.GetProperty("items").EnumerateArray());
        Assert.Contains("The product instance core-1 in the Virtual Account", line.GetProperty("message").GetString(), StringComparison.Ordinal);
    }
}
