using Microsoft.EntityFrameworkCore;
using Purser.Protocol;
using Purser.Protocol.Wire;
using Purser.Server.Devices;
using Purser.Server.Pki;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Devices;

[Trait("Feature", "PI-02")]
public sealed class AuthorizationTests
{
    private const string Advantage = DeviceWorld.AdvantageTag;

    [Theory, Engines]
    public async Task Demand_beyond_supply_is_out_of_compliance_and_the_alert_clears_by_itself(Engine engine)
    {
        await using var world = await DeviceWorld.StartAsync(engine);
        await world.DepositAsync(DeviceWorld.Advantage, 2);
        using var device = new TestDevice(world, "SN1", "edge-1");
        await device.RegisterAsync(await world.TokenAsync());

        var enough = (await device.AuthorizeAsync((Advantage, 2))).Data<AuthorizationReply>().Value;
        Assert.True(enough.InCompliance); // using up the last unit is compliant (domain rules 1.7)
        Assert.Equal(world.Now.AddDays(30).ToUnixTimeSeconds(), enough.NextAt);
        Assert.Equal(world.Now.AddDays(90).AddSeconds(-300).ToUnixTimeSeconds(), enough.DeadlineAt);

        var short1 = (await device.AuthorizeAsync((Advantage, 5))).Data<AuthorizationReply>().Value;
        Assert.False(short1.InCompliance);
        Assert.Equal(EntitlementStatus.OutOfCompliance, short1.Entitlements.Single().Status);
        Assert.Equal(world.Now.AddHours(12).ToUnixTimeSeconds(), short1.NextAt);
        Assert.Equal(
            ["The Virtual Account \"A\" has a shortage of Network Advantage licenses. 3 licenses are required to return to compliance."], await world.OpenAlertsAsync());

        await device.AuthorizeAsync((Advantage, 5)); // a repeated renewal tells nothing new (domain rules 11.4)
        await device.AuthorizeAsync((Advantage, 3));
        Assert.StartsWith("The Virtual Account \"A\" has a shortage of Network Advantage licenses. 1 license is", Assert.Single(await world.OpenAlertsAsync()), StringComparison.Ordinal);

        await world.DepositAsync(DeviceWorld.Advantage, 1);
        Assert.Empty(await world.OpenAlertsAsync());
        Assert.True((await device.AuthorizeAsync((Advantage, 3))).Data<AuthorizationReply>().Value.InCompliance);
        Assert.Equal(
            [
                "2 new Network Advantage licenses were added to the Virtual Account \"A\".",
                "The product instance edge-1 connected and was added to the Virtual Account \"A\".",
                "The product instance edge-1 in the Virtual Account \"A\" requested 2 \"Network Advantage\".",
                "The product instance edge-1 in the Virtual Account \"A\" requested 5 \"Network Advantage\".",
                "The Virtual Account \"A\" reported a shortage of 3 Network Advantage licenses.",
                "The product instance edge-1 in the Virtual Account \"A\" requested 3 \"Network Advantage\".",
                "1 new Network Advantage license was added to the Virtual Account \"A\".",
            ],
            (await world.EventsAsync()).Select(one => one.Message));
        await world.AssertConsistentAsync();
    }

    [Theory, Engines]
    public async Task What_is_not_listed_or_zero_is_released(Engine engine)
    {
        await using var world = await DeviceWorld.StartAsync(engine);
        using var device = new TestDevice(world, "SN1");
        await device.RegisterAsync(await world.TokenAsync());
        await device.AuthorizeAsync((Advantage, 2), (DeviceWorld.EssentialsTag, 3));

        await device.AuthorizeAsync((Advantage, 0));

        Assert.Equal(0, (await world.PoolAsync(DeviceWorld.Advantage))!.InUse);
        Assert.Equal(0, (await world.PoolAsync(DeviceWorld.Essentials))!.InUse);
        await using var db = world.Server.Database.Read();
        Assert.Empty(db.LicenseUses.IgnoreQueryFilters());
        Assert.Empty(await world.OpenAlertsAsync());
        await world.AssertConsistentAsync();
    }

    [Theory, Engines]
    public async Task An_unknown_or_restricted_tag_is_left_out_and_the_rest_proceeds(Engine engine)
    {
        await using var world = await DeviceWorld.StartAsync(engine);
        using var device = new TestDevice(world, "SN1");
        await device.RegisterAsync(await world.TokenAsync());
        var unknown = Advantage.Replace("00a1", "ffff", StringComparison.Ordinal);

        var reply = (await device.AuthorizeAsync((unknown, 1), (DeviceWorld.RestrictedTag, 1), (Advantage, 1))).Data<AuthorizationReply>().Value;

        Assert.Equal([EntitlementStatus.InvalidTag, EntitlementStatus.NotAuthorized, EntitlementStatus.OutOfCompliance], reply.Entitlements.Select(one => one.Status));
        Assert.Contains("export control", reply.Entitlements[1].Reason, StringComparison.Ordinal);
        Assert.Equal(1, (await world.PoolAsync(DeviceWorld.Advantage))!.InUse);
        Assert.Null(await world.PoolAsync(DeviceWorld.Restricted));

        using var permitted = new TestDevice(world, "SN2");
        Assert.True((await permitted.RegisterAsync(await world.TokenAsync(exportControlled: true))).Data<IdentityReply>().Value.ExportAllowed);
        await permitted.AuthorizeAsync((DeviceWorld.RestrictedTag, 1));
        Assert.Equal(1, (await world.PoolAsync(DeviceWorld.Restricted))!.InUse);
        await world.AssertConsistentAsync();
    }

