using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Purser.Agent;
using Purser.Agent.State;
using Purser.Agent.Store;
using Purser.Agent.Transport;
using Purser.Server.Audit;
using Purser.Server.Settings;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Crash;

/// <summary>The server is killed while devices talk to it. What was acknowledged is there when it comes back, and nothing was done twice.</summary>
public sealed class KillTests
{
    private const int Devices = 16;
    private const int Acknowledgements = 200;
    private const string License = "Network Advantage";

    [Theory, Engines]
    public async Task No_acknowledged_answer_is_lost_when_the_server_is_killed_under_load(Engine engine)
    {
        await using var lease = await TestEngines.NewEmptyAsync(engine);
        var port = TestPorts.Pair();
        using var fleet = new Fleet(port);
        await using (var server = await ServerProcess.StartAsync(lease.Settings, port, "--Demo:Enabled", "true", "--Demo:Fleet", "0"))
        {
            fleet.MakeDevices(await SoftwareTagAsync(lease.Settings));
            await fleet.RegisterAsync(await TokenAsync(lease.Settings));
            var load = fleet.LoadAsync();
            await fleet.HasBeenAcknowledgedAsync(Acknowledgements);
            await server.KillAsync();
            await load;
        }

        await using var again = await ServerProcess.StartAsync(lease.Settings, port);
        await AssertBooksAgreeAsync(lease.Settings);
        foreach (var (serial, asked, acknowledged) in fleet.Expectations())
        {
            var held = await HeldAsync(lease.Settings, serial);
            Assert.True(held == acknowledged || held == asked, $"{serial}: acknowledged {acknowledged}, asked {asked}, the server holds {held}");
        }

        await fleet.SettleAsync();
        foreach (var (serial, asked, _) in fleet.Expectations())
        {
            Assert.Equal(asked, await HeldAsync(lease.Settings, serial));
        }

        await AssertBooksAgreeAsync(lease.Settings);
    }

    private static async Task<string> TokenAsync(StoreSettings store) =>
        JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(store.DataDirectory, "demo-credentials.json")))!["token"]!.GetValue<string>();

    private static async Task<string> SoftwareTagAsync(StoreSettings store)
    {
        await using var database = new Database(store);
        await using var db = database.Read();
        return await db.Products.Where(product => product.Name == "Access Switch 9300").Select(product => product.Tag).FirstAsync();
    }

    private static async Task<long> HeldAsync(StoreSettings store, string serial)
    {
        await using var database = new Database(store);
        await using var db = database.Read();
        return await db.LicenseUses.Where(use => db.Devices.Any(device => device.Id == use.DeviceId && device.UdiSerialNumber == serial && device.State == Purser.Server.Devices.DeviceState.Registered))
            .SumAsync(use => use.Requested);
    }

    /// <summary>Half a batch would show here.</summary>
    private static async Task AssertBooksAgreeAsync(StoreSettings store)
    {
        await using var database = new Database(store);
        var report = await new AuditBook(database).HandleAsync(TestContext.Current.CancellationToken);
        Assert.True(report.IsClean, string.Join('\n', report.Findings));
        Assert.True(report.Rows > Devices);
    }

    private sealed class Fleet(int port) : IDisposable
    {
        private readonly SocketsHttpHandler connections = new() { UseProxy = false };
        private readonly RandomNumberGenerator random = RandomNumberGenerator.Create();
        private readonly List<(LicensingAgent Agent, string Serial)> devices = [];
        private readonly long[] acknowledged = new long[Devices];
        private readonly TaskCompletionSource enough = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private AuthorityLink? link;
        private int count;

        public void MakeDevices(string softwareTag)
        {
            link = new AuthorityLink(new HttpMessageInvoker(connections));
            for (var number = 0; number < Devices; number++)
            {
                var serial = $"KILL{number:0000}";
                var state = DeviceSetup.Make(new DeviceDescription { SoftwareTag = softwareTag, Pid = "AS-9300-48", Sn = serial }) with
                {
                    Transport = new TransportSettings { SmartUrl = $"http://127.0.0.1:{port}/licservice/license" },
                };
                devices.Add((new LicensingAgent(new MemoryTrustedStore(state), link, TimeProvider.System, random), serial));
            }
        }

        public async Task RegisterAsync(string token)
        {
            foreach (var (agent, _) in devices)
            {
                Assert.True((await agent.RegisterAsync(token)).IsDone);
            }
        }

        /// <summary>Every device asks for one more again and again, until nobody answers.</summary>
        public Task LoadAsync() => Task.WhenAll(Enumerable.Range(0, Devices).Select(async index =>
        {
            while ((await devices[index].Agent.RequestAsync(License, 1)).IsDone)
            {
                acknowledged[index]++;
                if (Interlocked.Increment(ref count) == Acknowledgements)
                {
                    enough.SetResult();
                }
            }
        }));

        public Task HasBeenAcknowledgedAsync(int number) => enough.Task.WaitAsync(TimeSpan.FromSeconds(60 + number));

        public IEnumerable<(string Serial, long Asked, long Acknowledged)> Expectations() => devices.Select((device, index) =>
            (device.Serial, device.Agent.State.Entitlements.Sum(use => use.Count), acknowledged[index]));

        /// <summary>What had no answer is sent again; the first try may meet the pause after a failure.</summary>
        public async Task SettleAsync()
        {
            foreach (var (agent, serial) in devices)
            {
                if (agent.State.Pending is not null || agent.State.Authorization.Stale)
                {
                    // One more and one less: both clear the way first.
                    Assert.True((await agent.RequestAsync(License, 1)).IsDone, serial);
                    Assert.True((await agent.ReleaseAsync(License, 1)).IsDone, serial);
                }
            }
        }

        public void Dispose()
        {
            devices.ForEach(device => device.Agent.Dispose());
            link?.Dispose();
            connections.Dispose();
            random.Dispose();
        }
    }
}
