using System.Security.Cryptography;
using Purser.Agent;
using Purser.Agent.Rules;
using Purser.Agent.State;
using Purser.Agent.Store;
using Purser.Agent.Transport;
using Purser.Tests.Protocol;

namespace Purser.Tests.Agent;

/// <summary>A device, an authority and a clock, in one process.</summary>
internal sealed class AgentBench : IDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 3, 13, 8, 9, 24, TimeSpan.Zero);

    private readonly HttpMessageInvoker http;
    private readonly RandomNumberGenerator random = RandomNumberGenerator.Create();

    public AgentBench()
    {
        Authority = new TestAuthority(Clock);
        http = new HttpMessageInvoker(Authority, disposeHandler: false);
        Store = new MemoryTrustedStore(NewDevice());
        Agent = Open();
    }

    public ManualClock Clock { get; } = new(Start);

    /// <summary>The device's own, which may be wrong.</summary>
    public ManualClock DeviceClock { get; } = new(Start);

    public TestAuthority Authority { get; }

    public MemoryTrustedStore Store { get; }

    public LicensingAgent Agent { get; private set; }

    public List<AgentNotice> Notices { get; } = [];

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static DeviceState NewDevice() => DeviceSetup.Make(new DeviceDescription
    {
        SoftwareTag = WireSamples.SoftwareTag,
        Pid = "NW-9300-48",
        Sn = "FOC2501A0B1",
        Hostname = "edge-1",
    }) with { Transport = new TransportSettings { SmartUrl = "http://127.0.0.1/licservice/license" } };

    /// <summary>As after a crash: only what the store holds is left.</summary>
    public void Restart()
    {
        Agent.Dispose();
        Agent = Open();
    }

    public void Advance(TimeSpan span)
    {
        Clock.Advance(span);
        DeviceClock.Advance(span);
    }

    public async Task RegisterAsync()
    {
        var outcome = await Agent.RegisterAsync(TestAuthority.Token, cancel: Cancel);
        Assert.True(outcome.IsDone, outcome.Reason);
    }

    public void Dispose()
    {
        Agent.Dispose();
        http.Dispose();
        Authority.Dispose();
        random.Dispose();
    }

    private LicensingAgent Open() => new(Store, new AuthorityLink(http), DeviceClock, random, Notices.Add);
}
