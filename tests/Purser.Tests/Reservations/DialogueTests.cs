using Microsoft.EntityFrameworkCore;
using Purser.Agent.Policy;
using Purser.Agent.Rules;
using Purser.Server.Accounts;
using Purser.Server.Audit;
using Purser.Server.Commands;
using Purser.Server.Devices;
using Purser.Server.Pki;
using Purser.Server.Reservations;
using Purser.Server.Store;
using Purser.Server.Usage;
using Purser.Tests.Cli;
using Purser.Tests.Devices;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Reservations;

/// <summary>
/// The whole dialogue between <c>purser device</c> and the portal, by files and by codes that a person carries: the audit is clean after every step.
/// </summary>
public sealed class DialogueTests
{
    private static readonly string[] Reservation = ["license", "smart", "reservation"];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    [Trait("Feature", "RS-01")]
    public async Task Request_authorize_install_raise_lower_confirm_and_return_at_the_devices_console(Engine engine)
    {
        await using var world = await StartAsync(engine);
        await world.DepositAsync(DeviceWorld.Advantage, 10);
        using var console = await NewConsoleAsync(world);
        var asked = Printed("Request code", await console.DoneAsync([.. Reservation, "request", "local"]));
        var made = await ReserveAsync(world, asked, ReservationKind.Specific, new ReservationWish(DeviceWorld.AdvantageTag, 4));
        await InstallAsync(console, made);
        Assert.Contains("4 in use, AUTHORIZED - RESERVED", await console.DoneAsync("feature", "request", DeviceWorld.AdvantageTag, "4"), StringComparison.Ordinal);

        // An entitlement outside the code is not authorized.
        await console.FailAsync(ReservationError.NotAuthorized, "feature", "request", DeviceWorld.EssentialsTag, "1");
        Assert.Equal("10 | 0 (4) | 6", await RowAsync(world));

        var raised = await UpdateAsync(world, made, 7);
        Assert.Equal("10 | 0 (7) | 3", await RowAsync(world));
        await ConfirmAsync(world, made, await InstallAsync(console, raised));
        await console.DoneAsync("feature", "request", DeviceWorld.AdvantageTag, "3");

        var lowered = await UpdateAsync(world, made, 2);
        Assert.Equal("10 | 0 (7) | 3", await RowAsync(world));
        var confirmation = await InstallAsync(console, lowered);
        Assert.Contains(confirmation, await console.DoneAsync("show", "license", "reservation"), StringComparison.Ordinal);
        await ConfirmAsync(world, made, confirmation);
        Assert.Equal("10 | 0 (2) | 8", await RowAsync(world));
        await console.FailAsync(ReservationError.NotAuthorized, "feature", "request", DeviceWorld.AdvantageTag, "1");

        await ReturnAsync(world, made, Printed("Return code", await console.DoneAsync([.. Reservation, "return", "local", "--yes"])));
        Assert.Equal("10 | 0 | 10", await RowAsync(world));
        Assert.Contains("Status: UNREGISTERED", await console.DoneAsync("show", "license", "status"), StringComparison.Ordinal);

        // Its next request is another code, and the old authorization opens nothing any more.
        await console.FailAsync("Reservation install file failed", [.. Reservation, "install", "file", FileOf(console)]);
        Assert.NotEqual(asked, Printed("Request code", await console.DoneAsync([.. Reservation, "request", "local"])));
    }

    [Theory, Engines]
    [Trait("Feature", "RS-06")]
    public async Task A_universal_code_that_is_typed_covers_whatever_the_device_asks_for(Engine engine)
    {
        await using var world = await StartAsync(engine);
        using var console = await NewConsoleAsync(world);
        var made = await ReserveAsync(world, Printed("Request code", await console.DoneAsync([.. Reservation, "request", "universal"])), ReservationKind.Universal);

        // Typed from paper: blanks where the typist put them.
        await console.DoneAsync([.. Reservation, "install", .. made.Authorization.Split('-')]);
        await console.DoneAsync("feature", "request", DeviceWorld.EssentialsTag, "900");
        await ReturnAsync(world, made, Printed("Return code", await console.DoneAsync([.. Reservation, "return", "local", "--yes"])));
    }

