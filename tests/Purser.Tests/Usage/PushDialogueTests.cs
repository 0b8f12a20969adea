using Microsoft.AspNetCore.TestHost;
using Microsoft.EntityFrameworkCore;
using Purser.Agent.Policy;
using Purser.Agent.State;
using Purser.Server.Store;
using Purser.Server.Usage;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Usage;

/// <summary>The real agent and the server's door, one clock (SP-02, SP-03): a token gives trust, then reports go by themselves.</summary>
[Trait("Feature", "SP-03")]
public sealed class PushDialogueTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task A_device_gets_trust_by_a_token_and_pushes_what_it_uses(Engine engine)
    {
        await using var rig = await PushRig.StartAsync(engine);
        var world = rig.World;
        using var device = new CarriedDevice(world, door: world.Installation.App.GetTestServer().CreateHandler());
        device.Agent.Configure(state => state with { Device = state.Device with { Hostname = "edge-7" }, Transport = state.Transport with { Kind = TransportKind.Smart, SmartUrl = "https://localhost/cslu/v1/pi" } });
        device.Agent.Policy.SetInterval(1);
        await device.UseAsync(4);

        var trusted = await device.Agent.Policy.Push.TrustAsync(await rig.TokenAsync("A"), all: true, force: false, Stop);
        Assert.True(trusted.IsDone, trusted.Reason);
        await using (var before = world.Installation.Database.Read())
        {
            // Called by its name from its first event on.
            Assert.Equal("edge-7", (await before.Devices.SingleAsync(Stop)).DisplayName);
            Assert.False(await before.ReceivedReports.AnyAsync(Stop));
        }

        for (var hour = 0; hour < 72; hour++)
        {
            await device.PassAsync(TimeSpan.FromHours(1));
            device.Restart();
        }

        Assert.Equal(4, await world.InUseAsync());
        Assert.All(device.State.Reports.Where(report => !report.IsOpen), report => Assert.Equal(ReportPhase.Acknowledged, report.Phase));
        await using var db = world.Installation.Database.Read();
        var reports = await db.ReceivedReports.ToListAsync(Stop);
        Assert.True(reports.Count >= 3, $"{reports.Count} reports");
        Assert.All(reports, report => Assert.Equal((ReportVerification.Verified, ReportSource.Push), (report.Verification, report.Source)));
        await world.AssertCleanAsync();
    }

    [Theory, Engines]
    public async Task A_device_that_is_configured_as_for_registration_finds_where_to_push(Engine engine)
    {
        await using var rig = await PushRig.StartAsync(engine);
        using var device = new CarriedDevice(rig.World, door: rig.World.Installation.App.GetTestServer().CreateHandler());
        device.Agent.Configure(state => state with { Transport = state.Transport with { Kind = TransportKind.Smart, SmartUrl = "https://localhost/licservice/license" } });

        var trusted = await device.Agent.Policy.Push.TrustAsync(await rig.TokenAsync("A"), all: true, force: false, Stop);

        Assert.True(trusted.IsDone, trusted.Reason);
    }

    [Theory, Engines]
    public async Task Whoever_answers_and_is_no_authority_is_named(Engine engine)
    {
        await using var rig = await PushRig.StartAsync(engine);
        using var stranger = new Stranger();
        using var device = new CarriedDevice(rig.World, door: stranger);
        device.Agent.Configure(state => state with { Transport = state.Transport with { Kind = TransportKind.Smart, SmartUrl = "https://stranger.example/portal" } });

        var trusted = await device.Agent.Policy.Push.TrustAsync(await rig.TokenAsync("A"), all: true, force: false, Stop);

        Assert.Contains("what answered at https://stranger.example/portal is neither an authority nor a collector", trusted.Reason, StringComparison.Ordinal);
    }

    /// <summary>Some page, where an authority was expected.</summary>
    private sealed class Stranger : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage { Content = new StringContent("<html/>") });
    }
}
