using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Purser.Server.Devices;
using Purser.Server.People;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Devices.Instances;

[Trait("Feature", "PI-04")]
public sealed class ListDevicesTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task The_table_shows_name_type_contact_and_the_worst_alert(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var estate = await DeviceEstate.MakeAsync(installation);
        await estate.DeviceAsync(estate.Default, "edge-1", row => row.LastContactAt = TestInstallation.Start.AddDays(10));
        await estate.DeviceAsync(estate.Default, "core-1");
        await estate.PassAsync(TestInstallation.Start.AddDays(31));

        var api = await installation.People.ApiAsync(estate.Account, Role.SmartAccountViewer);
        var page = await api.GetFromJsonAsync<JsonElement>(estate.Api(estate.Default), Stop);
        Assert.Equal(2, page.GetProperty("total").GetProperty("count").GetInt64());
        var rows = page.GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(["Northwind 9300 core-1", "Northwind 9300 edge-1"], rows.Select(row => row.GetProperty("name").GetString()));
        Assert.Equal("NW-9300-48", rows[0].GetProperty("productType").GetString());
        Assert.Equal("2026-01-10T08:00:00+00:00", rows[0].GetProperty("lastContactAt").GetString());
        Assert.Equal("Minor", rows[0].GetProperty("severity").GetString());
        Assert.Equal("Product Instance Failed to Connect", Assert.Single(rows[0].GetProperty("alerts").EnumerateArray()).GetProperty("title").GetString());
        Assert.Equal(JsonValueKind.Null, rows[1].GetProperty("severity").ValueKind);
    }

    [Theory, Engines]
    public async Task Pages_follow_each_other_in_every_order(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var estate = await DeviceEstate.MakeAsync(installation);
        foreach (var (name, days) in new[] { ("delta", 1), ("alpha", 3), ("alpha", 2), ("charlie", 5), ("bravo", 4) })
        {
            await estate.DeviceAsync(estate.Default, name, row => row.LastContactAt = TestInstallation.Start.AddDays(days));
        }

        var api = await installation.People.ApiAsync(estate.Account);
        Assert.Equal("alpha alpha bravo charlie delta", await WalkAsync(api, estate.Api(estate.Default), "name"));
        Assert.Equal("delta charlie bravo alpha alpha", await WalkAsync(api, estate.Api(estate.Default), "-name"));
        Assert.Equal("delta alpha alpha bravo charlie", await WalkAsync(api, estate.Api(estate.Default), "lastContact"));
        Assert.Equal("charlie bravo alpha alpha delta", await WalkAsync(api, estate.Api(estate.Default), "-lastContact"));
        Assert.Equal("alpha alpha bravo charlie delta", await WalkAsync(api, $"{estate.Account.Api}/devices", "name"));
        Assert.Equal(HttpStatusCode.BadRequest, (await api.GetAsync($"{estate.Api(estate.Default)}?sort=color", Stop)).StatusCode);
    }

    [Theory, Engines]
    public async Task Search_and_filters_narrow_the_list(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var estate = await DeviceEstate.MakeAsync(installation);
        var other = await estate.VirtualAccountAsync("Branch");
        await estate.DeviceAsync(estate.Default, "Core-1");
        await estate.DeviceAsync(estate.Default, "edge-1", row => row.LastContactAt = TestInstallation.Start.AddDays(40));
        await estate.DeviceAsync(other, "core-2");
        await estate.PassAsync(TestInstallation.Start.AddDays(45));

        var api = await installation.People.ApiAsync(estate.Account);
        Assert.Equal("Core-1", await NamesAsync(api, $"{estate.Api(estate.Default)}?q=cOrE"));
        Assert.Equal("Core-1 core-2", await NamesAsync(api, $"{estate.Account.Api}/devices?q=core", sorted: true));
        Assert.Equal("Core-1 edge-1", await NamesAsync(api, $"{estate.Api(estate.Default)}?q=nw-9300", sorted: true));
        Assert.Equal("", await NamesAsync(api, $"{estate.Api(estate.Default)}?q=%25"));
        Assert.Equal("Core-1", await NamesAsync(api, $"{estate.Api(estate.Default)}?alert=FailedToConnect"));
        Assert.Equal("", await NamesAsync(api, $"{estate.Api(estate.Default)}?alert=FailedToRenew"));
        Assert.Equal("Core-1", await NamesAsync(api, $"{estate.Api(estate.Default)}?silent=30"));
    }

    [Theory, Engines]
    public async Task A_reader_sees_the_virtual_accounts_within_reach_and_no_other_account(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var estate = await DeviceEstate.MakeAsync(installation);
        var branch = await estate.VirtualAccountAsync("Branch");
        var core = await estate.DeviceAsync(estate.Default, "core-1");
        await estate.DeviceAsync(branch, "branch-1");
        await estate.DeviceAsync(branch, "gone-1", row => row.State = DeviceState.Removed);
        var other = await DeviceEstate.MakeAsync(installation, "other.example");
        var foreign = await other.DeviceAsync(other.Default, "foreign-1");

        var api = await installation.People.ApiAsync(estate.Account, Role.VirtualAccountViewer, branch);
        Assert.Equal("branch-1", await NamesAsync(api, $"{estate.Account.Api}/devices"));
        Assert.Equal("branch-1", await NamesAsync(api, estate.Api(branch)));
        Assert.Equal(HttpStatusCode.Forbidden, (await api.GetAsync(estate.Api(estate.Default), Stop)).StatusCode);

        // A number of a device elsewhere under the address of a virtual account within reach.
        Assert.Equal(HttpStatusCode.NotFound, (await api.GetAsync($"{estate.Api(branch)}/{core}", Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await api.GetAsync($"{estate.Api(branch)}/{foreign}", Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await api.GetAsync(other.Api(other.Default), Stop)).StatusCode);

        // A virtual account of another account under the own account's address.
        var administrator = await installation.People.ApiAsync(estate.Account);
        Assert.Equal("", await NamesAsync(administrator, estate.Api(other.Default)));
    }

    [Theory, Engines]
    [Trait("Feature", "LI-12")]
    public async Task The_list_as_a_file(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var estate = await DeviceEstate.MakeAsync(installation);
        await estate.DeviceAsync(estate.Default, "core-1");
        await BulkDevices.InsertAsync(installation, estate.Account.Id, estate.Default, 1200);
        var api = await installation.People.ApiAsync(estate.Account);
        var lines = (await api.GetStringAsync($"{estate.Api(estate.Default)}?format=csv", Stop)).TrimStart('\uFEFF').Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("Name,Product Type,Serial Number,Virtual Account,Last Contact,Alerts,High Availability,Detached Until", lines[0]);
        Assert.Equal(1202, lines.Length);
        Assert.Equal(1201, lines.Skip(1).Distinct().Count());
        Assert.Contains(lines, line => line.StartsWith("Northwind 9300 core-1,NW-9300-48,FOC", StringComparison.Ordinal));
    }

    private static async Task<string> WalkAsync(HttpClient api, string address, string sort)
    {
        var names = new List<string>();
        for (string? next = ""; next is not null;)
        {
            var page = await api.GetFromJsonAsync<JsonElement>($"{address}?limit=2&sort={sort}{(next.Length == 0 ? "" : $"&after={next}")}", Stop);
            names.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("displayName").GetString()!));
            next = page.GetProperty("next").GetString();
        }

        return string.Join(' ', names);
    }

    private static async Task<string> NamesAsync(HttpClient api, string address, bool sorted = false)
    {
        var page = await api.GetFromJsonAsync<JsonElement>(address, Stop);
        var names = page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("displayName").GetString()!).ToList();
        Assert.Equal(names.Count, page.GetProperty("total").GetProperty("count").GetInt64());
        return string.Join(' ', sorted ? [.. names.Order(StringComparer.Ordinal)] : names);
    }
}