    [Theory, Engines]
    [Trait("Feature", "RS-08")]
    public async Task A_reserved_device_that_registers_gives_its_code_up(Engine engine)
    {
        await using var world = await StartAsync(engine);
        await world.DepositAsync(DeviceWorld.Advantage, 10);
        await world.AddAccountAsync(2, "Other");
        using var rig = NewRig(world);
        var made = await ReserveAsync(world, Assert.Single(rig.Agent.Reservation.Request(all: false).Value).Code, ReservationKind.Specific, new ReservationWish(DeviceWorld.AdvantageTag, 4));
        Assert.True(rig.Agent.Reservation.Install(made.Authorization) is { IsOk: true });
        await rig.Agent.RegisterAsync(await world.TokenAsync(DeviceWorld.A(2), accountId: 2), false, Stop);
        Assert.NotNull(rig.Agent.State.Registration.Identity);
        Assert.Equal("10 | 0 | 10", await RowAsync(world));
        await AssertCleanAsync(world);
    }

    [Theory, Engines]
    [Trait("Feature", "SP-06")]
    public async Task A_reserved_device_that_is_upgraded_reports_and_its_reservation_covers_first(Engine engine)
    {
        await using var world = await StartAsync(engine);
        await world.DepositAsync(DeviceWorld.Advantage, 10);
        using var rig = NewRig(world);
        var made = await ReserveAsync(world, Assert.Single(rig.Agent.Reservation.Request(all: false).Value).Code, ReservationKind.Specific, new ReservationWish(DeviceWorld.AdvantageTag, 4));
        Assert.True(rig.Agent.Reservation.Install(made.Authorization).IsOk);
        await rig.Agent.RequestAsync(DeviceWorld.AdvantageTag, 4, Stop);

        Assert.True(rig.Agent.UpgradeToPolicy([]).IsDone);
        rig.Advance(TimeSpan.FromDays(1));
        await rig.Agent.RequestAsync(DeviceWorld.AdvantageTag, 2, Stop);
        rig.Advance(TimeSpan.FromDays(1));
        var file = "";
        await rig.Agent.Policy.SaveAsync(ReportChoice.Unreported, text => Task.FromResult(file = text));
        var receipt = await world.Server.Get<ReceiveReports>().FilesAsync(Command(ReceiveReports.Name, new { }), DeviceWorld.A(), ReportSource.Upload, [new ReceiveReports.NamedFile("", file)], Stop);

        Assert.Equal("10 | 2 (4) | 4", await RowAsync(world));
        Assert.True(rig.Agent.Policy.Import(Assert.Single(receipt.Value.ProductInstances).Acknowledgement!).IsOk);
        await AssertCleanAsync(world);
        await ReturnAsync(world, made, Assert.Single(rig.Agent.Reservation.Return(all: false).Value).Code);
        Assert.Equal("10 | 0 | 10", await RowAsync(world));
    }

    private static async Task<DeviceWorld> StartAsync(Engine engine)
    {
        var world = await DeviceWorld.StartAsync(engine);
        await using var db = world.Server.Database.Open();
        await db.Accounts.ExecuteUpdateAsync(set => set.SetProperty(row => row.SpecificReservation, true).SetProperty(row => row.UniversalReservation, true), Stop);
        return world;
    }

    /// <summary>A device in reservation mode that was delivered with the authority's root certificate.</summary>
    private static AgentRig NewRig(DeviceWorld world)
    {
        var rig = new AgentRig(world);
        rig.Agent.Configure(state => state with { Trust = Purser.Agent.DeviceSetup.Pin(world.Server.Get<AuthorityKeys>().Current.Root.Certificate) });
        Assert.True(rig.Agent.Reservation.Enable(true).IsOk);
        return rig;
    }

