using System.Net.Http.Json;
using System.Text.Json;
using Purser.Server.Devices;
using Purser.Server.People;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Devices.CleanUp;

/// <summary>Stale and duplicate product instances, with reason and suggested clean-up (PI-11).</summary>
[Trait("Feature", "PI-11")]
public sealed class CleanUpTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task Twice_registered_replaced_and_silent_ones_are_suggested(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var estate = await DeviceEstate.MakeAsync(installation);
        var branch = await estate.VirtualAccountAsync("Branch");
        var start = TestInstallation.Start;
        await estate.DeviceAsync(estate.Default, "a-living", row => (row.UdiSerialNumber, row.LastContactAt) = ("SAME", start.AddDays(95)));
        var twin = await estate.DeviceAsync(branch, "b-twin", row => (row.UdiSerialNumber, row.UdiPid, row.LastContactAt) = ("SAME", "NW-9300-24", start.AddDays(90)));
        var old = await estate.DeviceAsync(estate.Default, "c-edge", row => row.LastContactAt = start.AddDays(60));
        await estate.DeviceAsync(estate.Default, "c-edge", row => (row.RegisteredAt, row.LastContactAt) = (start.AddDays(70), start.AddDays(99)));
        var silent = await estate.DeviceAsync(branch, "d-silent");
        await estate.DeviceAsync(branch, "e-detached", row => row.Mode = DeviceMode.Detached);
        await estate.DeviceAsync(branch, "e-reattached", row => row.SilenceFrom = start.AddDays(99));
        await estate.DeviceAsync(branch, "f-fresh", row => row.LastContactAt = start.AddDays(99));
        installation.Clock.HoldAt(start.AddDays(100));

        var api = await installation.People.ApiAsync(estate.Account);
        var rows = await RowsAsync(api, estate);
        Assert.Equal([$"{twin} SameSerialNumber", $"{old} Replaced", $"{silent} Silent"], rows.Select(row => $"{row.GetProperty("id").GetInt64()} {row.GetProperty("reason").GetString()}"));
        Assert.Contains("a-living", rows[0].GetProperty("because").GetString()!, StringComparison.Ordinal);
        Assert.Contains("100 days", rows[2].GetProperty("because").GetString()!, StringComparison.Ordinal);
        Assert.Contains($"/devices/{twin}/remove", rows[0].GetProperty("remove").GetString()!, StringComparison.Ordinal);

        // Who sees the branch only does not learn of the others: the twin is neither shown as such nor its counterpart named.
        var few = await installation.People.ApiAsync(estate.Account, Role.VirtualAccountUser, branch);
        Assert.Equal([silent], (await RowsAsync(few, estate)).Select(row => row.GetProperty("id").GetInt64()));
        var file = await api.GetStringAsync($"{estate.Account.Api}/device-clean-up?format=csv", Stop);
        Assert.Equal(3, file.Split('\n').Count(line => line.Contains("Remove it", StringComparison.Ordinal) || line.Contains("remove it", StringComparison.Ordinal)));
    }

    private static async Task<IReadOnlyList<JsonElement>> RowsAsync(HttpClient api, DeviceEstate estate) =>
        [.. (await api.GetFromJsonAsync<JsonElement>($"{estate.Account.Api}/device-clean-up", Stop)).GetProperty("items").EnumerateArray()];
}
