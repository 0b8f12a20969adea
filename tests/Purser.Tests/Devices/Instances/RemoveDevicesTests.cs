using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Devices;
using Purser.Server.People;
using Purser.Server.Pki;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Devices.Instances;

[Trait("Feature", "PI-06")]
public sealed class RemoveDevicesTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task What_it_used_is_free_and_its_identity_is_unknown(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var estate = await DeviceEstate.MakeAsync(installation);
        var license = await estate.EntitlementAsync("Network Advantage");
        await estate.DepositAsync(estate.Default, license, 5);
        var device = await estate.DeviceAsync(estate.Default, "core-1", null, (license, 4));
        var other = await estate.DeviceAsync(estate.Default, "core-2", null, (license, 3));
        await estate.PassAsync(TestInstallation.Start.AddDays(40));
        Assert.Equal(3, (await estate.AlertsAsync()).Count);

        var api = await installation.People.ApiAsync(estate.Account, Role.SmartAccountUser);
        var address = $"{estate.Api(estate.Default)}/remove";
        var preview = await api.PostAsJsonAsync($"{address}?dryRun=true", new { devices = new[] { device } }, Stop);
        var effect = Assert.Single((await preview.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("effects").EnumerateArray());
        Assert.Equal((-2L, 2L), (effect.GetProperty("before").GetProperty("balance").GetInt64(), effect.GetProperty("after").GetProperty("balance").GetInt64()));
        Assert.Equal(DeviceState.Registered, (await estate.DeviceRowAsync(device)).State);

        Assert.Equal(HttpStatusCode.OK, (await api.PostAsJsonAsync(address, new { devices = new[] { device } }, Stop)).StatusCode);
        Assert.Equal("5 | 3 | +2", await estate.PoolAsync(estate.Default, license));
        Assert.Equal(other, Assert.Single(await estate.AlertsAsync()).DeviceId);
        await using var db = installation.Database.Read();
        Assert.False(await db.DeviceDirectory.AnyAsync(row => row.DeviceId == device, Stop));
        Assert.True(await db.DeviceDirectory.AnyAsync(row => row.DeviceId == other, Stop));
        Assert.Equal(CertificateState.Revoked, (await db.IdentityCertificates.SingleAsync(row => row.DeviceId == device, Stop)).State);
        Assert.Equal(CertificateState.Issued, (await db.IdentityCertificates.SingleAsync(row => row.DeviceId == other, Stop)).State);
        var line = (await estate.EventsAsync(device))[^1];
        Assert.Equal("The product instance \"core-1\" was removed from Smart Software Manager.", line.Message);

        // Once is enough.
        Assert.Equal(HttpStatusCode.NotFound, (await api.PostAsJsonAsync(address, new { devices = new[] { device } }, Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await api.GetAsync($"{estate.Api(estate.Default)}/{device}", Stop)).StatusCode);
    }

    [Theory, Engines]
    public async Task Not_with_a_reservation_and_not_without_the_right(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var estate = await DeviceEstate.MakeAsync(installation);
        var plain = await estate.DeviceAsync(estate.Default, "core-1");
        var reserved = await estate.DeviceAsync(estate.Default, "core-2", row => row.Mode = DeviceMode.Reserved);
        var address = $"{estate.Api(estate.Default)}/remove";
        var api = await installation.People.ApiAsync(estate.Account);
        var refused = await (await api.PostAsJsonAsync(address, new { devices = new[] { plain, reserved } }, Stop)).Content.ReadFromJsonAsync<JsonElement>(Stop);
        Assert.Equal("reservation-in-place", refused.GetProperty("code").GetString());
        Assert.Equal(reserved, Assert.Single(refused.GetProperty("items").EnumerateArray()).GetProperty("id").GetInt64());
        Assert.Equal(DeviceState.Registered, (await estate.DeviceRowAsync(plain)).State);

        var viewer = await installation.People.ApiAsync(estate.Account, Role.SmartAccountViewer);
        Assert.Equal(HttpStatusCode.Forbidden, (await viewer.PostAsJsonAsync(address, new { devices = new[] { plain } }, Stop)).StatusCode);
    }

    [Theory, Engines]
    public async Task A_device_of_another_account_cannot_be_reached(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var estate = await DeviceEstate.MakeAsync(installation);
        var other = await DeviceEstate.MakeAsync(installation, "other.example");
        var foreign = await other.DeviceAsync(other.Default, "foreign-1");
        var api = await installation.People.ApiAsync(estate.Account);
        Assert.Equal(HttpStatusCode.NotFound, (await api.PostAsJsonAsync($"{estate.Api(estate.Default)}/remove", new { devices = new[] { foreign } }, Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await api.PostAsJsonAsync($"{estate.Api(other.Default)}/remove", new { devices = new[] { foreign } }, Stop)).StatusCode);
        Assert.Equal(DeviceState.Registered, (await other.DeviceRowAsync(foreign)).State);
    }
}
