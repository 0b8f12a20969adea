using Purser.Protocol.Wire;
using Purser.Server.Audit;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Licenses;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Devices;

/// <summary>What devices ask for, where tiers cover each other and where purchased mirrors use: the committer keeps the same book as the pages.</summary>
public sealed class SubstitutionTests
{
    private const string Advantage = DeviceWorld.AdvantageTag;
    private const string Essentials = DeviceWorld.EssentialsTag;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    [Trait("Feature", "LI-11")]
    public async Task A_device_is_in_compliance_by_the_higher_tier_until_that_needs_its_units(Engine engine)
    {
        await using var world = await StartAsync(engine);
        await world.DepositAsync(DeviceWorld.Advantage, 5);
        await world.DepositAsync(DeviceWorld.Essentials, 3);
        using var lower = new TestDevice(world, "SN1", "edge-1");
        using var higher = new TestDevice(world, "SN2", "edge-2");
        await lower.RegisterAsync(await world.TokenAsync());
        await higher.RegisterAsync(await world.TokenAsync());
        Assert.True((await lower.AuthorizeAsync((Essentials, 5))).Data<AuthorizationReply>().Value.InCompliance);
        Assert.Equal("2 lent, 0 borrowed, +3; 0 lent, 2 borrowed, 0", await FiguresAsync(world));
        Assert.True((await higher.AuthorizeAsync((Advantage, 3))).Data<AuthorizationReply>().Value.InCompliance);

        // One more: it takes its unit back, and the lower tier is short, which its devices hear at their next contact.
        Assert.True((await higher.AuthorizeAsync((Advantage, 4))).Data<AuthorizationReply>().Value.InCompliance);
        Assert.Equal(["The Virtual Account \"A\" has a shortage of Network Essentials licenses. 1 license is required to return to compliance."], await world.OpenAlertsAsync());
        Assert.False((await lower.AuthorizeAsync((Essentials, 5))).Data<AuthorizationReply>().Value.InCompliance);
        Assert.Contains("The Virtual Account \"A\" reported a shortage of 1 Network Essentials license.", (await world.EventsAsync()).Select(one => one.Message));

        await higher.DeregisterAsync();
        Assert.Empty(await world.OpenAlertsAsync());
        Assert.True((await lower.AuthorizeAsync((Essentials, 5))).Data<AuthorizationReply>().Value.InCompliance);
        await AssertCleanAsync(world);
    }

    [Theory, Engines]
    [Trait("Feature", "LI-01")]
    public async Task Reporting_only_licenses_appear_with_the_device_and_go_with_it(Engine engine)
    {
        await using var world = await StartAsync(engine);
        var made = await world.Server.Get<ApplyCatalog>().HandleAsync(
            Actor.System, new CatalogDraft { Entitlements = [new EntitlementDraft("Base") { IsReportingOnly = true }] }, cancellation: Stop);
        var license = (await world.Server.Get<CatalogCache>().CurrentAsync(Stop)).FindEntitlement(made.Value.Ids[0])!;
        using var device = new TestDevice(world, "SN1", "edge-1");
        await device.RegisterAsync(await world.TokenAsync());
        Assert.True((await device.AuthorizeAsync((license.Tag, 4))).Data<AuthorizationReply>().Value.InCompliance);
        var pool = (await world.PoolAsync(license.Id))!;
        Assert.Equal((4L, 4L, 0L), (pool.Purchased, pool.InUse, pool.Balance));
        await device.AuthorizeAsync((license.Tag, 6));
        Assert.Equal(6, (await world.PoolAsync(license.Id))!.Purchased);
        await device.DeregisterAsync();
        Assert.Equal(0, (await world.PoolAsync(license.Id))!.Purchased);
        Assert.Empty(await world.OpenAlertsAsync());
        await AssertCleanAsync(world);
    }

    private static async Task<DeviceWorld> StartAsync(Engine engine)
    {
        var world = await DeviceWorld.StartAsync(engine);
        var done = await world.Server.Get<ApplyCatalog>().HandleAsync(Actor.System, new CatalogDraft
        {
            Entitlements = [new EntitlementDraft("Network Advantage", TierGroup: "stack", TierRank: 2), new EntitlementDraft("Network Essentials", TierGroup: "stack", TierRank: 1)],
        }, cancellation: Stop);
        Assert.True(done.IsOk, done.Refusal?.Detail);
        return world;
    }

    private static async Task<string> FiguresAsync(DeviceWorld world)
    {
        var (higher, lower) = ((await world.PoolAsync(DeviceWorld.Advantage))!, (await world.PoolAsync(DeviceWorld.Essentials))!);
        return $"{Text(higher)}; {Text(lower)}";

        static string Text(Pool pool) => $"{pool.Lent} lent, {pool.Borrowed} borrowed, {(pool.Balance > 0 ? "+" : "")}{pool.Balance}";
    }

    private static async Task AssertCleanAsync(DeviceWorld world)
    {
        await world.AssertConsistentAsync();
        var report = await world.Server.Get<AuditBook>().HandleAsync(Stop);
        Assert.True(report.IsClean, string.Join('\n', report.Findings));
    }
}
