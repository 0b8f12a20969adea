using Microsoft.EntityFrameworkCore;
using Purser.Protocol.Usage;
using Purser.Server.Commands;
using Purser.Server.Store;
using Purser.Server.Usage;
using Purser.Server.Usage.Policies;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Usage;

/// <summary>Policies of the operator and of an account: which is in force, and how devices learn of it (SP-01).</summary>
public sealed class PolicyTests
{
    private static readonly PolicyNumbers Sle = new("SLE Policy", new(30, 60, 60), new(120, 111, 111), new(30, 90, 60), new(30, 30, 30));
    private static readonly PolicyNumbers Custom = new("Custom Policy", new(365, 0, 90), new(90, 90, 90), new(365, 90, 90), new(365, 90, 90));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task The_accounts_own_policy_comes_first_then_the_operators_then_the_built_in_one(Engine engine)
    {
        await using var world = await ReportingWorld.StartAsync(engine);

        Assert.Equal(("Default", PolicyOrigin.BuiltIn), await InForceAsync(world));
        await ChooseAsync(world, Sle);
        Assert.Equal(("SLE Policy", PolicyOrigin.Operator), await InForceAsync(world));
        await ChooseAsync(world, Custom, world.Stock.Account.Id);
        Assert.Equal(("Custom Policy", PolicyOrigin.Account), await InForceAsync(world));
        await ChooseAsync(world, null, world.Stock.Account.Id);
        Assert.Equal(("SLE Policy", PolicyOrigin.Operator), await InForceAsync(world));
        await ChooseAsync(world, null);
        Assert.Equal(("Default", PolicyOrigin.BuiltIn), await InForceAsync(world));
        await using var db = world.Installation.Database.Read();
        Assert.Equal(2, await db.Events.CountAsync(row => row.AccountId == world.Stock.Account.Id && row.Kind == "Usage Policy Changed", Stop));
    }

    [Theory, Engines]
    public async Task Acknowledgements_deliver_it_and_each_change_raises_its_number(Engine engine)
    {
        await using var world = await ReportingWorld.StartAsync(engine);
        world.At("03-12");
        Assert.Null(Delivered(await world.SendAsync(world.Report(1, "03-10", "03-11", 4))));

        await ChooseAsync(world, Sle);
        var general = Delivered(await world.SendAsync(world.Report(1, "03-10", "03-11", 4)));
        await ChooseAsync(world, Custom, world.Stock.Account.Id);
        var own = Delivered(await world.SendAsync(world.Report(1, "03-10", "03-11", 4)));
        await ChooseAsync(world, null, world.Stock.Account.Id);
        var again = Delivered(await world.SendAsync(world.Report(1, "03-10", "03-11", 4)));

        Assert.Equal(Sle.ToPolicy(), general!.Policy);
        Assert.Equal(Custom.ToPolicy(), own!.Policy);
        Assert.Equal(Sle.ToPolicy(), again!.Policy);
        Assert.True(general.Number < own.Number && own.Number < again.Number);
    }

    [Theory, Engines]
    public async Task The_next_report_is_due_by_the_policy_that_was_delivered(Engine engine)
    {
        await using var world = await ReportingWorld.StartAsync(engine);
        await ChooseAsync(world, Sle);
        world.At("03-12");

        var device = (await world.SendAsync(world.Report(1, "03-10", "03-11", 4))).ProductInstances[0].DeviceId!.Value;

        // Perpetual and in use: 60 days after the acknowledgement.
        Assert.Equal(ReportingWorld.Day("05-11"), (await world.Installation.Get<ListReports>().ReportingAsync(world.Stock.Account.Id, device, Stop))!.DueAt);
    }

    [Theory, Engines]
    public async Task Numbers_out_of_range_are_refused_where_they_stand(Engine engine)
    {
        await using var world = await ReportingWorld.StartAsync(engine);

        var done = await TryChooseAsync(world, Sle with { Enforced = new(0, CategoryPolicy.MaximumDays + 1, 0) }, null);

        Assert.Equal("Enforced", done.Refusal!.Field);
        Assert.Equal("Name", (await TryChooseAsync(world, Sle with { Name = " " }, null)).Refusal!.Field);
    }

    private static DeliveredPolicy? Delivered(ReportReceipt receipt) =>
        ImportFile.Read(receipt.ProductInstances[0].Acknowledgement!).Value.Find(DeliveredPolicy.Element) is { } element ? DeliveredPolicy.Read(element.Data).Value : null;

    private static async Task<(string, PolicyOrigin)> InForceAsync(ReportingWorld world)
    {
        var found = await world.Installation.Get<ShowPolicy>().HandleAsync(world.Stock.Account.Id, Stop);
        return (found.Policy.Name, found.Origin);
    }

    private static async Task ChooseAsync(ReportingWorld world, PolicyNumbers? numbers, long? account = null) => Assert.True((await TryChooseAsync(world, numbers, account)).IsOk);

    private static Task<Verdict<PolicyView>> TryChooseAsync(ReportingWorld world, PolicyNumbers? numbers, long? account) => world.Installation.Get<ChoosePolicy>().HandleAsync(
        new Command(ChoosePolicy.Name, Actor.System, new ChoosePolicy.Input(numbers)) { Accounts = account is { } id ? [id] : [] }, new ChoosePolicy.Input(numbers), Stop);
}
