using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Purser.Agent;
using Purser.Agent.Policy;
using Purser.Agent.Show;
using Purser.Agent.State;
using Purser.Agent.Store;
using Purser.Agent.Transport;
using Purser.Protocol.Usage;
using Purser.Server.Commands;
using Purser.Server.Pki;
using Purser.Server.Store;
using Purser.Server.Usage;
using Purser.Server.Usage.Policies;
using Purser.Server.Usage.Trust;
using Purser.Tests.Agent;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Usage;

/// <summary>The real agent and the server, one clock, files carried between them (SP-03, AG-01).</summary>
public sealed class PolicyDialogueTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task A_device_saves_the_portal_counts_the_device_imports(Engine engine)
    {
        await using var world = await ReportingWorld.StartAsync(engine);
        using var device = new CarriedDevice(world);
        await device.UseAsync(4);
        await device.PassAsync(TimeSpan.FromDays(2));

        var receipt = await device.UploadAsync(await device.SaveAsync());
        device.Import(receipt);

        Assert.Equal((1, 4L), (receipt.Counted, await world.InUseAsync()));
        Assert.Equal([ReportPhase.Acknowledged, ReportPhase.Open], device.State.Reports.Select(report => report.Phase));
        Assert.Equal("A", device.State.Account!.VirtualAccount);
        Assert.Equal(receipt.ProductInstances[0].DeviceId, (await DeviceAsync(world)).Id);

        // The next reports bear the identity that the acknowledgement gave.
        await device.PassAsync(TimeSpan.FromDays(1));
        Assert.Equal(device.State.Account.Piid, SealedReport.Read(ReportFile.Read(await device.SaveAsync()).Value.Reports[0]).Value.Report.Piid);
    }

    [Theory, Engines]
    public async Task Both_sides_agree_by_when_the_next_report_is_due_under_the_policy_that_was_delivered(Engine engine)
    {
        await using var world = await ReportingWorld.StartAsync(engine);
        await world.Stock.DepositAsync("A", 9);
        using var device = new CarriedDevice(world);
        var choice = new PolicyNumbers("SLE Policy", new(30, 60, 60), new(120, 111, 111), new(30, 90, 60), new(30, 30, 30));
        var input = new ChoosePolicy.Input(choice);
        await world.Installation.Get<ChoosePolicy>().HandleAsync(new Command(ChoosePolicy.Name, Actor.System, input) { Accounts = [world.Stock.Account.Id] }, input, Stop);
        await device.UseAsync(4);
        await device.PassAsync(TimeSpan.FromDays(2));

        device.Import(await device.UploadAsync(await device.SaveAsync()));

        await using var db = world.Installation.Database.Read();
        Assert.Equal("SLE Policy", device.State.InForce.Name);
        Assert.Equal(world.Installation.Clock.Now.AddDays(60), device.Deadline);
        Assert.Equal(device.Deadline, (await db.ReportingDevices.SingleAsync(Stop)).DueAt);
    }

    [Theory, Engines]
    public async Task What_a_device_signs_with_the_key_of_its_trust_code_is_shown_as_verified(Engine engine)
    {
        await using var world = await ReportingWorld.StartAsync(engine);
        using var device = new CarriedDevice(world);
        await device.UseAsync(4);
        await device.PassAsync(TimeSpan.FromDays(1));
        device.Import(await device.UploadAsync(await device.SaveAsync()));

        var codes = await device.EstablishTrustAsync();
        Assert.True(device.Agent.Policy.Import(codes).IsOk);
        await device.PassAsync(TimeSpan.FromDays(1));
        device.Restart();
        device.Import(await device.UploadAsync(await device.SaveAsync()));

        var reports = (await world.Installation.Get<ListReports>().HandleAsync(Actor.System, world.Stock.Account.Id, await world.Stock.PlaceAsync("A"), (await DeviceAsync(world)).Id, new Server.Http.PageRequest(), Stop)).Value.Items;
        Assert.Equal([ReportVerification.Unverified, ReportVerification.Verified], reports.OrderBy(report => report.StartsAt).Select(report => report.Verification));
        Assert.Contains("Trust Code Installed: ", ShowLicense.Status(device.Agent.State, device.Agent.Now), StringComparison.Ordinal);

        // The same code told again years later, by a signer that is younger than the code, changes nothing.
        await device.PassAsync(TimeSpan.FromDays(800));
        await world.Installation.Get<AuthorityKeys>().RefreshAsync(Stop);
        Assert.True(device.Agent.Policy.Import(await device.EstablishTrustAsync()).IsOk);
        Assert.Single(device.State.Trusts);
        await world.AssertCleanAsync();
    }

    [Theory, Engines]
    public async Task After_a_switchover_the_set_is_the_same_product_instance_and_still_trusted(Engine engine)
    {
        await using var world = await ReportingWorld.StartAsync(engine);
        await world.Stock.DepositAsync("A", 9);
        using var device = new CarriedDevice(world);
        await device.SetUnitsAsync("FCW00001", "FCW00002");
        Assert.Equal(2, device.Agent.Policy.Import(await device.EstablishTrustAsync()).Value.Count);
        await device.UseAsync(4);
        await device.PassAsync(TimeSpan.FromDays(1));
        device.Import(await device.UploadAsync(await device.SaveAsync()));

        await device.SetUnitsAsync("FCW00002", "FCW00001");
        await device.PassAsync(TimeSpan.FromDays(1));
        device.Import(await device.UploadAsync(await device.SaveAsync()));
        Assert.True(device.Agent.Policy.Import(await device.EstablishTrustAsync()).IsOk);

        await using var db = world.Installation.Database.Read();
        Assert.Equal((await DeviceAsync(world)).Id, (await db.ReceivedReports.Select(row => row.DeviceId).Distinct().ToListAsync(Stop)).Single());
        Assert.All(await db.ReceivedReports.ToListAsync(Stop), row => Assert.Equal(ReportVerification.Verified, row.Verification));
        Assert.DoesNotContain(device.State.Reports, report => report.Phase is ReportPhase.Closed or ReportPhase.Unacknowledged);
        Assert.Equal(4, await world.InUseAsync());
        await world.AssertCleanAsync();
    }

    [Theory, Engines]
    public async Task Whatever_is_lost_or_comes_twice_every_hour_is_counted_once(Engine engine)
    {
        await using var world = await ReportingWorld.StartAsync(engine);
        await world.Stock.DepositAsync("A", 50);
        using var device = new CarriedDevice(world);
        var files = new List<string>();
        var receipts = new List<ReportReceipt>();
        for (var step = 1; step <= 60; step++)
        {
            // Any order will do, as long as it is always the same.
            await device.UseAsync(((step * 7919) % 13) - (step % 2 == 0 ? device.InUse : 0));
            await device.PassAsync(TimeSpan.FromHours(1 + ((step * 31) % 40)));
            switch ((step * 104729) % 7)
            {
                case 0:
                    files.Add(await device.SaveAsync());
                    break;
                case 1 when files.Count > 0:
                    receipts.Add(await device.UploadAsync(files[step % files.Count]));
                    break;
                case 2 when receipts.Count > 0:
                    device.Import(receipts[step % receipts.Count]);
                    break;
                case 3:
                    device.Restart();
                    break;
            }
        }

        await device.UseAsync(-device.InUse);
        await device.PassAsync(TimeSpan.FromHours(1));
        var last = await device.UploadAsync(await device.SaveAsync());
        device.Import(last);
        device.Import(last);

        await using var db = world.Installation.Database.Read();
        var measures = await db.UsageMeasures.ToListAsync(Stop);
        Assert.True(receipts.Count > 3 && receipts.Sum(receipt => receipt.Repeated) > 0);
        Assert.Equal(device.UnitSeconds, measures.Sum(measure => measure.Quantity * (long)(measure.EndsAt - measure.StartsAt).TotalSeconds));
        Assert.Equal(device.State.Reports.Count + device.State.Purged, await db.ReceivedReports.CountAsync(Stop));
        Assert.All(device.State.Reports, report => Assert.Equal(ReportPhase.Acknowledged, report.Phase));
        Assert.Equal(0, await world.InUseAsync());
        await world.AssertCleanAsync();
    }

    [Theory, Engines]
    public async Task What_another_device_was_told_does_not_count_here(Engine engine)
    {
        await using var world = await ReportingWorld.StartAsync(engine);
        using var one = new CarriedDevice(world);
        using var other = new CarriedDevice(world, "FCW00002");
        await one.UseAsync(4);
        await other.UseAsync(2);
        await one.PassAsync(TimeSpan.FromDays(1));
        other.Clock.Set(one.Clock.GetUtcNow());

        var receipt = await one.UploadAsync(await one.SaveAsync());

        Assert.Contains("The acknowledgement is for PID:C9300-24UX,SN:FCW00001", other.Agent.Policy.Import(receipt.ProductInstances[0].Acknowledgement!).Detail, StringComparison.Ordinal);
        Assert.Null(other.State.AcknowledgedAt);
    }

    private static async Task<Server.Devices.Device> DeviceAsync(ReportingWorld world)
    {
        await using var db = world.Installation.Database.Read();
        return await db.Devices.SingleAsync(Stop);
    }
}
