using System.Net;
using Microsoft.EntityFrameworkCore;
using Purser.Protocol;
using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.Devices.Instances;
using Purser.Server.People;
using Purser.Server.Store;
using Purser.Server.Usage;
using Purser.Server.Usage.Bills;
using Purser.Tests.Devices;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Usage.Bills;

/// <summary>Bills of what was reported: late reports, product instances that move, fall silent or are removed; who sees them.</summary>
public sealed class ShowBillTests
{
    private static readonly Udi Second = new("C9300-24UX", "FCW00002");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task A_late_report_changes_the_bill_and_a_bill_is_provisional_until_all_have_reported(Engine engine)
    {
        await using var world = await ReportingWorld.StartAsync(engine);
        world.At("03-31");
        await world.SendAsync(world.Report(1, "03-11", "03-12", 4));
        var running = await BillAsync(world, "2026-03");
        Assert.Equal((UsageBillState.Running, 4L, 2.67m, 80m), (running.State, running.Licenses[0].Peak, running.Licenses[0].Average, running.Licenses[0].UnitDays));
        world.At("04-15");
        Assert.Equal(UsageBillState.Provisional, (await BillAsync(world, "2026-03")).State);
        await world.SendAsync(world.Report(3, "04-10", "04-11", 6));

        // Domain rules 13.2: the late one of March 20 is the peak of March; 9 days of 4, then 12 of 9.
        await world.SendAsync(world.Report(2, "03-20", "03-21", 9));

        var march = await BillAsync(world, "2026-03");
        var license = Assert.Single(march.Licenses);
        Assert.Equal((UsageBillState.Reported, 1, 0), (march.State, march.ProductInstances, march.Awaited));
        Assert.Equal(("Advantage", 9L, ReportingWorld.Day("03-20"), 144m, 3_456m, 4.65m, 1), (license.License, license.Peak, license.PeakAt, license.UnitDays, license.UnitHours, license.Average, license.ProductInstances));
        Assert.Equal([(9L, 9m * 9 + 5 * 6)], (await BillAsync(world, "2026-04")).Licenses.Select(line => (line.Peak, line.UnitDays)));
        Assert.Empty((await BillAsync(world, "2026-02")).Licenses);
        Assert.Equal(["2026-04", "2026-03"], (await MonthsAsync(world, "A")).Value.Months);
    }

    [Theory, Engines]
    public async Task Use_is_billed_where_it_happened_until_the_product_instance_moves_or_is_removed(Engine engine)
    {
        await using var world = await ReportingWorld.StartAsync(engine);
        world.At("03-11");
        var first = (await world.SendAsync(world.Report(1, "03-01", "03-11", 4))).ProductInstances[0].DeviceId!.Value;
        var second = (await world.SendAsync(world.Report(1, "03-01", "03-11", 5, udi: Second), world.Report(2, "03-01", "03-11", 1, "Essentials", Second))).ProductInstances[0].DeviceId!.Value;
        world.At("03-21");
        await MoveAsync(world, first);
        await world.RemoveAsync(second);
        world.At("05-01");

        var (here, there) = (await BillAsync(world, "2026-03"), await BillAsync(world, "2026-03", "B"));

        Assert.Equal([("Advantage", 9L, 180m, 2), ("Essentials", 1L, 20m, 1)], here.Licenses.Select(line => (line.License, line.Peak, line.UnitDays, line.ProductInstances)));
        Assert.Equal((2, 1, UsageBillState.Provisional), (here.ProductInstances, here.Awaited, here.State));
        Assert.Equal([("Advantage", 4L, ReportingWorld.Day("03-21"), 44m)], there.Licenses.Select(line => (line.License, line.Peak, line.PeakAt, line.UnitDays)));
        Assert.Empty((await BillAsync(world, "2026-04")).Licenses);
        Assert.Equal(120m, Assert.Single((await BillAsync(world, "2026-04", "B")).Licenses).UnitDays);
    }

