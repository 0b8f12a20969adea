using Microsoft.EntityFrameworkCore;
using Purser.Protocol;
using Purser.Protocol.Usage;
using Purser.Server.Accounts;
using Purser.Server.Alerts;
using Purser.Server.Commands;
using Purser.Server.Devices;
using Purser.Server.Devices.Instances;
using Purser.Server.Licenses;
using Purser.Server.Store;
using Purser.Server.Usage;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Usage;

/// <summary>Reports become use, exactly once (domain rules 13.2).</summary>
public sealed class ReceiveReportsTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task The_latest_report_stands_and_a_late_one_changes_the_history(Engine engine)
    {
        await using var world = await ReportingWorld.StartAsync(engine);
        await world.Stock.DepositAsync("A", 5);
        world.At("03-11");
        Assert.Equal(1, (await world.SendAsync(world.Report(1, "03-10", "03-11", 4))).Counted);
        Assert.Equal(4, await world.InUseAsync());
        world.At("04-11");
        await world.SendAsync(world.Report(3, "04-10", "04-11", 6));
        Assert.Equal(6, await world.InUseAsync());
        world.At("04-15");

        var late = await world.SendAsync(world.Report(2, "03-20", "03-21", 9));

        Assert.Contains("changes the history only", Assert.Single(late.ProductInstances[0].Notes), StringComparison.Ordinal);
        Assert.Equal(6, await world.InUseAsync());
        Assert.Equal(4, await world.AsOfAsync("03-15"));
        Assert.Equal(9, await world.AsOfAsync("03-25"));
        Assert.Equal(6, await world.AsOfAsync("04-12"));
        Assert.Equal(9, await PeakOfMarchAsync(world));
        await world.AssertCleanAsync();
    }

    [Theory, Engines]
    public async Task Use_beyond_what_was_bought_is_out_of_compliance_as_with_registered_devices(Engine engine)
    {
        await using var world = await ReportingWorld.StartAsync(engine);
        await world.Stock.DepositAsync("A", 5);
        world.At("03-12");

        await world.SendAsync(world.Report(1, "03-10", "03-11", 7));

        Assert.Equal(2, (await world.Stock.PoolAsync("A", "Advantage")).Shortage);
        await using (var db = world.Installation.Database.Read())
        {
            Assert.Equal(2, (await db.Alerts.SingleAsync(alert => alert.Kind == AlertKind.InsufficientLicenses && alert.State == AlertState.Open, Stop)).Count);
        }

        await world.SendAsync(world.Report(2, "03-11", "03-12", 0));
        Assert.Equal(0, await world.InUseAsync());
        await world.AssertCleanAsync();
    }

    [Theory, Engines]
    public async Task A_repeated_report_is_acknowledged_again_and_counted_once(Engine engine)
    {
        await using var world = await ReportingWorld.StartAsync(engine);
        world.At("03-12");
        var report = world.Report(1, "03-10", "03-11", 4);
        var first = await world.SendAsync(report);

        var again = await world.SendAsync(report, report, world.Report(2, "03-11", "03-12", 5));

        Assert.Equal((1, 0), (first.Counted, first.Repeated));
        Assert.Equal((1, 2), (again.Counted, again.Repeated));
        Assert.Equal([2UL, 1UL, 1UL], Acknowledged(again.ProductInstances[0]));
        Assert.Equal(5, await world.InUseAsync());
        await world.AssertCleanAsync();
    }

    [Theory, Engines]
    public async Task An_altered_report_does_not_take_the_place_of_the_first(Engine engine)
    {
        await using var world = await ReportingWorld.StartAsync(engine);
        world.At("03-12");
        await world.SendAsync(world.Report(1, "03-10", "03-11", 4));

        var altered = await world.SendAsync(world.Report(1, "03-10", "03-11", 1));

        Assert.Contains("was altered", Assert.Single(altered.ProductInstances[0].Refused).Reason, StringComparison.Ordinal);
        Assert.Null(altered.ProductInstances[0].Acknowledgement);
        Assert.Equal(4, await world.InUseAsync());
    }

    [Theory, Engines]
    public async Task Time_that_was_counted_is_not_counted_twice_and_missing_time_is_told(Engine engine)
    {
        await using var world = await ReportingWorld.StartAsync(engine);
        world.At("04-01");
        await world.SendAsync(world.Report(1, "03-10", "03-12", 4));

        var overlap = await world.SendAsync(world.Report(2, "03-11", "03-13", 6));
        var gap = await world.SendAsync(world.Report(3, "03-15", "03-16", 7));

        Assert.Contains("not counted twice", Assert.Single(overlap.ProductInstances[0].Notes), StringComparison.Ordinal);
        Assert.Contains("from 2026-03-13 00:00 UTC to 2026-03-15 00:00 UTC", Assert.Single(gap.ProductInstances[0].Notes), StringComparison.Ordinal);
        Assert.Equal(4, await world.AsOfAsync("03-11"));
        Assert.Equal(6, await world.AsOfAsync("03-12"));
    }

    [Theory, Engines]
    public async Task What_cannot_be_taken_is_named_and_the_rest_counts(Engine engine)
    {
        await using var world = await ReportingWorld.StartAsync(engine);
        world.At("03-12");
        var strange = world.Report(4, "03-10", "03-11", 4) with { EntitlementTag = "regid.2026-01.com.example.OTHER,1.0_0d4e8a31-7c25-4b9f-8e61-2a5b7c9d1e03" };
        var future = world.Report(5, "03-11", "03-14", 4);
        var unknownProduct = world.Report(6, "03-10", "03-11", 4, udi: new Udi("X", "Y")) with { SoftwareTag = "regid.2026-01.com.example.NONE,1.0_0d4e8a31-7c25-4b9f-8e61-2a5b7c9d1e03" };
        var texts = new[] { world.Report(1, "03-10", "03-11", 3), strange, future, unknownProduct }.Select(report => SealedReport.SealBuiltin(report).Write()).Append("{\"payload\":\"half").ToList();

        var receipt = await world.SendAsync("A", texts);

        Assert.Equal((1, 4), (receipt.Counted, receipt.Refused));
        Assert.Contains(receipt.ProductInstances[0].Refused, refused => refused.ReportId == "4" && refused.Reason.Contains("no license with the tag", StringComparison.Ordinal));
        Assert.Contains(receipt.ProductInstances[0].Refused, refused => refused.ReportId == "5" && refused.Reason.Contains("clock of the product instance is ahead", StringComparison.Ordinal));
        Assert.Contains("no product with the software tag", Assert.Single(receipt.ProductInstances[1].Refused).Reason, StringComparison.Ordinal);
        Assert.Single(receipt.Unreadable);
        Assert.Equal(3, await world.InUseAsync());

        world.At("03-15");
        Assert.Equal(1, (await world.SendAsync(future)).Counted);
    }

    [Theory, Engines]
    public async Task A_file_that_is_none_is_named_and_the_others_count(Engine engine)
    {
        await using var world = await ReportingWorld.StartAsync(engine);
        world.At("03-12");
        var good = new ReceiveReports.NamedFile("good.xml", new ReportFile([SealedReport.SealBuiltin(world.Report(1, "03-10", "03-11", 4)).Write()]).Write());
        var command = new Command(ReceiveReports.Name, Actor.System, new { }) { Accounts = [world.Stock.Account.Id] };

        var done = await world.Installation.Get<ReceiveReports>().FilesAsync(command, null, ReportSource.Upload, [new("photo.jpg", "\u00ff\u00d8"), good], Stop);
        var none = await world.Installation.Get<ReceiveReports>().FilesAsync(command, null, ReportSource.Upload, [new("photo.jpg", "\u00ff\u00d8")], Stop);

        Assert.Equal(1, done.Value.Counted);
        Assert.StartsWith("photo.jpg: This is no usage report file.", Assert.Single(done.Value.Unreadable).Reason, StringComparison.Ordinal);
        Assert.StartsWith("photo.jpg:", none.Refusal!.Detail, StringComparison.Ordinal);
    }

    [Theory, Engines]
    public async Task A_device_of_which_nothing_counts_does_not_come_to_be(Engine engine)
    {
        await using var world = await ReportingWorld.StartAsync(engine);

        var receipt = await world.SendAsync(world.Report(1, "03-10", "03-11", 3));

        Assert.Contains("clock of the product instance is ahead", Assert.Single(receipt.ProductInstances[0].Refused).Reason, StringComparison.Ordinal);
        await using var db = world.Installation.Database.Read();
        Assert.False(await db.Devices.AnyAsync(Stop));
    }

    [Theory, Engines]
    public async Task A_device_of_another_account_is_refused_and_one_of_another_virtual_account_stays_there(Engine engine)
    {
        await using var world = await ReportingWorld.StartAsync(engine);
        var other = await new TestPeople(world.Installation).AccountAsync("other.example");
        world.At("03-12");
        await world.SendAsync(world.Report(1, "03-10", "03-11", 4));

        var elsewhere = (await world.SendAsync("B", [SealedReport.SealBuiltin(world.Report(2, "03-11", "03-12", 5)).Write()])).ProductInstances[0];
        var foreign = await world.TrySendAsync("", [SealedReport.SealBuiltin(world.Report(3, "03-11", "03-12", 5)).Write()], account: other.Id);

        Assert.Equal("A", elsewhere.VirtualAccount);
        Assert.Equal(5, await world.InUseAsync());
        Assert.Contains("known in another Smart Account", Assert.Single(foreign.Value.ProductInstances[0].Refused).Reason, StringComparison.Ordinal);
    }

    [Theory, Engines]
    public async Task Nobody_reports_where_she_may_not(Engine engine)
    {
        await using var world = await ReportingWorld.StartAsync(engine);
        world.At("03-12");
        await world.SendAsync(world.Report(1, "03-10", "03-11", 4));
        var viewer = TestActors.Person(world.Stock.Account.Id, Server.People.Role.SmartAccountViewer);

        var refused = await world.TrySendAsync("A", [SealedReport.SealBuiltin(world.Report(2, "03-11", "03-12", 5)).Write()], viewer);

        Assert.Equal(RefusalCode.NotFound, refused.Refusal!.Code);
        Assert.Equal(4, await world.InUseAsync());
    }

    [Theory, Engines]
    public async Task Removing_the_device_releases_what_it_reported_and_silence_does_not(Engine engine)
    {
        await using var world = await ReportingWorld.StartAsync(engine);
        world.At("03-12");
        var device = (await world.SendAsync(world.Report(1, "03-10", "03-11", 4))).ProductInstances[0].DeviceId!.Value;
        world.At("12-12");
        await world.Installation.Get<Server.Jobs.JobRunner>().RunDueAsync(Stop);
        Assert.Equal(4, await world.InUseAsync());

        await world.RemoveAsync(device);

        Assert.Equal(0, await world.InUseAsync());
        await world.AssertCleanAsync();
    }

    [Theory, Engines]
    public async Task What_was_counted_before_a_removal_is_not_counted_again(Engine engine)
    {
        await using var world = await ReportingWorld.StartAsync(engine);
        await world.Stock.DepositAsync("A", 9);
        world.At("03-21");
        var old = world.Report(1, "03-10", "03-20", 4);
        var device = (await world.SendAsync(old)).ProductInstances[0].DeviceId!.Value;
        world.At("04-01");
        await world.RemoveAsync(device);
        world.At("04-10");

        var again = await world.SendAsync(old);
        var more = await world.SendAsync(old, world.Report(2, "04-08", "04-10", 6));

        Assert.Equal((0, 1), (again.Counted, again.Repeated));
        Assert.Contains("was removed", Assert.Single(again.ProductInstances[0].Notes), StringComparison.Ordinal);
        Assert.Equal((1, 1), (more.Counted, more.Repeated));
        Assert.Equal(6, await world.InUseAsync());
        Assert.Equal(4, await world.AsOfAsync("03-15"));
        Assert.Equal(0, await world.AsOfAsync("04-09"));
        await world.AssertCleanAsync();
    }

    [Theory, Engines]
    public async Task What_a_device_used_while_it_was_registered_is_not_counted_from_its_reports(Engine engine)
    {
        await using var world = await ReportingWorld.StartAsync(engine);
        await world.Stock.DepositAsync("A", 9);
        var device = await world.RegisteredAsync(4);
        world.At("04-01");

        await world.SendAsync(world.Report(1, "03-10", "03-20", 4), world.Report(2, "03-31", "04-01", 6));

        Assert.Equal(6, await world.InUseAsync());
        Assert.Equal(4, await world.AsOfAsync("03-15"));
        await using var db = world.Installation.Database.Read();
        Assert.Equal(DeviceMode.Policy, (await db.Devices.SingleAsync(row => row.Id == device, Stop)).Mode);
        Assert.All(await db.IdentityCertificates.Where(row => row.DeviceId == device).ToListAsync(Stop), certificate => Assert.NotNull(certificate.RevokedAt));
        await world.AssertCleanAsync();
    }

    [Theory, Engines]
    public async Task Reports_of_a_device_that_reserves_change_the_history_too(Engine engine)
    {
        await using var world = await ReportingWorld.StartAsync(engine);
        await world.Stock.DepositAsync("A", 9);
        await world.ReservingAsync();
        world.At("04-01");

        await world.SendAsync(world.Report(1, "03-10", "03-20", 4));

        Assert.Equal(4, await world.InUseAsync());
        Assert.Equal(0, await world.AsOfAsync("03-05"));
        Assert.Equal(4, await world.AsOfAsync("03-15"));
        await world.AssertCleanAsync();
    }

    [Theory, Engines]
    public async Task A_device_is_called_as_its_file_says(Engine engine)
    {
        await using var world = await ReportingWorld.StartAsync(engine);
        world.At("03-12");
        var info = new SystemInfo(ReportingWorld.Switch, world.Installation.Clock.Now, "nonce", "edge-1", world.SoftwareTag).Write();
        var file = new ReportFile([SealedReport.SealBuiltin(world.Report(1, "03-10", "03-11", 4)).Write()], info).Write();
        var command = new Command(ReceiveReports.Name, Actor.System, new { }) { Accounts = [world.Stock.Account.Id] };

        var named = await world.Installation.Get<ReceiveReports>().FilesAsync(command, null, ReportSource.Upload, [new("usage.xml", file)], Stop);
        var again = await world.SendAsync(world.Report(1, "03-10", "03-11", 4));

        Assert.Equal("edge-1", named.Value.ProductInstances[0].Name);
        Assert.Equal("edge-1", again.ProductInstances[0].Name);
    }

    [Theory, Engines]
    public async Task A_late_report_changes_the_history_of_where_the_device_lay_then(Engine engine)
    {
        await using var world = await ReportingWorld.StartAsync(engine);
        await world.Stock.DepositAsync("A", 9);
        world.At("03-21");
        var device = (await world.SendAsync(world.Report(1, "03-10", "03-11", 4))).ProductInstances[0].DeviceId!.Value;
        world.At("04-01");
        await TransferAsync(world, device);
        world.At("04-10");

        await world.SendAsync(world.Report(2, "03-25", "03-26", 7));

        Assert.Equal(7, await world.InUseAsync("B"));
        Assert.Equal(0, await world.InUseAsync());
        Assert.Equal(7, await world.AsOfAsync("03-28"));
        Assert.Equal(0, await world.AsOfAsync("04-05"));
        Assert.Equal(0, await world.AsOfAsync("03-28", "B"));
        Assert.Equal(7, await world.AsOfAsync("04-05", "B"));
        await world.AssertCleanAsync();
    }

    [Theory, Engines]
    public async Task The_acknowledgement_is_signed_and_says_what_counts_and_when_the_next_is_due(Engine engine)
    {
        await using var world = await ReportingWorld.StartAsync(engine);
        await world.Stock.DepositAsync("A", 5);
        world.At("03-12");

        var outcome = (await world.SendAsync(world.Report(1, "03-10", "03-11", 4))).ProductInstances[0];

        var element = ImportFile.Read(outcome.Acknowledgement!).Value.Find(Acknowledgement.Element)!;
        using var signer = System.Security.Cryptography.X509Certificates.X509CertificateLoader.LoadCertificate(element.Chain[0]);
        using var key = System.Security.Cryptography.X509Certificates.ECDsaCertificateExtensions.GetECDsaPublicKey(signer);
        var acknowledgement = Acknowledgement.Read(element.Data).Value;
        Assert.True(element.IsSignedBy(key!));
        Assert.Equal((ReportingWorld.Switch, "A"), (acknowledgement.Udi, acknowledgement.VirtualAccount));
        await using var db = world.Installation.Database.Read();
        var device = await db.Devices.SingleAsync(Stop);
        Assert.Equal((DeviceMode.Policy, acknowledgement.Piid), (device.Mode, device.Piid));

        // Perpetual licenses under the default policy: a year after the acknowledgement.
        Assert.Equal(ReportingWorld.Day("03-12").AddDays(365), (await db.ReportingDevices.SingleAsync(Stop)).DueAt);
    }

    [Theory, Engines]
    public async Task A_report_that_is_overdue_raises_an_alert_until_one_comes(Engine engine)
    {
        await using var world = await ReportingWorld.StartAsync(engine);
        world.At("03-12");
        await world.SendAsync(world.Report(1, "03-10", "03-11", 4));
        world.Installation.Advance(TimeSpan.FromDays(364));
        Assert.Equal("0 overdue", await world.Installation.Get<TellOverdueReports>().RunAsync(Stop));
        world.Installation.Advance(TimeSpan.FromDays(2));

        Assert.Equal("1 overdue", await world.Installation.Get<TellOverdueReports>().RunAsync(Stop));
        Assert.Equal("0 overdue", await world.Installation.Get<TellOverdueReports>().RunAsync(Stop));

        var alert = Assert.Single(await OverdueAsync(world));
        Assert.Contains("should have reported its license usage by 12 Mar 2027", alert.Message, StringComparison.Ordinal);
        Assert.Equal(4, await world.InUseAsync());
        await world.SendAsync(world.Report(2, "03-11", "03-12", 4));
        Assert.Empty(await OverdueAsync(world));
        await world.AssertCleanAsync();
    }

    [Theory, Engines]
    public async Task Reports_go_along_when_accounts_are_merged(Engine engine)
    {
        await using var world = await ReportingWorld.StartAsync(engine);
        var globex = await TestStock.MakeAsync(world.Installation, "globex.example");
        world.At("03-12");
        await world.SendAsync(world.Report(1, "03-10", "03-11", 4));
        var input = new MergeAccounts.Input(MergerKind.Merge, world.Stock.Account.Domain) { Into = globex.Account.Domain };
        var merged = await world.Installation.Get<MergeAccounts>().HandleAsync(new Command(MergeAccounts.NameOf(input.Kind), Actor.System, input), input, Stop);
        Assert.True(merged.IsOk, merged.Refusal?.Detail);

        var after = await world.TrySendAsync("", [.. new[] { world.Report(1, "03-10", "03-11", 4), world.Report(2, "03-11", "03-12", 6) }.Select(report => SealedReport.SealBuiltin(report).Write())], account: globex.Account.Id);

        Assert.Equal((1, 1), (after.Value.Counted, after.Value.Repeated));
        await using var db = world.Installation.Database.Read();
        Assert.Equal(6, (await db.Pools.SingleAsync(pool => pool.AccountId == globex.Account.Id && pool.InUse > 0, Stop)).InUse);
        await world.AssertCleanAsync();
    }

    private static async Task<List<Alert>> OverdueAsync(ReportingWorld world)
    {
        await using var db = world.Installation.Database.Read();
        return await db.Alerts.Where(alert => alert.Kind == AlertKind.UsageReportOverdue && alert.State == AlertState.Open).ToListAsync(Stop);
    }

    private static IReadOnlyList<ulong> Acknowledged(ReportOutcome outcome) =>
        Acknowledgement.Read(ImportFile.Read(outcome.Acknowledgement!).Value.Find(Acknowledgement.Element)!.Data).Value.Acknowledged;

    private static async Task TransferAsync(ReportingWorld world, long device)
    {
        var input = new TransferDevices.Input(await world.Stock.PlaceAsync("A"), await world.Stock.PlaceAsync("B"), [device]);
        Assert.True((await world.Installation.Get<TransferDevices>().HandleAsync(new Command(TransferDevices.Name, Actor.System, input) { Accounts = [world.Stock.Account.Id] }, input, Stop)).IsOk);
    }

    private static async Task<long> PeakOfMarchAsync(ReportingWorld world)
    {
        await using var db = world.Installation.Database.Read();
        return await db.PoolHistory.Where(row => row.Hour >= ReportingWorld.Day("03-01") && row.Hour < ReportingWorld.Day("04-01")).MaxAsync(row => row.PeakInUse, Stop);
    }
}
