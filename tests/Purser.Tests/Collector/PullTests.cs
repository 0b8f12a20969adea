using System.CommandLine;
using Microsoft.EntityFrameworkCore;
using Purser.Agent;
using Purser.Agent.Policy;
using Purser.Agent.State;
using Purser.Agent.Store;
using Purser.Cli;
using Purser.Cli.Collector;
using Purser.Cli.Collector.Devices;
using Purser.Cli.Collector.Store;
using Purser.Server.Pki;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;
using Purser.Tests.Usage;

namespace Purser.Tests.Collector;

/// <summary>The collector fetches from a device that answers by itself, over real sockets, and brings the acknowledgement back.</summary>
[Trait("Feature", "SP-05")]
public sealed class PullTests : IAsyncDisposable
{
    private const string Password = "correct horse battery";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("purser-pull-");
    private readonly CancellationTokenSource ends = new();
    private Task<int>? served;

    private string Store => Path.Combine(folder.FullName, "s.json");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task By_RESTCONF_reports_are_fetched_once_and_acknowledged_there(Engine engine)
    {
        await using var world = await CollectorWorld.StartAsync(engine);
        var address = await ServeAsync(world);
        await ImportAsync(world, $",,,,restconf,{address},admin,{Password},");

        Assert.Equal(1, await world.Work.Pull.RunAsync(isUrgent: false, Stop));
        Assert.Equal(0, await world.Work.Pull.RunAsync(isUrgent: false, Stop));
        Assert.Equal(ReportingWorld.Switch.Key, (await DeviceAsync(world)).Udi);
        Assert.Single(await world.FilesAsync());

        // Asked again while its report is under way, it has nothing new but what was measured since.
        await world.Work.Pull.RunAsync(isUrgent: true, Stop);
        await world.ForwardAsync();
        Assert.Equal(0, await world.Work.Deliver.RunAsync(isUrgent: false, Stop) - (await world.FilesAsync()).Count);

        Assert.Null((await DeviceAsync(world)).Problem);
        Assert.All(await world.FilesAsync(), file => Assert.Null(file.DeliveryProblem));
        Assert.All(State().Reports.Where(report => !report.IsOpen), report => Assert.Equal(ReportPhase.Acknowledged, report.Phase));
        Assert.Equal(2, await world.Reporting.InUseAsync());
        await world.Reporting.AssertCleanAsync();
    }

    [Fact]
    public async Task What_is_wrong_with_a_device_is_said_and_it_is_tried_again_later()
    {
        await using var world = await CollectorWorld.StartAsync(Engine.Sqlite, isConnected: false);
        var address = await ServeAsync(world);
        foreach (var (row, problem) in new[]
        {
            ($"X,1,,,rest,{address},admin,{Password},", "answers at"),
            ($",,,,rest,{address},admin,wrong horse battery,", "does not accept this user and password"),
            (",,,,restconf,http://127.0.0.1:1,admin,x,", "Connection refused"),
        })
        {
            await ImportAsync(world, row);
            await world.Work.Pull.RunAsync(isUrgent: false, Stop);
            var device = await DeviceAsync(world);
            Assert.Contains(problem, device.Problem, StringComparison.OrdinalIgnoreCase);
            Assert.Equal(TimeSpan.FromSeconds(30), device.NextPullAt - world.Work.Store.Now);
            await using var db = world.Work.Store.Open();
            await db.Devices.ExecuteDeleteAsync(Stop);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await ends.CancelAsync();
        if (served is not null)
        {
            await served;
        }

        ends.Dispose();
        folder.Delete(recursive: true);
    }

    private static async Task ImportAsync(CollectorWorld world, string row)
    {
        var done = await world.Work.Import.RunAsync(string.Join(',', DeviceSheet.Columns) + "\n" + row + "\n", Stop);
        Assert.Empty(done.Problems);
    }

    private static async Task<KnownDevice> DeviceAsync(CollectorWorld world)
    {
        await using var db = world.Work.Store.Open();
        return await db.Devices.SingleAsync(Stop);
    }

    private PolicyState State() => new FileTrustedStore(Store).Load()!.Policy!;

    /// <summary>A device goes by the machine's clock, so all do.</summary>
    private async Task<string> ServeAsync(CollectorWorld world)
    {
        var installation = world.Reporting.Installation;
        installation.Advance(TimeProvider.System.GetUtcNow().AddMinutes(1) - installation.Clock.Now);
        await installation.Get<AuthorityKeys>().RefreshAsync(Stop);
        var description = new DeviceDescription { SoftwareTag = world.Reporting.SoftwareTag, Pid = ReportingWorld.Switch.Pid, Sn = ReportingWorld.Switch.Sn };
        new FileTrustedStore(Store).Save(DeviceSetup.Make(description, installation.Get<AuthorityKeys>().Current.Root.Certificate, byPolicy: true) with
        {
            RemoteAccess = RemoteAccess.Of("admin", Password), Transport = new TransportSettings { Kind = TransportKind.Off },
        });
        await InvokeAsync(TextWriter.Null, Stop, "feature", "request", world.Reporting.TagOf("Advantage"), "2");
        await Task.Delay(TimeSpan.FromSeconds(1.1), Stop);

        var output = new StringWriter();
        served = InvokeAsync(output, ends.Token, "serve", "--listen", "http://127.0.0.1:0");
        for (var wait = 0; wait < 300 && !output.ToString().Contains("http", StringComparison.Ordinal); wait++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), Stop);
        }

        return output.ToString().Split(' ')[2].Trim().TrimEnd(',', '/');
    }

    private Task<int> InvokeAsync(TextWriter output, CancellationToken cancel, params string[] words) => CliRoot.Build()
        .Parse(["device", "--store", Store, .. words], CliRoot.Parsing)
        .InvokeAsync(new InvocationConfiguration { Output = output, Error = output }, cancel);
}