    [Theory, Engines]
    public async Task What_uses_none_any_more_is_not_awaited_and_what_uses_one_of_two_is(Engine engine)
    {
        await using var world = await ReportingWorld.StartAsync(engine);
        world.At("04-15");
        await world.SendAsync(world.Report(1, "03-10", "03-20", 4), world.Report(2, "03-20", "03-21", 0));
        Assert.Equal(UsageBillState.Reported, (await BillAsync(world, "2026-03")).State);

        // Advantage until the end of the month, Essentials until its middle.
        await world.SendAsync(world.Report(1, "03-10", "04-10", 1, udi: Second), world.Report(2, "03-10", "03-20", 1, "Essentials", Second));
        var march = await BillAsync(world, "2026-03");
        Assert.Equal((UsageBillState.Provisional, 1), (march.State, march.Awaited));

        // A later report without the time between: March stays as it is.
        await world.SendAsync(world.Report(3, "04-05", "04-06", 1, "Essentials", Second));
        Assert.Equal(UsageBillState.Reported, (await BillAsync(world, "2026-03")).State);
    }

    [Theory, Engines]
    public async Task What_registers_is_billed_until_then(Engine engine)
    {
        await using var world = await DeviceWorld.StartAsync(engine);
        await world.ReportingAsync("SN1", DeviceWorld.Advantage, 7);
        using var device = new TestDevice(world, "SN1");
        world.Server.Advance(TimeSpan.FromHours(2));
        await device.RegisterAsync(await world.TokenAsync());
        world.Server.Advance(TimeSpan.FromDays(70));

        var bills = world.Server.Get<ShowBill>();
        var first = (await bills.HandleAsync(Actor.System, 1, DeviceWorld.A(), Month(TestInstallation.Start), Stop)).Value;
        Assert.Equal((UsageBillState.Reported, 14m), (first.State, Assert.Single(first.Licenses).UnitHours));
        Assert.Empty((await bills.HandleAsync(Actor.System, 1, DeviceWorld.A(), Month(TestInstallation.Start.AddMonths(1)), Stop)).Value.Licenses);

        static string Month(DateTimeOffset instant) => instant.ToString("yyyy-MM", System.Globalization.CultureInfo.InvariantCulture);
    }

    [Theory, Engines]
    [Trait("Feature", "SA-15")]
    public async Task What_goes_to_another_account_is_billed_here_for_the_time_before_also_when_it_came_back(Engine engine)
    {
        await using var world = await ReportingWorld.StartAsync(engine);
        world.At("03-11");
        var device = (await world.SendAsync(world.Report(1, "03-01", "03-11", 4))).ProductInstances[0].DeviceId!.Value;
        world.At("03-21");
        await MoveAsync(world, device);
        world.At("04-11");
        var split = new MergeAccounts.Input(MergerKind.Split, world.Stock.Account.Domain) { VirtualAccountIds = [await world.Stock.PlaceAsync("B")], NewAccount = new("Spin", "spin.example", new NewPerson("boss@spin.example")) };
        var done = await world.Installation.Get<MergeAccounts>().HandleAsync(new Command(MergeAccounts.NameOf(split.Kind), Actor.System, split), split, Stop);
        Assert.True(done.IsOk, done.Refusal?.Detail);

        Assert.Equal((UsageBillState.Reported, 80m), await SumAsync("A", world.Stock.Account.Id));
        await using (var db = world.Installation.Database.Read())
        {
            var spin = (await db.Accounts.SingleAsync(row => row.Domain == "spin.example", Stop)).Id;
            Assert.Equal((UsageBillState.Provisional, 44m), await SumAsync("B", spin));
        }

        var undo = new UndoMerger.Input(done.Value.Id);
        Assert.True((await world.Installation.Get<UndoMerger>().HandleAsync(new Command(UndoMerger.Name, Actor.System, undo), undo, Stop)).IsOk);

        // It is here again, and has not told of its last days in A.
        Assert.Equal((UsageBillState.Provisional, 80m), await SumAsync("A", world.Stock.Account.Id));
        Assert.Equal((UsageBillState.Provisional, 44m), await SumAsync("B", world.Stock.Account.Id));
        await world.AssertCleanAsync();

        async Task<(UsageBillState, decimal)> SumAsync(string place, long account)
        {
            var bill = (await world.Installation.Get<ShowBill>().HandleAsync(Actor.System, account, await world.Stock.PlaceAsync(place), "2026-03", Stop)).Value;
            return (bill.State, bill.Licenses.Sum(line => line.UnitDays));
        }
    }

