using Purser.Protocol;
using Purser.Protocol.Wire;
using Purser.Server.Alerts;
using Purser.Server.Licenses;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;
using static Purser.Tests.Devices.Restricted.RestrictedWorld;

namespace Purser.Tests.Devices.Restricted;

/// <summary>What devices ask for over the wire: locked whole or refused (domain rules 9.2, 9.3, 9.6; help ch. 6, Export Control).</summary>
[Trait("Feature", "EX-02")]
public sealed class RestrictedRequestTests
{
    [Theory, Engines]
    public async Task The_worked_example(Engine engine)
    {
        await using var world = await StartAsync(engine);
        using var one = await RegisterAsync(world, "pi1");
        using var two = await RegisterAsync(world, "pi2");
        Assert.Equal([EntitlementStatus.InCompliance], await AskAsync(one, (K, 3)));
        Assert.Equal("5 | 3 | +2", await PoolAsync(world, DeviceWorld.Restricted));
        Assert.Equal([EntitlementStatus.NotAuthorized], await AskAsync(two, (K, 3)));
        Assert.Equal("5 | 3 | +2", await PoolAsync(world, DeviceWorld.Restricted));
        Assert.Equal(
            "The product instance pi2 has requested license Strong Crypto which enables restricted encryption technology. This license is not available within the virtual account A.",
            Assert.Single(await world.OpenAlertsAsync()), ignoreCase: true);
        Assert.Equal([EntitlementStatus.InCompliance], await AskAsync(two, (K, 2)));
        Assert.Equal("5 | 5 | 0", await PoolAsync(world, DeviceWorld.Restricted));

        // A later grant clears the alert; a raise that is refused leaves what was there.
        Assert.Empty(await world.OpenAlertsAsync());
        Assert.Equal([EntitlementStatus.NotAuthorized], await AskAsync(one, (K, 4)));
        Assert.Equal("5 | 5 | 0", await PoolAsync(world, DeviceWorld.Restricted));
        Assert.Equal([EntitlementStatus.InCompliance], await AskAsync(one, (K, 3)));
        Assert.Equal("5 | 5 | 0", await PoolAsync(world, DeviceWorld.Restricted));
        Assert.Equal(
            [
                "Export restricted licenses were assigned to product instance \"pi1\" in Virtual Account \"A\". Licenses: 3 \"Strong Crypto\" perpetual licenses.",
                "Restricted License Not Available – The product instance \"pi2\" in Virtual Account \"A\" has requested export restricted licenses that are not available. You must add these licenses to this Virtual Account or transfer the product instance to a Virtual Account that contains these licenses. Licenses: 3 \"Strong Crypto\" term/perpetual.",
                "Export restricted licenses were assigned to product instance \"pi2\" in Virtual Account \"A\". Licenses: 2 \"Strong Crypto\" perpetual licenses.",
                "Restricted License Not Available – The product instance \"pi1\" in Virtual Account \"A\" has requested export restricted licenses that are not available. You must add these licenses to this Virtual Account or transfer the product instance to a Virtual Account that contains these licenses. Licenses: 4 \"Strong Crypto\" term/perpetual.",
            ],
            (await world.EventsAsync()).Where(row => row.Kind.StartsWith("Export", StringComparison.Ordinal)).Select(row => row.Message));
        await AssertSoundAsync(world);
    }

    [Theory, Engines]
    public async Task What_is_turned_off_or_deregistered_is_released(Engine engine)
    {
        await using var world = await StartAsync(engine);
        using var one = await RegisterAsync(world, "pi1");
        await AskAsync(one, (K, 3), (DeviceWorld.AdvantageTag, 1));
        await AskAsync(one, (K, 1), (DeviceWorld.AdvantageTag, 1));
        Assert.Equal("5 | 1 | +4", await PoolAsync(world, DeviceWorld.Restricted));
        await AskAsync(one, (K, 2));
        await one.DeregisterAsync();
        Assert.Equal("5 | 0 | +5", await PoolAsync(world, DeviceWorld.Restricted));
        Assert.Equal(
            "Export restricted licenses were removed from product instance \"pi1\" in Virtual Account \"A\" and released back to the inventory for use by other product instances. Licenses: 2 \"Strong Crypto\" perpetual.",
            (await world.EventsAsync()).Last(row => row.Kind == "Export Restricted Licenses Released").Message);
        await AssertSoundAsync(world);
    }

