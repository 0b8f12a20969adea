using Microsoft.EntityFrameworkCore;
using Purser.Agent.Policy;
using Purser.Agent.State;
using Purser.Cli.Collector;
using Purser.Cli.Collector.Bundles;
using Purser.Cli.Collector.Store;
using Purser.Server.Store;
using Purser.Protocol.Push;
using Purser.Server.Usage;
using Purser.Tests.Infrastructure;
using Purser.Tests.Usage;

namespace Purser.Tests.Collector;

/// <summary>Device, collector and authority, one clock (SP-05): whatever is lost on the way, each report counts once and each answer arrives.</summary>
[Trait("Feature", "SP-05")]
public sealed class ForwardTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task Files_go_up_and_answers_come_down_over_the_network(Engine engine)
    {
        await using var world = await CollectorWorld.StartAsync(engine);
        using var device = new CarriedDevice(world.Reporting);
        await BringAsync(world, device, 4);

        await world.ForwardAsync();

        var file = Assert.Single(await world.FilesAsync());
        Assert.Equal((FileState.Answered, null), (file.State, file.Problem));
        Assert.True(device.Agent.Policy.Import(file.Answer!).IsOk);
        Assert.Equal([ReportPhase.Acknowledged, ReportPhase.Open], device.State.Reports.Select(report => report.Phase));
        Assert.Equal(4, await world.Reporting.InUseAsync());
        Assert.Null((await world.Work.Store.SettingsAsync(Stop)).ForwardProblem);
        await world.Reporting.AssertCleanAsync();
    }

    [Theory, Engines]
    public async Task Killed_after_any_request_it_goes_on_and_nothing_counts_twice(Engine engine)
    {
        await using var world = await CollectorWorld.StartAsync(engine);
        using var device = new CarriedDevice(world.Reporting);
        for (var lost = 1; lost <= 6; lost++)
        {
            await BringAsync(world, device, 1);

            // The server has carried the request out; its answer is lost, and with it the process.
            world.Network.LosesAnswer = world.Network.Sent + lost;
            await world.Work.Forward.RunAsync(isUrgent: true, Stop);
            await world.Reporting.Installation.Get<Server.Usage.Bundles.CarryOutBundles>().RunAsync(Stop);
            await world.Work.Forward.RunAsync(isUrgent: true, Stop);
            await world.RestartAsync();
            await world.ForwardAsync();

            var file = (await world.FilesAsync())[^1];
            Assert.True(device.Agent.Policy.Import(file.Answer!).IsOk);
            Assert.Equal(lost, await world.Reporting.InUseAsync());
        }

        await using var db = world.Reporting.Installation.Database.Read();
        Assert.Equal(6, await db.UsageBundles.CountAsync(Stop));
        Assert.All(device.State.Reports.Where(report => !report.IsOpen), report => Assert.Equal(ReportPhase.Acknowledged, report.Phase));
        await world.Reporting.AssertCleanAsync();
    }

    [Theory, Engines]
    public async Task A_cut_link_loses_nothing_and_is_tried_again_later_and_later(Engine engine)
    {
        await using var world = await CollectorWorld.StartAsync(engine);
        using var device = new CarriedDevice(world.Reporting);
        await BringAsync(world, device, 2);
        world.Network.IsCut = true;
        var waits = new List<double>();
        for (var attempt = 0; attempt < 9; attempt++)
        {
            await world.Work.Forward.RunAsync(isUrgent: false, Stop);
            var settings = await world.Work.Store.SettingsAsync(Stop);
            waits.Add((settings.NextForwardAt!.Value - world.Work.Store.Now).TotalSeconds);
            Assert.Contains("connection refused", settings.ForwardProblem, StringComparison.Ordinal);
            world.Reporting.Installation.Advance(settings.NextForwardAt.Value - world.Work.Store.Now);
        }

        Assert.Equal([30, 60, 120, 240, 480, 960, 1920, 3600, 3600], waits);
        world.Network.IsCut = false;
        await world.ForwardAsync();
        Assert.Equal(FileState.Answered, Assert.Single(await world.FilesAsync()).State);
        Assert.Equal(2, await world.Reporting.InUseAsync());
    }

    [Theory, Engines]
    public async Task What_the_authority_refuses_says_why_and_goes_again_when_it_comes_again(Engine engine)
    {
        await using var world = await CollectorWorld.StartAsync(engine);
        using var device = new CarriedDevice(world.Reporting);
        await device.UseAsync(1);
        await device.PassAsync(TimeSpan.FromDays(1));
        var file = await device.SaveAsync();
        await world.TakeAsync(file);
        await SetPlaceAsync(world, "Nowhere");

        await world.ForwardAsync();

        var refused = Assert.Single(await world.FilesAsync());
        Assert.Equal(FileState.Refused, refused.State);
        Assert.Contains("no virtual account Nowhere", refused.Problem, StringComparison.Ordinal);

        await world.Reporting.Stock.PlaceAsync("B");
        await SetPlaceAsync(world, "B");
        await world.TakeAsync(file);
        await world.ForwardAsync();
        Assert.Equal((FileState.Answered, null), (Assert.Single(await world.FilesAsync()).State, (await world.FilesAsync())[0].Problem));
        Assert.Equal(1, await world.Reporting.InUseAsync("B"));
    }

    [Theory, Engines]
    public async Task Bundles_are_carried_lost_and_carried_again(Engine engine)
    {
        await using var world = await CollectorWorld.StartAsync(engine, isConnected: false);
        await using var other = await CollectorWorld.StartAsync(engine, isConnected: false);
        using var device = new CarriedDevice(world.Reporting);
        await BringAsync(world, device, 3);

        var lost = await ExportAsync(world);
        Assert.Null(await world.Work.Export.RunAsync(static _ => Task.CompletedTask, Stop));
        Assert.Equal(1, await world.Work.Export.AgainAsync(Stop));
        var again = await ExportAsync(world);
        Assert.Equal(CollectorWorld.NamesIn(lost), CollectorWorld.NamesIn(again));
        var answers = await world.CarryAsync(again);

        Assert.Contains("answers another collector", (await other.Work.Answers.RunAsync(answers, Stop)).Detail, StringComparison.Ordinal);
        Assert.Contains("only a part", (await world.Work.Answers.RunAsync(answers[..^9], Stop)).Detail, StringComparison.Ordinal);
        Assert.Equal((1, 0, 0), Figures((await world.Work.Answers.RunAsync(answers, Stop)).Value));
        Assert.Equal((0, 1, 0), Figures((await world.Work.Answers.RunAsync(answers, Stop)).Value));

        // The lost one turns up: everything in it was counted before.
        Assert.Equal((0, 1, 0), Figures((await world.Work.Answers.RunAsync(await world.CarryAsync(lost), Stop)).Value));
        Assert.True(device.Agent.Policy.Import((await world.FilesAsync())[0].Answer!).IsOk);
        Assert.Equal(3, await world.Reporting.InUseAsync());
    }

    [Theory, Engines]
    public async Task A_device_pushes_gets_trust_without_a_token_and_its_reports_are_verified(Engine engine)
    {
        await using var world = await CollectorWorld.StartAsync(engine);
        using var door = new CollectorDoor(world);
        using var device = new CarriedDevice(world.Reporting, door: door);
        device.Agent.Configure(state => state with { Transport = state.Transport with { Kind = TransportKind.Cslu, CsluUrl = "https://collector.example/cslu/v1/pi" } });
        device.Agent.Policy.SetInterval(1);
        await device.UseAsync(4);
        for (var hour = 0; hour < 72; hour++)
        {
            await device.PassAsync(TimeSpan.FromHours(1));
            await world.ForwardAsync();
            await world.RestartAsync();
        }

        Assert.NotEmpty(device.State.Trusts);
        Assert.Contains(PushKind.Poll, door.Kinds);
        Assert.Equal(4, await world.Reporting.InUseAsync());
        Assert.All(device.State.Reports.Where(report => !report.IsOpen), report => Assert.Equal(ReportPhase.Acknowledged, report.Phase));
        Assert.All(await world.FilesAsync(), file => Assert.NotNull(file.DeliveredAt));
        await using var db = world.Reporting.Installation.Database.Read();
        var reports = await db.ReceivedReports.OrderBy(report => report.EndsAt).ToListAsync(Stop);
        Assert.True(reports.Count >= 3, $"{reports.Count} reports");

        // The first one is closed before the trust code is there.
        Assert.All(reports.Skip(1), report => Assert.Equal(ReportVerification.Verified, report.Verification));
        await world.Reporting.AssertCleanAsync();
    }

    /// <summary>The device uses so many more for a day, and its reports come to the collector.</summary>
    private static async Task BringAsync(CollectorWorld world, CarriedDevice device, long change)
    {
        await device.UseAsync(change);
        await device.PassAsync(TimeSpan.FromDays(1));
        await world.TakeAsync(await device.SaveAsync());
    }

    private static (int Taken, int Repeated, int Foreign) Figures(TakeAnswers.Result result) => (result.Taken, result.Repeated, result.Foreign);

    private static async Task<byte[]> ExportAsync(CollectorWorld world) => (await world.Work.Export.RunAsync(static _ => Task.CompletedTask, Stop))!.Content;

    private static Task SetPlaceAsync(CollectorWorld world, string place) => world.Work.Store.ChangeAsync(
        async db =>
        {
            (await db.Devices.SingleAsync(Stop)).VirtualAccount = place;
            return true;
        },
        Stop);

    /// <summary>Leads a device's messages to the collector in this process.</summary>
    private sealed class CollectorDoor(CollectorWorld world) : HttpMessageHandler
    {
        public List<PushKind> Kinds { get; } = [];

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var message = PushRequest.Read(await request.Content!.ReadAsByteArrayAsync(cancellationToken)).Value.Message;
            Kinds.Add(message.Kind);
            return new HttpResponseMessage { Content = new ByteArrayContent((await world.Work.Push.RunAsync(message, cancellationToken)).Write()) };
        }
    }
}
