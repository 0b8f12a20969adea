using Purser.Server.Commands;
using Purser.Server.Devices.Instances;
using Purser.Server.Http;
using Purser.Server.Licenses;
using Purser.Server.Store;
using Purser.Server.Usage.Bills;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Usage;

/// <summary>Licenses billed by usage are consumed through usage reports (domain rules 2.5).</summary>
[Trait("Feature", "LI-17"), Trait("Feature", "SP-07")]
public sealed class BilledByUsageTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task What_is_reported_counts_by_usage_beside_what_is_prepaid(Engine engine)
    {
        await using var world = await ReportingWorld.StartAsync(engine);
        await world.Stock.SubscribeAsync("A", "Sub1");
        await world.Stock.DepositAsync("A", 5);
        world.At("03-12");

        await world.SendAsync(world.Report(1, "03-10", "03-11", 7));

        Assert.Equal("5 | 0 | +5", await world.Stock.RowAsync("A"));
        Assert.Equal((7L, 0L), await ByUsageAsync(world, "A"));
        Assert.Empty(await world.Stock.AlertsAsync());
        await world.SendAsync(world.Report(2, "03-11", "03-12", 3));
        Assert.Equal((3L, 0L), await ByUsageAsync(world, "A"));
        await world.AssertCleanAsync();
    }

    [Theory, Engines]
    public async Task Where_neither_lies_use_is_out_of_compliance_until_a_subscription_comes_and_again_when_it_ends(Engine engine)
    {
        await using var world = await ReportingWorld.StartAsync(engine);
        world.At("03-12");
        await world.SendAsync(world.Report(1, "03-10", "03-11", 7));
        Assert.Equal("0 | 7 | −7", await world.Stock.RowAsync("A"));
        Assert.Equal(["InsufficientLicenses: 7"], await world.Stock.AlertsAsync("A"));

        world.At("03-20");
        await world.Stock.SubscribeAsync("A", "Sub1");

        Assert.Equal("0 | 0 | 0", await world.Stock.RowAsync("A"));
        Assert.Equal((7L, 0L), await ByUsageAsync(world, "A"));
        Assert.Empty(await world.Stock.AlertsAsync());
        await world.AssertCleanAsync();

        world.At("03-25");
        await CancelAsync(world, "Sub1");
        Assert.Equal("0 | 7 | −7", await world.Stock.RowAsync("A"));
        Assert.Equal((0L, 0L), await ByUsageAsync(world, "A"));
        await world.AssertCleanAsync();

        // The bill tells which part of the month was billed by usage: 15 of 22 days were not.
        world.At("04-15");
        Assert.Equal([("Prepaid", 7L, 119m), ("By Usage", 7L, 35m)], await BillAsync(world, "2026-03"));
    }

    [Theory, Engines]
    public async Task A_late_report_changes_the_history_of_the_row_in_which_the_use_counted_then(Engine engine)
    {
        await using var world = await ReportingWorld.StartAsync(engine);
        world.At("03-12");
        await world.SendAsync(world.Report(1, "03-10", "03-11", 7));
        world.At("03-20");
        await world.Stock.SubscribeAsync("A", "Sub1");
        world.At("04-11");
        await world.SendAsync(world.Report(3, "04-10", "04-11", 6));

        await world.SendAsync(world.Report(2, "03-15", "03-16", 9));
        world.At("04-15");

        Assert.Equal([("03-13", 7L, 0L), ("03-17", 9L, 0L), ("03-25", 0L, 9L), ("04-12", 0L, 6L)], await HistoryAsync(world, "03-13", "03-17", "03-25", "04-12"));
        await world.AssertCleanAsync();
    }

    [Theory, Engines]
    public async Task Use_that_moves_counts_as_it_does_there_and_is_billed_where_it_happened(Engine engine)
    {
        await using var world = await ReportingWorld.StartAsync(engine);
        await world.Stock.SubscribeAsync("A", "Sub1");
        await world.Stock.DepositAsync("B", 5);
        world.At("03-11");
        var device = (await world.SendAsync(world.Report(1, "03-01", "03-11", 4))).ProductInstances[0].DeviceId!.Value;
        world.At("03-21");
        Assert.Equal(["Advantage (by usage) 4 → 0", "Advantage 0 → 4"], (await MoveAsync(world, device)).Order(StringComparer.Ordinal));

        Assert.Equal((0L, 0L), await ByUsageAsync(world, "A"));
        Assert.Equal("5 | 4 | +1", await world.Stock.RowAsync("B"));
        await world.AssertCleanAsync();
        world.At("04-15");
        Assert.Equal([("By Usage", 4L, 80m)], await BillAsync(world, "2026-03"));
        Assert.Equal([("Prepaid", 4L, 44m)], await BillAsync(world, "2026-03", "B"));
        await world.RemoveAsync(device, "B");
        Assert.Equal("5 | 0 | +5", await world.Stock.RowAsync("B"));
        await world.AssertCleanAsync();
    }

    [Theory, Engines]
    public async Task A_device_that_is_upgraded_no_longer_counts_as_registered(Engine engine)
    {
        await using var world = await ReportingWorld.StartAsync(engine);
        await world.Stock.SubscribeAsync("A", "Sub1");
        await world.Stock.DepositAsync("A", 5);
        await world.RegisteredAsync(5);
        Assert.Equal("5 | 5 | 0", await world.Stock.RowAsync("A"));
        world.At("03-12");

        await world.SendAsync(world.Report(1, "03-10", "03-11", 2));

        Assert.Equal("5 | 0 | +5", await world.Stock.RowAsync("A"));
        Assert.Equal((2L, 0L), await ByUsageAsync(world, "A"));
        await world.AssertCleanAsync();
    }

    private static async Task CancelAsync(ReportingWorld world, string subscription)
    {
        var input = new ChangeSubscription.Cancellation(subscription, "at once", AtOnce: true);
        var done = await world.Installation.Get<ChangeSubscription>().CancelAsync(new Command(ChangeSubscription.CancelName, Actor.System, input) { Accounts = [world.Stock.Account.Id] }, input, Stop);
        Assert.True(done.IsOk, done.Refusal?.Detail);
    }

    private static async Task<IReadOnlyList<string>> MoveAsync(ReportingWorld world, long device)
    {
        var input = new TransferDevices.Input(await world.Stock.PlaceAsync("A"), await world.Stock.PlaceAsync("B"), [device]);
        var done = await world.Installation.Get<TransferDevices>().HandleAsync(new Command(TransferDevices.Name, Actor.System, input) { Accounts = [world.Stock.Account.Id] }, input, Stop);
        Assert.True(done.IsOk, done.Refusal?.Detail);
        return [.. done.Value.Effects.Where(effect => effect.Before != effect.After).Select(effect => $"{effect.License} {effect.Before.InUse} → {effect.After.InUse}")];
    }

    private static async Task<(long InUse, long Balance)> ByUsageAsync(ReportingWorld world, string place)
    {
        var pool = await world.Stock.PoolAsync(place, billing: Billing.Usage);
        return (pool.InUse, pool.Balance);
    }

    private static async Task<IReadOnlyList<(string Billing, long Peak, decimal Days)>> BillAsync(ReportingWorld world, string month, string place = "A") =>
        [.. (await world.Installation.Get<ShowBill>().HandleAsync(Actor.System, world.Stock.Account.Id, await world.Stock.PlaceAsync(place), month, Stop)).Value.Licenses
            .Select(line => (LicenseNames.Of(line.Billing), line.Peak, line.UnitDays))];

    private static async Task<IReadOnlyList<(string Day, long Prepaid, long ByUsage)>> HistoryAsync(ReportingWorld world, params string[] days)
    {
        var history = new List<(string, long, long)>();
        foreach (var day in days)
        {
            var past = await world.Installation.Get<PastFigures>().ReadAsync(world.Stock.Account.Id, $"2026-{day}", Stop);
            var rows = (await world.Installation.Get<ListLicenses>().HandleAsync(
                Actor.System, world.Stock.Account.Id, await world.Stock.PlaceAsync("A"), new LicenseFilter { Past = past.Value }, new PageRequest(), Stop)).Items;
            history.Add((day, InUse(rows, Billing.Prepaid), InUse(rows, Billing.Usage)));
        }

        return history;

        static long InUse(IEnumerable<LicenseRow> rows, Billing billing) => rows.SingleOrDefault(row => row.License == "Advantage" && row.Billing == billing)?.InUse ?? 0;
    }
}