    [Theory, Engines]
    public async Task By_name_and_by_tag_count_together(Engine engine)
    {
        await using var world = await DeviceWorld.StartAsync(engine);
        using var device = new TestDevice(world, "SN1");
        await device.RegisterAsync(await world.TokenAsync());

        var reply = await device.SendAsync(RequestWriter.Compose(
            device.Header(RequestType.Authorization),
            new AuthorizationRequest([new EntitlementRequest(2, Advantage), new EntitlementRequest(3, Name: "network advantage"), new EntitlementRequest(1, Name: "No Such")])));

        var answers = reply.Data<AuthorizationReply>().Value.Entitlements;
        Assert.Equal([Advantage, Advantage, null], answers.Select(one => one.Tag));
        Assert.Equal(5, (await world.PoolAsync(DeviceWorld.Advantage))!.InUse);
    }

    [Theory, Engines]
    public async Task A_renewed_certificate_replaces_the_old_one_when_it_is_used(Engine engine)
    {
        await using var world = await DeviceWorld.StartAsync(engine);
        using var device = new TestDevice(world, "SN1");
        await device.RegisterAsync(await world.TokenAsync());
        var first = device.Certificate;
        world.Server.Advance(TimeSpan.FromDays(180));

        var renewed = await device.RenewAsync();
        Assert.Equal(world.Now.AddDays(365).AddSeconds(-300).ToUnixTimeSeconds(), renewed.Data<IdentityReply>().Value.ExpiresAt);

        // The answer may have been lost: the old certificate is good until the new one was used, and may renew again.
        Assert.Equal(ReplyStatus.Ok, (await device.AuthorizeAsync()).Reply.Status);
        var again = await device.RenewAsync();
        device.Adopt(renewed);
        Assert.Equal(WireCode.IdentityInvalid, (await device.AuthorizeAsync()).Reply.Code);
        device.Adopt(again);
        Assert.Equal(ReplyStatus.Ok, (await device.AuthorizeAsync()).Reply.Status);
        device.Certificate = first;
        Assert.Equal(WireCode.IdentityInvalid, (await device.AuthorizeAsync()).Reply.Code);
        await using var db = world.Server.Database.Read();
        Assert.Equal(2, await db.IdentityCertificates.CountAsync(one => one.State == CertificateState.Revoked, TestContext.Current.CancellationToken));
        await world.AssertConsistentAsync();
    }

    [Theory, Engines]
    public async Task Deregistration_releases_everything_and_voids_the_certificate(Engine engine)
    {
        await using var world = await DeviceWorld.StartAsync(engine);
        using var device = new TestDevice(world, "SN1", "edge-1");
        var token = await world.TokenAsync();
        await device.RegisterAsync(token);
        await device.AuthorizeAsync((Advantage, 2));
        var id = (await world.DeviceRowAsync("SN1")).Id;

        Assert.Equal(world.Now.ToUnixTimeSeconds(), (await device.DeregisterAsync()).Data<DeregistrationReply>().Value.DeregisteredAt);

        Assert.Equal(DeviceState.Removed, (await world.DeviceRowAsync("SN1")).State);
        Assert.Equal(0, (await world.PoolAsync(DeviceWorld.Advantage))!.InUse);
        Assert.Empty(await world.OpenAlertsAsync());
        var told = await device.AuthorizeAsync((Advantage, 2));
        Assert.Equal($"The identity for the instance {device.Piid} is not valid. Please re-register the instance.", told.Reply.Message);

        // Registering again begins a new row; the old one keeps its history.
        await device.RegisterAsync(token);
        Assert.NotEqual(id, (await world.RegisteredRowAsync("SN1")).Id);
        await world.AssertConsistentAsync();
    }

    [Theory, Engines]
    public async Task Parallel_demand_adds_up_exactly(Engine engine)
    {
        await using var world = await DeviceWorld.StartAsync(engine);
        await world.DepositAsync(DeviceWorld.Advantage, 60);
        var token = await world.TokenAsync();
        var devices = Enumerable.Range(0, 25).Select(number => new TestDevice(world, $"SN{number}")).ToList();
        await Task.WhenAll(devices.Select(device => device.RegisterAsync(token)));

        for (var round = 1; round <= 4; round++)
        {
            var count = round;
            await Task.WhenAll(devices.Select(device => device.AuthorizeAsync((Advantage, count))).Append(world.DepositAsync(DeviceWorld.Advantage, 1)));
        }

        var pool = (await world.PoolAsync(DeviceWorld.Advantage))!;
        Assert.Equal((100, 64), (pool.InUse, pool.Purchased));
        Assert.Contains("36 licenses are required", Assert.Single(await world.OpenAlertsAsync()), StringComparison.Ordinal);
        await world.AssertConsistentAsync();
        devices.ForEach(device => device.Dispose());
    }
}
