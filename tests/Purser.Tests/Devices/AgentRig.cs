using System.Security.Cryptography;
using Microsoft.AspNetCore.TestHost;
using Purser.Agent;
using Purser.Agent.State;
using Purser.Agent.Store;
using Purser.Agent.Transport;
using Purser.Tests.Agent;

namespace Purser.Tests.Devices;

/// <summary>The real agent with its store in a file, whose messages go straight into the server under test, on a clock that moves with the server's.</summary>
internal sealed class AgentRig : IDisposable
{
    public const string SerialNumber = "FOC2501A0B1";

    private readonly DeviceWorld world;
    private readonly HttpMessageInvoker http;
    private readonly RandomNumberGenerator random = RandomNumberGenerator.Create();
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("purser-agent-");

    public AgentRig(DeviceWorld world, string serialNumber = SerialNumber, string? hostName = "edge-1")
    {
        this.world = world;
        DeviceClock = new ManualClock(world.Now);
        http = new HttpMessageInvoker(world.Server.App.GetTestServer().CreateHandler());
        var state = DeviceSetup.Make(new DeviceDescription { SoftwareTag = DeviceWorld.SoftwareTag, Pid = TestDevice.Pid, Sn = serialNumber, Hostname = hostName });
        Store.Save(state with { Transport = new TransportSettings { SmartUrl = "http://127.0.0.1/licservice/license" } });
        Agent = NewAgent();
    }

    public ManualClock DeviceClock { get; }

    public LicensingAgent Agent { get; private set; }

    private FileTrustedStore Store => new(Path.Combine(folder.FullName, "device.json"));

    public void Restart()
    {
        Agent.Dispose();
        Agent = NewAgent();
    }

    public void Advance(TimeSpan time)
    {
        world.Server.Advance(time);
        DeviceClock.Advance(time);
    }

    public void Dispose()
    {
        Agent.Dispose();
        http.Dispose();
        random.Dispose();
        folder.Delete(recursive: true);
    }

    private LicensingAgent NewAgent() => new(Store, new AuthorityLink(http), DeviceClock, random);
}
