using Microsoft.AspNetCore.TestHost;
using Purser.Agent.Policy;
using Purser.Agent.State;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Store;
using Purser.Server.Usage.Authorizations;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Usage;

/// <summary>The real agent and the server: a code is asked for, installed, confirmed, raised and given back, by files (SP-04).</summary>
[Trait("Feature", "SP-04")]
public sealed class CodeDialogueTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task A_restricted_license_is_locked_for_the_device_from_the_request_to_the_return(Engine engine)
    {
        await using var world = await ReportingWorld.StartAsync(engine);
        using var device = await RestrictedAsync(world);
        Ask(device, 2);
        var first = await CarryAsync(world, device);
        Assert.True(device.Agent.Policy.Import(first!).IsOk);
        Assert.Null(await CarryAsync(world, device));
        Assert.Equal("5 | 2", await FiguresAsync(world));
        Assert.True((await device.Agent.RequestAsync("hseck9", 2, Stop)).IsDone);
        Assert.False((await device.Agent.RequestAsync("hseck9", 1, Stop)).IsDone);

        // The answer to the raise is lost; asked again, the device gets a code as good.
        Ask(device, 4);
        Assert.NotNull(await CarryAsync(world, device));
        Assert.True(device.Agent.Policy.Import((await CarryAsync(world, device))!).IsOk);
        Assert.Null(await CarryAsync(world, device));
        Assert.Equal("5 | 4", await FiguresAsync(world));
        Assert.False(device.Agent.Policy.Import(first!).IsOk);

        // What is used is reported as every license is.
        await device.PassAsync(TimeSpan.FromDays(1));
        device.Import(await device.UploadAsync(await device.SaveAsync()));
        Assert.True((await device.Agent.ReleaseAsync("hseck9", 2, Stop)).IsDone);
        Assert.True(device.Agent.Policy.Codes.Return().IsOk);
        Assert.Null(await CarryAsync(world, device));
        Assert.Equal("5 | 0", await FiguresAsync(world));
        await world.AssertCleanAsync();
    }

    [Theory, Engines]
    public async Task A_return_that_nobody_carried_goes_with_the_next_request(Engine engine)
    {
        await using var world = await ReportingWorld.StartAsync(engine);
        using var device = await RestrictedAsync(world);
        Ask(device, 3);
        Assert.True(device.Agent.Policy.Import((await CarryAsync(world, device))!).IsOk);
        Assert.True(device.Agent.Policy.Codes.Return().IsOk);
        Ask(device, 1);

        var both = await CarryAllAsync(world, device);
        Assert.Equal(2, both.Count);
        Assert.All(both, outcome => Assert.True(outcome.IsDone, outcome.Message));
        Assert.Equal("5 | 1", await FiguresAsync(world));

        // That answer is lost; the device cannot know that its return was heard, and tells it again.
        Assert.True(device.Agent.Policy.Import((await CarryAllAsync(world, device))[^1].Code!).IsOk);
        Assert.Null(await CarryAsync(world, device));
        Assert.Equal("5 | 1", await FiguresAsync(world));
        await world.AssertCleanAsync();
    }

    [Theory, Engines]
    public async Task A_device_with_a_network_needs_nobody_to_carry_its_code(Engine engine)
    {
        await using var rig = await PushRig.StartAsync(engine);
        var world = rig.World;
        using var device = await RestrictedAsync(world, world.Installation.App.GetTestServer().CreateHandler());
        device.Agent.Configure(state => state with { Transport = state.Transport with { Kind = TransportKind.Smart, SmartUrl = "https://localhost/cslu/v1/pi" } });
        var push = device.Agent.Policy.Push;
        Assert.True((await push.TrustAsync(await rig.TokenAsync("A"), all: true, force: false, Stop)).IsDone);

        Ask(device, 9);
        Assert.Contains("cannot give 9 of HSEC", (await push.AuthorizeAsync(Stop)).Reason, StringComparison.Ordinal);
        Ask(device, 2);
        var authorized = await push.AuthorizeAsync(Stop);
        Assert.True(authorized.IsDone, authorized.Reason);
        Assert.Equal("5 | 2", await FiguresAsync(world));
        Assert.Equal(device.State.Codes.LastNumber, device.State.Codes.ConfirmedNumber);

        Assert.True(device.Agent.Policy.Codes.Return().IsOk);
        Assert.True((await push.AuthorizeAsync(Stop)).IsDone);
        Assert.Equal("5 | 0", await FiguresAsync(world));
        await world.AssertCleanAsync();
    }

    /// <summary>Five are owned, and the device knows of them.</summary>
    private static async Task<CarriedDevice> RestrictedAsync(ReportingWorld world, HttpMessageHandler? door = null)
    {
        await world.AddLicensesAsync(new EntitlementDraft("HSEC") { Enforcement = Enforcement.ExportRestricted });
        await world.PermitExportAsync(true);
        await world.Stock.DepositAsync("A", 5, license: "HSEC");
        var device = new CarriedDevice(world, door: door);
        Assert.True(device.Agent.Policy.Describe(new ProductLicense(world.TagOf("HSEC"), "hseck9", "High Security", Enforcement: LicenseEnforcement.ExportRestricted)).IsOk);
        return device;
    }

    private static void Ask(CarriedDevice device, long count)
    {
        var asked = device.Agent.Policy.Codes.Ask("hseck9", count, replaces: false);
        Assert.True(asked.IsDone, asked.Reason);
    }

    /// <returns>The file that comes back; null: there is nothing to import.</returns>
    private static async Task<string?> CarryAsync(ReportingWorld world, CarriedDevice device)
    {
        var outcome = Assert.Single(await CarryAllAsync(world, device));
        Assert.True(outcome.IsDone, outcome.Message);
        return outcome.Code;
    }

    private static async Task<IReadOnlyList<AuthorizationOutcome>> CarryAllAsync(ReportingWorld world, CarriedDevice device)
    {
        var file = "";
        var saved = await device.Agent.Policy.Codes.SaveRequestAsync(text =>
        {
            file = text;
            return Task.CompletedTask;
        });
        Assert.True(saved.IsOk, saved.Detail);
        var command = new Command(AuthorizeDevices.Name, Actor.System, new { }) { Accounts = [world.Stock.Account.Id] };
        var done = await world.Installation.Get<AuthorizeDevices>().FileAsync(command, await world.Stock.PlaceAsync("A"), file, Stop);
        Assert.True(done.IsOk, done.Refusal?.Detail);
        return done.Value.ProductInstances;
    }

    private static async Task<string> FiguresAsync(ReportingWorld world)
    {
        var pool = await world.Stock.PoolAsync("A", "HSEC");
        return $"{pool.Purchased} | {pool.InUse}";
    }
}
