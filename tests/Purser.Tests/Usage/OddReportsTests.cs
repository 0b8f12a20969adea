using Microsoft.EntityFrameworkCore;
using Purser.Protocol.Usage;
using Purser.Server.Accounts;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Usage;

/// <summary>Reports of clocks that nobody set, and in accounts that have no product instances.</summary>
[Trait("Feature", "SP-03")]
public sealed class OddReportsTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task A_clock_that_was_never_set_changes_no_history_of_before_the_device_was_there(Engine engine)
    {
        await using var world = await ReportingWorld.StartAsync(engine);
        world.At("03-12");
        var start = DateTimeOffset.UnixEpoch.AddMinutes(1);
        var set = world.Report(1, "03-10", "03-11", 4) with { Measurements = [new Measurement(start, start, ReportingWorld.Day("03-11"), 4)] };
        var never = world.Report(2, "03-10", "03-11", 4) with { Measurements = [new Measurement(start, start, start.AddHours(1), 4)] };

        var done = await world.SendAsync(set, never);

        Assert.Contains("was not set when it began: it counts from its end", Assert.Single(done.ProductInstances[0].Notes), StringComparison.Ordinal);
        Assert.Contains("ends on 1970-01-01 01:01 UTC: the clock of the product instance was not set", Assert.Single(done.ProductInstances[0].Refused).Reason, StringComparison.Ordinal);
        Assert.Equal(4, await world.InUseAsync());
        Assert.Equal(0, await world.AsOfAsync("03-10"));
        await world.SendAsync(world.Report(3, "03-11", "03-12", 5));
        Assert.Equal(5, await world.InUseAsync());
        await world.AssertCleanAsync();
    }

    [Theory, Engines]
    public async Task Nothing_comes_to_be_by_reports_in_a_holding_account(Engine engine)
    {
        await using var world = await ReportingWorld.StartAsync(engine);
        world.At("03-12");
        await using (var db = world.Installation.Database.Open())
        {
            await db.Accounts.Where(row => row.Id == world.Stock.Account.Id).ExecuteUpdateAsync(set => set.SetProperty(row => row.Type, AccountType.PartnerHolding), Stop);
        }

        var done = await world.SendAsync(world.Report(1, "03-10", "03-11", 4));

        Assert.Contains("is a holding account: no product instance can lie in it", Assert.Single(done.ProductInstances[0].Refused).Reason, StringComparison.Ordinal);
        await using var read = world.Installation.Database.Read();
        Assert.False(await read.Devices.AnyAsync(Stop));
    }
}