    /// <summary>The same by its console; its clock is this machine's, not the portal's.</summary>
    private static async Task<DeviceConsole> NewConsoleAsync(DeviceWorld world)
    {
        var console = new DeviceConsole();
        var root = Path.Combine(console.Folder, "root.cer");
        await File.WriteAllBytesAsync(root, world.Server.Get<AuthorityKeys>().Current.Root.Certificate.RawData, Stop);
        await console.DoneAsync("init", "--product", DeviceWorld.SoftwareTag, "--pid", "NW-9300-48", "--sn", "FOC2501A0B1", "--ca", root);
        await console.DoneAsync([.. Reservation, "enable"]);
        return console;
    }

    private static string FileOf(DeviceConsole console) => Path.Combine(console.Folder, "authorization.xml");

    /// <summary>What the portal gave is carried as a file.</summary>
    /// <returns>The confirmation code that the device prints.</returns>
    private static async Task<string> InstallAsync(DeviceConsole console, ReservationView made)
    {
        await File.WriteAllTextAsync(FileOf(console), made.Authorization, Stop);
        return (await console.DoneAsync([.. Reservation, "install", "file", FileOf(console)])).Trim().Split(' ')[^1];
    }

    private static string Printed(string what, string output) => output[(output.IndexOf($"{what}: ", StringComparison.Ordinal) + what.Length + 2)..].Split('\n')[0];

    private static async Task<ReservationView> ReserveAsync(DeviceWorld world, string code, ReservationKind kind, params ReservationWish[] wishes)
    {
        var input = new ReserveLicenses.Input(DeviceWorld.A(), code) { Kind = kind, Licenses = wishes, Product = DeviceWorld.SoftwareTag };
        var made = ReservationWorld.Ok(await world.Server.Get<ReserveLicenses>().HandleAsync(Command(ReserveLicenses.Name, input), input, Stop));
        await AssertCleanAsync(world);
        return made;
    }

    private static async Task<ReservationView> UpdateAsync(DeviceWorld world, ReservationView of, long quantity)
    {
        var input = new UpdateReservation.Input(of.VirtualAccountId, of.DeviceId, [new ReservationWish(DeviceWorld.AdvantageTag, quantity)]);
        var made = ReservationWorld.Ok(await world.Server.Get<UpdateReservation>().HandleAsync(Command(UpdateReservation.Name, input), input, Stop));
        await AssertCleanAsync(world);
        return made;
    }

    private static async Task ConfirmAsync(DeviceWorld world, ReservationView of, string code)
    {
        var input = new ConfirmReservation.Input(of.VirtualAccountId, of.DeviceId, code);
        ReservationWorld.Ok(await world.Server.Get<ConfirmReservation>().HandleAsync(Command(ConfirmReservation.Name, input), input, Stop));
        await AssertCleanAsync(world);
    }

    private static async Task ReturnAsync(DeviceWorld world, ReservationView of, string code)
    {
        var input = new EndReservation.ReturnInput(of.VirtualAccountId, of.DeviceId, code);
        var ended = ReservationWorld.Ok(await world.Server.Get<EndReservation>().ReturnAsync(Command(EndReservation.ReturnName, input), input, Stop));
        Assert.Equal("", ended.Authorization);
        await AssertCleanAsync(world);
    }

    private static Command Command(string name, object input) => new(name, Actor.System, input) { Accounts = [1] };

    private static async Task<string> RowAsync(DeviceWorld world)
    {
        await using var db = world.Server.Database.Read(1);
        var pool = await db.Pools.SingleAsync(row => row.AccountId == 1 && row.VirtualAccountId == DeviceWorld.A() && row.EntitlementId == DeviceWorld.Advantage, Stop);
        return $"{pool.Purchased} | {pool.InUse}{(pool.Reserved > 0 ? $" ({pool.Reserved})" : "")} | {pool.Balance}";
    }

    private static async Task AssertCleanAsync(DeviceWorld world)
    {
        var report = await world.Server.Get<AuditBook>().HandleAsync(Stop);
        Assert.True(report.IsClean, string.Join('\n', report.Findings));
    }
}