    [Theory, Engines]
    public async Task Unknown_and_regular_tags_are_refused_with_a_message_and_without_the_alert(Engine engine)
    {
        await using var world = await StartAsync(engine);
        using var one = await RegisterAsync(world, "pi1");
        var reply = await one.SendAsync(RequestWriter.Compose(one.Header(RequestType.Authorization), new AuthorizationRequest(
        [
            new EntitlementRequest(1, DeviceWorld.AdvantageTag, ExportAuthorization: true),
            new EntitlementRequest(1, Name: "No such license", ExportAuthorization: true),
            new EntitlementRequest(2, K, ExportAuthorization: true),
        ])));
        var answers = reply.Data<AuthorizationReply>().Value.Entitlements;
        Assert.Equal([EntitlementStatus.NotAuthorized, EntitlementStatus.InvalidTag, EntitlementStatus.InCompliance], answers.Select(answer => answer.Status));
        Assert.Contains("is not restricted by export control", answers[0].Reason!, StringComparison.Ordinal);
        Assert.Empty(await world.OpenAlertsAsync());
        Assert.Equal("5 | 2 | +3", await PoolAsync(world, DeviceWorld.Restricted));
        await AssertSoundAsync(world);
    }

    [Theory, Engines]
    public async Task Elsewhere_the_token_decides_as_before(Engine engine)
    {
        await using var world = await DeviceWorld.StartAsync(engine);
        using var one = await RegisterAsync(world, "pi1");
        Assert.Equal([EntitlementStatus.NotAuthorized], await AskAsync(one, (K, 1)));
        Assert.Equal("none", await PoolAsync(world, DeviceWorld.Restricted));
        await AssertSoundAsync(world);
    }

    [Theory, Engines]
    public async Task Perpetual_units_go_first_and_a_term_that_ends_passes_its_locks_on(Engine engine)
    {
        await using var world = await StartAsync(engine, restricted: 1);
        var end = DateOnly.FromDateTime(world.Now.UtcDateTime).AddDays(20);
        await DepositTermAsync(world, 2, end);
        using var one = await RegisterAsync(world, "pi1");
        await AskAsync(one, (K, 3));
        Assert.Equal(
            "Export restricted licenses were assigned to product instance \"pi1\" in Virtual Account \"A\". Licenses: 1 \"Strong Crypto\" perpetual license, 2 \"Strong Crypto\" term licenses.",
            Assert.Single(await world.EventsAsync(), row => row.Kind == "Export Authorization Success").Message);
        await world.DepositAsync(DeviceWorld.Restricted, 1);

        // One of the two finds a free unit; the other is a shortage until the device's next request, which is refused.
        world.Server.Clock.HoldAt(world.Now.AddDays(22));
        await world.Server.Get<ExpireLicenses>().RunAsync(Stop);
        Assert.Equal("2 | 3 | -1", await PoolAsync(world, DeviceWorld.Restricted));
        await AssertSoundAsync(world);
        Assert.Equal([EntitlementStatus.NotAuthorized], await AskAsync(one, (K, 3)));
        Assert.Equal("2 | 2 | 0", await PoolAsync(world, DeviceWorld.Restricted));
        await AssertSoundAsync(world);
    }

