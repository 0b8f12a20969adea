using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.EntityFrameworkCore;
using Purser.Cli.Collector;
using Purser.Cli.Collector.Store;
using Purser.Protocol.Bundles;
using Purser.Server.Commands;
using Purser.Server.People;
using Purser.Server.Store;
using Purser.Server.Usage.Bundles;
using Purser.Tests.Infrastructure;
using Purser.Tests.Usage;

namespace Purser.Tests.Collector;

/// <summary>A collector before a server, both on the clock of the server's rules.</summary>
internal sealed class CollectorWorld : IAsyncDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("purser-collector-");

    private CollectorWorld(ReportingWorld reporting) => Reporting = reporting;

    public ReportingWorld Reporting { get; }

    public CollectorWork Work { get; private set; } = null!;

    /// <summary>The network between collector and server.</summary>
    public Wire Network { get; private set; } = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<CollectorWorld> StartAsync(Engine engine, bool isConnected = true)
    {
        var world = new CollectorWorld(await ReportingWorld.StartAsync(engine));
        world.Network = new Wire(world.Reporting.Installation.App);
        await world.RestartAsync();
        if (isConnected)
        {
            await world.ConnectAsync();
        }

        return world;
    }

    /// <summary>As after a stop: nothing is left but what lies in the folder.</summary>
    public async Task RestartAsync()
    {
        Work?.Dispose();
        Work = new CollectorWork(
            await CollectorStore.OpenAsync(folder.FullName, new RulesClock(Reporting.Installation), Stop), CollectorWork.DefaultPullEvery,
            (_, _) => new HttpClient(Network, disposeHandler: false) { BaseAddress = new Uri("http://localhost") });
    }

    public async Task ConnectAsync()
    {
        var input = new CreateApiClient.Input("Collector", [.. Enum.GetValues<ApiScope>()], [new CreateApiClient.ClientGrant(Role.SmartAccountAdministrator)]);
        var account = Reporting.Stock.Account;
        var client = await Reporting.Installation.Get<CreateApiClient>().HandleAsync(new Command(CreateApiClient.Name, Actor.System, input) { Accounts = [account.Id] }, input);
        var place = await Reporting.Stock.PlaceAsync("A");
        await Work.Store.ConfigureAsync(
            settings =>
            {
                (settings.Server, settings.Account, settings.VirtualAccountId, settings.VirtualAccount) = ("http://localhost", account.Domain, place, "A");
                (settings.ClientId, settings.ClientSecret) = (client.Value.ClientId, Work.Store.Protect(client.Value.ClientSecret!));
            },
            Stop);
    }

    public async Task TakeAsync(string file)
    {
        var taken = await Work.Take.RunAsync(file, null, CollectionMethod.File, null, Stop);
        Assert.True(taken.IsOk, taken.Detail);
    }

    /// <summary>The collector and the server do what is due until nothing is under way.</summary>
    public async Task ForwardAsync(int most = 20)
    {
        for (var turn = 0; turn < most; turn++)
        {
            await Work.Forward.RunAsync(isUrgent: true, Stop);
            await Reporting.Installation.Get<CarryOutBundles>().RunAsync(Stop);
            var status = await CollectorStatus.ReadAsync(Work.Store, Stop);
            if (status.Waiting + status.Forwarded == 0)
            {
                return;
            }
        }
    }

    public async Task<List<CarriedFile>> FilesAsync()
    {
        await using var db = Work.Store.Open();
        return await db.Files.OrderBy(file => file.Id).ToListAsync(Stop);
    }

    /// <summary>A person carries the bundle to the portal, and the answers back.</summary>
    public async Task<byte[]> CarryAsync(byte[] bundle)
    {
        var command = new Command(StartBundle.Name, Actor.System, new { }) { Accounts = [Reporting.Stock.Account.Id] };
        var place = await Reporting.Stock.PlaceAsync("A");
        var started = await Reporting.Installation.Get<StartBundle>().HandleAsync(command, place, bundle, Stop);
        Assert.True(started.IsOk, started.Refusal?.Detail);
        await Reporting.Installation.Get<CarryOutBundles>().RunAsync(Stop);
        var answers = await Reporting.Installation.Get<ShowBundles>().AcknowledgementsAsync(Actor.System, Reporting.Stock.Account.Id, place, started.Value.Id, Stop);
        Assert.True(answers.IsOk, answers.Refusal?.Detail);
        return answers.Value.Content;
    }

    public static IReadOnlyList<string> NamesIn(byte[] bundle) => [.. Bundle.Read(BundleKind.Usage, bundle).Value.Parts.SelectMany(part => part.Files).Select(file => file.Name)];

    public async ValueTask DisposeAsync()
    {
        Work.Dispose();
        Network.Dispose();
        await Reporting.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        folder.Delete(recursive: true);
    }

    private sealed class RulesClock(TestInstallation installation) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => installation.Clock.Now;
    }

    /// <summary>Can lose the answer of a request that the server has carried out, or the request.</summary>
    internal sealed class Wire(WebApplication app) : DelegatingHandler(app.GetTestServer().CreateHandler())
    {
        private int sent;

        /// <summary>The number of the request whose answer is lost; null: none.</summary>
        public int? LosesAnswer { get; set; }

        public bool IsCut { get; set; }

        public int Sent => sent;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (IsCut)
            {
                throw new HttpRequestException("connection refused");
            }

            var number = Interlocked.Increment(ref sent);
            var answer = await base.SendAsync(request, cancellationToken);
            return number == LosesAnswer ? throw new HttpRequestException("connection reset") : answer;
        }
    }
}
