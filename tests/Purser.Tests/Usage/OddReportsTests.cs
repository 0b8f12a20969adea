using Microsoft.EntityFrameworkCore;
using Purser.Protocol.Authorizations;
using Purser.Protocol.Usage;
using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.Licenses;
using Purser.Server.Store;
using Purser.Server.Usage;
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
    public async Task A_shortage_of_what_is_reported_is_explained_as_what_it_is(Engine engine)
    {
        await using var world = await ReportingWorld.StartAsync(engine);
        await world.Stock.DepositAsync("A", 5);
        world.At("03-12");
        await world.SendAsync(world.Report(1, "03-10", "03-11", 7_000));

        var report = await ExplainAsync(world);
        Assert.Equal("5 licenses are here, product instances report the use of 7,000: 6,995 are missing.", report.Summary);
        Assert.Equal((1, 1), (report.Devices, report.ReportingDevices));
        Assert.Equal(["Nothing is switched off: product instances go on working.", "What a product instance that is licensed by policy reported last counts until it reports again or is removed; it is not told of the shortage."],
            report.Consequences.Where(one => one.At is null).Select(one => one.Text));
        Assert.Equal(("Use less on product instances that are licensed by policy, which report 7,000, and let them report again.", 6_995L), Of(report));

        // Beside one that is connected both are told apart.
        await world.Stock.UseAsync("A", 10);
        var both = await ExplainAsync(world);
        Assert.StartsWith("5 licenses are here, connected product instances and reports of others use 7,010:", both.Summary, StringComparison.Ordinal);
        Assert.Equal((2, 1), (both.Devices, both.ReportingDevices));
        Assert.Contains(both.Consequences, one => one.Text.Contains("asks again every 12 hours", StringComparison.Ordinal));

        static (string, long) Of(ComplianceReport report) => report.Remedies.Where(one => one.Kind == RemedyKind.UseLess).Select(one => (one.Text, one.Quantity)).Single();
    }

    [Theory, Engines]
    public async Task A_file_of_another_kind_is_sent_where_it_belongs(Engine engine)
    {
        await using var world = await ReportingWorld.StartAsync(engine);
        var asked = new AuthorizationRequestFile([new AuthorizationRequest(ReportingWorld.Switch, [new AskedAuthorization(world.TagOf("Advantage"), 1)])]).Write(1, "n");

        var done = await world.Installation.Get<ReceiveReports>().FilesAsync(
            new Command(ReceiveReports.Name, Actor.System, new { }) { Accounts = [world.Stock.Account.Id] }, await world.Stock.PlaceAsync("A"), ReportSource.Upload, [new ReceiveReports.NamedFile("a.txt", asked)], Stop);

        Assert.Equal("a.txt: This is an authorization request: bring it to Authorization Codes.", done.Refusal?.Detail);
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

    private static async Task<ComplianceReport> ExplainAsync(ReportingWorld world) =>
        (await world.Installation.Get<ExplainCompliance>().HandleAsync(Actor.System, world.Stock.Account.Id, await world.Stock.PlaceAsync("A"), await world.Stock.LicenseAsync(), Stop))!;
}