    [Theory, Engines]
    public async Task Programs_read_bills_as_JSON_and_CSV_and_nobody_those_of_another_account(Engine engine)
    {
        await using var world = await ReportingWorld.StartAsync(engine);
        world.At("03-12");
        await world.SendAsync(world.Report(1, "03-10", "03-11", 4));
        var (a, b) = (await world.Stock.PlaceAsync("A"), await world.Stock.PlaceAsync("B"));
        var address = $"{world.Stock.Account.Api}/virtual-accounts/{a}/usage-bills";
        using var http = await world.Installation.People.ApiAsync(world.Stock.Account, Role.VirtualAccountViewer, a);
        using var elsewhere = await world.Installation.People.ApiAsync(world.Stock.Account, Role.VirtualAccountViewer, b);
        var other = await world.Installation.People.AccountAsync("other.example");
        using var foreign = await world.Installation.People.ApiAsync(other);

        Assert.Contains("\"peak\":4", await http.GetStringAsync($"{address}?month=2026-03", Stop), StringComparison.Ordinal);
        Assert.Contains("\"2026-03\"", await http.GetStringAsync($"{address}/months", Stop), StringComparison.Ordinal);
        Assert.Contains(",Advantage,", await http.GetStringAsync($"{address}?month=2026-03&format=csv", Stop), StringComparison.Ordinal);
        foreach (var month in new[] { "", "?month=03-2026", "?month=2026-04" })
        {
            using var refused = await http.GetAsync($"{address}{month}", Stop);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        }

        using var notHere = await elsewhere.GetAsync($"{address}?month=2026-03", Stop);
        using var notMine = await foreign.GetAsync($"{address}?month=2026-03", Stop);
        using var notThere = await foreign.GetAsync($"{other.Api}/virtual-accounts/{a}/usage-bills?month=2026-03", Stop);
        Assert.All([notHere, notMine, notThere], answer => Assert.Contains(answer.StatusCode, new[] { HttpStatusCode.Forbidden, HttpStatusCode.NotFound }));
        Assert.Equal(RefusalCode.NotFound, (await world.Installation.Get<ShowBill>().HandleAsync(Actor.System, other.Id, a, "2026-03", Stop)).Refusal!.Code);
    }

    private static async Task<UsageBill> BillAsync(ReportingWorld world, string month, string place = "A") =>
        (await world.Installation.Get<ShowBill>().HandleAsync(Actor.System, world.Stock.Account.Id, await world.Stock.PlaceAsync(place), month, Stop)).Value;

    private static async Task<Verdict<UsageBillMonths>> MonthsAsync(ReportingWorld world, string place) =>
        await world.Installation.Get<ShowBill>().MonthsAsync(Actor.System, world.Stock.Account.Id, await world.Stock.PlaceAsync(place), Stop);

    private static async Task MoveAsync(ReportingWorld world, long device)
    {
        var input = new TransferDevices.Input(await world.Stock.PlaceAsync("A"), await world.Stock.PlaceAsync("B"), [device]);
        Assert.True((await world.Installation.Get<TransferDevices>().HandleAsync(new Command(TransferDevices.Name, Actor.System, input) { Accounts = [world.Stock.Account.Id] }, input, Stop)).IsOk);
    }
}