    [Theory, Engines]
    public async Task Terms_that_end_at_once_pass_nothing_to_each_other(Engine engine)
    {
        await using var world = await StartAsync(engine, restricted: 0);
        var end = DateOnly.FromDateTime(world.Now.UtcDateTime).AddDays(20);
        await DepositTermAsync(world, 2, end);
        using var one = await RegisterAsync(world, "pi1");
        await AskAsync(one, (K, 2));
        await DepositTermAsync(world, 3, end);

        world.Server.Clock.HoldAt(world.Now.AddDays(22));
        await world.Server.Get<ExpireLicenses>().RunAsync(Stop);

        Assert.Equal("0 | 2 | -2", await PoolAsync(world, DeviceWorld.Restricted));
        await AssertSoundAsync(world);
        Assert.Equal([EntitlementStatus.InCompliance], await AskAsync(one, (DeviceWorld.AdvantageTag, 0)));
        Assert.Equal("0 | 0 | 0", await PoolAsync(world, DeviceWorld.Restricted));
        await AssertSoundAsync(world);
    }

    [Theory, Engines]
    public async Task Registered_in_another_account_its_locks_stay_behind_with_the_alert(Engine engine)
    {
        await using var world = await StartAsync(engine);
        await world.AddAccountAsync(2, "Other");
        using var one = await RegisterAsync(world, "pi1");
        await AskAsync(one, (K, 2));
        await one.RegisterAsync(await world.TokenAsync(DeviceWorld.A(2), accountId: 2));
        Assert.Equal("5 | 2 | +3", await PoolAsync(world, DeviceWorld.Restricted));
        Assert.Equal(AlertTexts.DeauthorizationFailed("pi1", "A"), Assert.Single(await world.OpenAlertsAsync()));
        await AssertSoundAsync(world);
    }

    [Theory, Engines]
    [Trait("Feature", "PI-05")]
    public async Task Registered_in_another_virtual_account_its_licenses_go_along_with_their_lines(Engine engine)
    {
        await using var world = await StartAsync(engine);
        using var one = await RegisterAsync(world, "pi1");
        await AskAsync(one, (K, 2), (DeviceWorld.AdvantageTag, 3));

        var reply = await one.RegisterAsync(await world.TokenAsync(DeviceWorld.B()));

        // Domain rules 7.3, 7.5: A 5 | 2 | +3 becomes A 3 | 0 | +3 and B 2 | 2 | 0.
        Assert.Equal(ReplyStatus.Ok, reply.Reply.Status);
        Assert.Equal("B", reply.Data<IdentityReply>().Value.VirtualAccount);
        Assert.Equal(("3 | 0 | +3", "2 | 2 | 0"), (await PoolAsync(world, DeviceWorld.Restricted), await PoolAsync(world, DeviceWorld.Restricted, DeviceWorld.B())));
        Assert.Equal(("0 | 0 | 0", "0 | 3 | -3"), (await PoolAsync(world, DeviceWorld.Advantage), await PoolAsync(world, DeviceWorld.Advantage, DeviceWorld.B())));
        var moved = Assert.Single(await world.EventsAsync(), row => row.Kind == "Product Instance Transferred");
        Assert.Equal("Smart Agent", moved.ActorName);
        Assert.Equal([EntitlementStatus.InCompliance], await AskAsync(one, (K, 2)));
        await AssertSoundAsync(world);

        // A token that is used up moves nothing.
        var used = await world.TokenAsync(maximumUses: 1);
        using var other = new TestDevice(world, "SN-pi2");
        await other.RegisterAsync(used);
        Assert.Equal(WireCode.TokenUsedUp, (await one.RegisterAsync(used)).Reply.Code);
        Assert.Equal("2 | 2 | 0", await PoolAsync(world, DeviceWorld.Restricted, DeviceWorld.B()));
        await AssertSoundAsync(world);
    }

    private static async Task DepositTermAsync(DeviceWorld world, long quantity, DateOnly end)
    {
        var done = await world.Server.WritePath.RunAsync<Purser.Server.Commands.Done>(Command("test.deposit", new { quantity }), async scope =>
        {
            var terms = LicenseTerms.Term(DateOnly.FromDateTime(scope.Now.UtcDateTime), end, DayZone.Utc);
            await scope.Ledger(1).DepositAsync(new LineDraft(DeviceWorld.Restricted, quantity, terms, LineSource.ManualFulfillment), 10, scope.NextId(IdKind.Transaction));
            return Purser.Server.Commands.Verdict.Done;
        }, Stop);
        Assert.True(done.IsOk);
    }
}
