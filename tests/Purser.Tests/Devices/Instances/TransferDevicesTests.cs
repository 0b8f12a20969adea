using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Purser.Server.Alerts;
using Purser.Server.Devices;
using Purser.Server.People;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Devices.Instances;

[Trait("Feature", "PI-05")]
public sealed class TransferDevicesTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    // Domain rules 7.5: A 10 | 7 | +3, the instance uses 4; B 1 | 0 | +1 → A 10 | 3 | +7, B 1 | 4 | −3, alert in B.
    [Theory, Engines]
    public async Task Use_moves_as_demand_and_licenses_stay(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var (estate, branch, license, device) = await WorkedExampleAsync(installation);
        var api = await installation.People.ApiAsync(estate.Account);
        var address = $"{estate.Api(estate.Default)}/transfer";
        var body = new { targetVirtualAccountId = branch, devices = new[] { device } };

        var preview = await PostAsync(api, $"{address}?dryRun=true", body);
        Assert.Equal(
            [$"{estate.Default}: 10 | 7 | 3 -> 10 | 3 | 7", $"{branch}: 1 | 0 | 1 -> 1 | 4 | -3"],
            preview.GetProperty("effects").EnumerateArray().Select(Describe));
        Assert.Equal("10 | 7 | +3", await estate.PoolAsync(estate.Default, license));
        Assert.Equal(estate.Default, (await estate.DeviceRowAsync(device)).VirtualAccountId);

        var answer = await PostAsync(api, address, body);
        Assert.Equal(1, answer.GetProperty("transferred").GetInt32());
        Assert.Equal(preview.GetProperty("effects").GetRawText(), answer.GetProperty("effects").GetRawText());
        Assert.Equal("10 | 3 | +7", await estate.PoolAsync(estate.Default, license));
        Assert.Equal("1 | 4 | -3", await estate.PoolAsync(branch, license));
        Assert.Equal(branch, (await estate.DeviceRowAsync(device)).VirtualAccountId);
        var alert = Assert.Single(await estate.AlertsAsync());
        Assert.Equal((AlertKind.InsufficientLicenses, branch, 3L), (alert.Kind, alert.VirtualAccountId, alert.Count));

        var line = Assert.Single(await estate.EventsAsync(device), row => row.Kind == "Product Instance Transferred");
        Assert.Equal((estate.Default, branch), (line.VirtualAccountId, line.OtherVirtualAccountId));
        Assert.EndsWith("to the Virtual Account \"Branch\".", line.Message, StringComparison.Ordinal);
        Assert.StartsWith("The product instance core-1 was transferred from the Virtual Account", line.Message, StringComparison.Ordinal);

        // And back again: the shortage ends, the alert clears by itself.
        await PostAsync(api, $"{estate.Api(branch)}/transfer", new { targetVirtualAccountId = estate.Default, devices = new[] { device } });
        Assert.Equal("1 | 0 | +1", await estate.PoolAsync(branch, license));
        Assert.Empty(await estate.AlertsAsync());
    }

    [Theory, Engines]
    public async Task Demand_that_was_released_moves_without_counting(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var (estate, branch, license, device) = await WorkedExampleAsync(installation);
        await estate.PassAsync(TestInstallation.Start.AddDays(90));
        var api = await installation.People.ApiAsync(estate.Account);
        await PostAsync(api, $"{estate.Api(estate.Default)}/transfer", new { targetVirtualAccountId = branch, devices = new[] { device } });
        Assert.Equal("1 | 0 | +1", await estate.PoolAsync(branch, license));
        await using var db = installation.Database.Read();
        Assert.Equal(branch, db.LicenseUses.Single(use => use.DeviceId == device).VirtualAccountId);

        // The alert about the device goes along with it.
        var alert = Assert.Single(await estate.AlertsAsync(), row => row.DeviceId == device);
        Assert.Equal(branch, alert.VirtualAccountId);
        Assert.Contains("in the Virtual Account \"Branch\"", alert.Message, StringComparison.Ordinal);
    }

    [Theory, Engines]
    public async Task Of_many_all_or_none_and_each_reason_is_told(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var (estate, branch, license, device) = await WorkedExampleAsync(installation);
        var reserved = await estate.DeviceAsync(estate.Default, "reserved-1", row => row.Mode = DeviceMode.Reserved);
        var satellite = await estate.DeviceAsync(estate.Default, "satellite-1", row => row.Mode = DeviceMode.Satellite);
        var gone = await estate.DeviceAsync(estate.Default, "gone-1", row => row.State = DeviceState.Removed);
        var elsewhere = await estate.DeviceAsync(branch, "elsewhere-1");
        var api = await installation.People.ApiAsync(estate.Account);
        var answer = await api.PostAsJsonAsync(
            $"{estate.Api(estate.Default)}/transfer", new { targetVirtualAccountId = branch, devices = new[] { device, reserved, satellite, gone, elsewhere } }, Stop);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(Stop);

        // One with reserved licenses may go: these go along (domain rules 7.5).
        Assert.Equal("3 of 5 product instances cannot be transferred, so none was.", problem.GetProperty("detail").GetString());
        Assert.Equal(
            [$"{satellite} not-transferable", $"{gone} not-found", $"{elsewhere} stale"],
            problem.GetProperty("items").EnumerateArray().Select(item => $"{item.GetProperty("id").GetInt64()} {item.GetProperty("code").GetString()}"));
        Assert.Equal("10 | 7 | +3", await estate.PoolAsync(estate.Default, license));
    }

    [Theory, Engines]
    public async Task Bad_targets_are_refused(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var (estate, branch, _, device) = await WorkedExampleAsync(installation);
        var other = await DeviceEstate.MakeAsync(installation, "other.example");
        var foreign = await other.DeviceAsync(other.Default, "foreign-1");
        var api = await installation.People.ApiAsync(estate.Account);
        var address = $"{estate.Api(estate.Default)}/transfer";
        Assert.Equal("same-virtual-account", await RefusedAsync(api, address, new { targetVirtualAccountId = estate.Default, devices = new[] { device } }));
        Assert.Equal("not-found", await RefusedAsync(api, address, new { targetVirtualAccountId = other.Default, devices = new[] { device } }));
        Assert.Equal("not-found", await RefusedAsync(api, address, new { targetVirtualAccountId = branch, devices = new[] { foreign } }));
        Assert.Equal("invalid-input", await RefusedAsync(api, address, new { targetVirtualAccountId = branch, devices = Array.Empty<long>() }));
        Assert.Equal("malformed-request", await RefusedAsync(api, address, new { targetVirtualAccountId = branch }));
        Assert.Equal("invalid-input", await RefusedAsync(api, address, new { targetVirtualAccountId = branch, devices = Enumerable.Range(1, 501) }));
    }

    [Theory, Engines]
    public async Task It_needs_the_right_in_both_virtual_accounts(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var (estate, branch, _, device) = await WorkedExampleAsync(installation);
        var body = new { targetVirtualAccountId = branch, devices = new[] { device } };
        var address = $"{estate.Api(estate.Default)}/transfer";
        var onlySource = await installation.People.ApiAsync(estate.Account, Role.VirtualAccountUser, estate.Default);
        Assert.Equal("not-allowed", await RefusedAsync(onlySource, address, body));
        var onlyTarget = await installation.People.ApiAsync(estate.Account, Role.VirtualAccountUser, branch);
        Assert.Equal("not-allowed", await RefusedAsync(onlyTarget, address, body));
        var viewer = await installation.People.ApiAsync(estate.Account, Role.SmartAccountViewer);
        Assert.Equal("not-allowed", await RefusedAsync(viewer, address, body));
        var user = await installation.People.ApiAsync(estate.Account, Role.SmartAccountUser);
        Assert.Equal(HttpStatusCode.OK, (await user.PostAsJsonAsync(address, body, Stop)).StatusCode);
    }

    private static async Task<(DeviceEstate Estate, long Branch, long License, long Device)> WorkedExampleAsync(TestInstallation installation)
    {
        var estate = await DeviceEstate.MakeAsync(installation);
        var branch = await estate.VirtualAccountAsync("Branch");
        var license = await estate.EntitlementAsync("Network Advantage");
        await estate.DepositAsync(estate.Default, license, 10);
        await estate.DepositAsync(branch, license, 1);
        var device = await estate.DeviceAsync(estate.Default, "core-1", null, (license, 4));
        await estate.DeviceAsync(estate.Default, "core-2", null, (license, 3));
        return (estate, branch, license, device);
    }

    private static string Describe(JsonElement effect)
    {
        return $"{effect.GetProperty("virtualAccountId").GetInt64()}: {Figures("before")} -> {Figures("after")}";

        string Figures(string when) => string.Join(
            " | ", new[] { "purchased", "inUse", "balance" }.Select(name => effect.GetProperty(when).GetProperty(name).GetInt64()));
    }

    private static async Task<JsonElement> PostAsync(HttpClient api, string address, object body)
    {
        var answer = await api.PostAsJsonAsync(address, body, Stop);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Stop));
        return await answer.Content.ReadFromJsonAsync<JsonElement>(Stop);
    }

    private static async Task<string?> RefusedAsync(HttpClient api, string address, object body)
    {
        var answer = await api.PostAsJsonAsync(address, body, Stop);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("code").GetString();
    }
}
