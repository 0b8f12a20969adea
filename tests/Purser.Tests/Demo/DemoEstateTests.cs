using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Demo;
using Purser.Server.Settings;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Demo;

public sealed class DemoEstateTests
{
    [Theory, Engines]
    public async Task An_empty_installation_gets_a_whole_estate(Engine engine)
    {
        await using var installation = await StartAsync(engine);
        await using var db = installation.Database.Read();
        Assert.Equal(2, await db.Accounts.CountAsync());
        Assert.InRange(await db.Products.CountAsync(), 8, 12);
        Assert.True(await db.Entitlements.CountAsync() >= 30);
        Assert.True(await db.VirtualAccounts.CountAsync(row => row.Level > 1) >= 5);
        Assert.Equal(DemoOrders.All.Count, await db.Orders.CountAsync());
        Assert.Equal(3, await db.LicenseLines.Select(row => row.LicenseType).Distinct().CountAsync());
        Assert.True(await db.Accounts.AllAsync(account => account.AgreementVersion == 1));
    }

    [Fact]
    public async Task The_credentials_have_the_shape_that_scripts_depend_on_and_are_for_their_owner_only()
    {
        await using var installation = await StartAsync(Engine.Sqlite);
        var file = DemoFiles.Credentials(installation.Get<PurserSettings>().Store.DataDirectory);
        var content = JsonNode.Parse(await File.ReadAllTextAsync(file))!.AsObject();
        Assert.Equal(
            ["baseUrl", "httpsUrl", "caCertificate", "operator", "admin", "client", "account", "virtualAccount", "token"],
            content.Select(pair => pair.Key));
        Assert.Equal(["email", "password"], content["operator"]!.AsObject().Select(pair => pair.Key));
        Assert.Equal(["email", "password"], content["admin"]!.AsObject().Select(pair => pair.Key));
        Assert.Equal(["id", "secret"], content["client"]!.AsObject().Select(pair => pair.Key));
        Assert.Equal(["domain", "name"], content["account"]!.AsObject().Select(pair => pair.Key));
        Assert.StartsWith("http://localhost:", content["baseUrl"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.StartsWith("-----BEGIN CERTIFICATE-----", await File.ReadAllTextAsync(content["caCertificate"]!.GetValue<string>()), StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
    }

    [Fact]
    public async Task Two_installations_share_no_credential()
    {
        await using var one = await StartAsync(Engine.Sqlite);
        await using var other = await StartAsync(Engine.Sqlite);
        var first = await SecretsAsync(one);
        Assert.Empty(first.Intersect(await SecretsAsync(other)));
        Assert.Equal(5, first.Count);
    }

    [Theory, Engines]
    public async Task An_installation_that_knows_somebody_is_left_alone(Engine engine)
    {
        await using var installation = await StartAsync(engine);
        var before = await SecretsAsync(installation);
        await DemoFeature.PrepareAsync(installation.Services, installation.Get<PurserSettings>());
        Assert.Equal(before, await SecretsAsync(installation));
        await using var db = installation.Database.Read();
        Assert.Equal(2, await db.Accounts.CountAsync());
    }

    [Theory, Engines]
    public async Task An_order_is_booked_once_however_often_its_job_runs(Engine engine)
    {
        await using var installation = await StartAsync(engine);
        Assert.Equal("nothing due", await installation.Get<DemoOrdersJob>().RunAsync(CancellationToken.None));
    }

    [Fact]
    public async Task The_devices_find_what_they_are_made_to_ask_for_except_where_the_demo_wants_a_shortage()
    {
        await using var installation = await StartAsync(Engine.Sqlite);
        await using var db = installation.Database.Read();
        var supply = await db.Pools.Join(db.VirtualAccounts, pool => pool.VirtualAccountId, place => place.Id, (pool, place) => new { place.Name, pool.EntitlementId, pool.Purchased })
            .Join(db.Entitlements, row => row.EntitlementId, license => license.Id, (row, license) => new { Place = row.Name, License = license.Name, row.Purchased })
            .ToListAsync();
        var demand = DemoFleet.All.SelectMany(devices => devices.Uses.Select(use => (devices.Place, use.License, Quantity: (long)devices.Count * use.Count)))
            .GroupBy(row => (row.Place, row.License)).Select(group => (group.Key, Quantity: group.Sum(row => row.Quantity)));
        var shortages = demand
            .Where(wanted => supply.Where(row => (row.Place, row.License) == wanted.Key).Sum(row => row.Purchased) < wanted.Quantity)
            .Select(wanted => $"{wanted.Key.Place}: {wanted.Key.License}");
        Assert.Equal(["Campus North: Network Advantage", "Depots: Industrial Visibility"], shortages.Order(StringComparer.Ordinal));
    }

    private static Task<TestInstallation> StartAsync(Engine engine) =>
        TestInstallation.StartAsync(engine, settings => settings with { Demo = new DemoSettings { Enabled = true } });

    private static async Task<IReadOnlyList<string>> SecretsAsync(TestInstallation installation)
    {
        var content = JsonNode.Parse(await File.ReadAllTextAsync(DemoFiles.Credentials(installation.Get<PurserSettings>().Store.DataDirectory)))!;
        return
        [
            content["operator"]!["password"]!.GetValue<string>(),
            content["admin"]!["password"]!.GetValue<string>(),
            content["client"]!["id"]!.GetValue<string>(),
            content["client"]!["secret"]!.GetValue<string>(),
            content["token"]!.GetValue<string>(),
        ];
    }
}
