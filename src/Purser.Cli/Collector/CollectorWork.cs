using System.Security.Cryptography;
using Purser.Cli.Collector.Bundles;
using Purser.Cli.Collector.Devices;
using Purser.Cli.Collector.Forward;
using Purser.Cli.Collector.Intake;
using Purser.Cli.Collector.Pull;
using Purser.Cli.Collector.Push;
using Purser.Cli.Collector.Store;

namespace Purser.Cli.Collector;

/// <summary>All that a collector does, over one store.</summary>
internal sealed class CollectorWork : IDisposable
{
    public static readonly TimeSpan DefaultPullEvery = TimeSpan.FromDays(1);

    private static readonly TimeSpan BetweenForgetting = TimeSpan.FromHours(1);

    private readonly RandomNumberGenerator random = RandomNumberGenerator.Create();
    private DateTimeOffset nextForgetting;

    public CollectorWork(CollectorStore store, TimeSpan pullEvery, Func<string, string?, HttpClient>? connect = null)
    {
        Store = store;
        Take = new TakeFile(store);
        Push = new AnswerPush(store, Take);
        Import = new ImportDevices(store);
        Remove = new RemoveDevice(store);
        Export = new ExportBundle(store);
        Answers = new TakeAnswers(store);
        Forward = new ForwardFiles(store, Answers, connect ?? Upstream.Http);
        Pull = new PullDevices(store, Take, random, pullEvery);
        Deliver = new DeliverAnswers(store);
        Forget = new ForgetFiles(store);
    }

    public CollectorStore Store { get; }

    public TakeFile Take { get; }

    public AnswerPush Push { get; }

    public ImportDevices Import { get; }

    public RemoveDevice Remove { get; }

    public ExportBundle Export { get; }

    public TakeAnswers Answers { get; }

    public ForwardFiles Forward { get; }

    public PullDevices Pull { get; }

    public DeliverAnswers Deliver { get; }

    public ForgetFiles Forget { get; }

    /// <summary>What is due with devices.</summary>
    public async Task DevicesAsync(CancellationToken cancel)
    {
        await Pull.RunAsync(isUrgent: false, cancel);
        await Deliver.RunAsync(isUrgent: false, cancel);
    }

    /// <summary>What is due with the authority.</summary>
    public async Task AuthorityAsync(CancellationToken cancel)
    {
        await Forward.RunAsync(isUrgent: false, cancel);
        if (Store.Now >= nextForgetting)
        {
            nextForgetting = Store.Now + BetweenForgetting;
            await Forget.RunAsync(cancel);
        }
    }

    public void Dispose() => random.Dispose();
}
