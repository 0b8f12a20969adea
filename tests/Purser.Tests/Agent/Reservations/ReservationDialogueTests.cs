using Purser.Agent;
using Purser.Agent.Rules;
using Purser.Agent.State;
using Purser.Agent.Store;
using Purser.Protocol;
using Purser.Protocol.Reservations;
using Purser.Protocol.Wire;
using Purser.Tests.Protocol;

namespace Purser.Tests.Agent.Reservations;

[Trait("Feature", "RS-01")]
public sealed class ReservationDialogueTests : IDisposable
{
    private readonly ReservedBench rig = new();

    [Fact]
    public async Task From_the_request_to_the_return_code()
    {
        var request = rig.Request();
        Assert.Equal(ReservationPhase.InProgress, rig.Unit.Phase);

        var file = rig.File(request, 7, ReservedBench.Perpetual);
        var installed = rig.Reservation.Install(file).Value;
        Assert.Equal(Confirmation(request, file), installed.Code);
        Assert.Null(installed.Note);
        Assert.Null(await rig.UseAsync(5));
        Assert.Equal(AuthorizationStatus.Reserved, rig.Bench.Agent.AuthorizationStatus);

        // An update answers the same request and takes the place of what was there.
        var update = rig.File(request, 9, ReservedBench.License(4, null, null));
        Assert.Equal(Confirmation(request, update), rig.Reservation.Install(update).Value.Code);
        Assert.Equal(AuthorizationStatus.NotAuthorized, rig.Bench.Agent.AuthorizationStatus);
        await rig.Bench.Agent.ReleaseAsync(TestAuthority.LicenseName, 1, AgentBench.Cancel);
        Assert.Equal(AuthorizationStatus.Reserved, rig.Bench.Agent.AuthorizationStatus);

        var returned = Assert.Single(rig.Reservation.Return(all: false).Value);
        var expected = ReturnCode.New(RequestCode.Read(request).Value, 9, SealedAuthorization.Read(update).Value.Signature.Span, wasInstalled: true);
        Assert.True(ReturnCode.Read(returned.Code).Value.Fits(expected));
        Assert.Equal(AuthorizationStatus.Evaluation, rig.Bench.Agent.AuthorizationStatus);
        Assert.Equal(returned.Code, Assert.Single(rig.Reservation.Return(all: false).Value).Code);
        Assert.Equal(["RESERVED_INSTALLED", "AUTHORIZATION_REMOVED", "EVAL_START"], rig.Bench.Notices.Select(static one => one.Name).Where(static name => name != "NOT_AUTHORIZED").Distinct());
    }

    [Fact]
    public void The_same_outstanding_request_has_the_same_code_and_another_one_after_a_cancel_and_after_a_factory_reset()
    {
        var first = rig.Request();
        rig.Bench.Restart();
        Assert.Equal(first, rig.Request());

        Assert.True(rig.Reservation.Cancel(all: false).IsOk);
        var second = rig.Request();
        Assert.Equal(("PA", "PB"), (first[..2], second[..2]));

        Assert.True(rig.Bench.Agent.FactoryReset().IsDone);
        Assert.False(rig.State.Reservation.Enabled);
        rig.Reservation.Enable(true);
        Assert.Equal("PC", rig.Request()[..2]);
    }

    [Fact]
    public void A_factory_reset_waits_for_what_holds_licenses_elsewhere()
    {
        rig.Install(ReservedBench.Perpetual);
        Assert.Equal(ReservationError.Reserved, rig.Bench.Agent.FactoryReset().Code);
        var code = Assert.Single(rig.Reservation.Return(all: false).Value).Code;
        var key = rig.State.PrivateKey;
        Assert.True(rig.Bench.Agent.FactoryReset().IsDone);
        Assert.NotEqual(key, rig.State.PrivateKey);
        Assert.Equal(code, rig.Unit.LastReturn!.ReturnCode);
    }

    [Fact]
    [Trait("Feature", "RS-06")]
    public async Task A_universal_code_covers_all_that_is_asked()
    {
        var code = rig.Universal(rig.Request());
        Assert.True(rig.Reservation.Install(code.Replace('-', ' ')).IsOk);

        Assert.Null(await rig.UseAsync(1_000));
        Assert.Null(await rig.UseAsync(1, "No such license"));
        Assert.Equal(ReservationError.AlreadyInstalled, rig.Reservation.Install(code).Code);
        var returned = ReturnCode.Read(Assert.Single(rig.Reservation.Return(all: false).Value).Code).Value;
        Assert.Equal((true, UniversalAuthorization.Number), (returned.WasInstalled, returned.Authorization));
    }

    [Fact]
    public void An_authorization_that_was_never_installed_is_returned_and_never_installed_afterwards()
    {
        var file = rig.File(rig.Request(), 7, ReservedBench.Perpetual);
        var code = rig.Reservation.ReturnUninstalled(file).Value.Code;

        Assert.False(ReturnCode.Read(code).Value.WasInstalled);
        Assert.Equal(code, rig.Reservation.ReturnUninstalled(file).Value.Code);
        Assert.Equal(ReservationError.PreviouslyInstalled, rig.Reservation.Install(file).Code);
        Assert.Contains(code, rig.Reservation.Install(file).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_made_for_a_cancelled_request_can_still_be_returned()
    {
        var (file, code) = (rig.File(rig.Request(), 7, ReservedBench.Perpetual), rig.Universal(rig.Request()));
        rig.Reservation.Cancel(all: false);
        var next = rig.Request();

        Assert.Equal(ReservationError.Mismatch, rig.Reservation.Install(file).Code);
        Assert.Equal(ReservationError.Mismatch, rig.Reservation.Install(code).Code);
        Assert.True(rig.Reservation.ReturnUninstalled(code).IsOk);
        Assert.Equal(next, rig.Request());
    }

    [Fact]
    [Trait("Feature", "RS-08")]
    public async Task Whoever_goes_online_gives_the_reservation_up()
    {
        var file = rig.Install(ReservedBench.Perpetual);
        await rig.UseAsync(2);
        Assert.Equal(AgentOutcomeKind.Refused, (await rig.Bench.Agent.RegisterAsync("other", cancel: AgentBench.Cancel)).Kind);
        Assert.Equal(AuthorizationStatus.Reserved, rig.Bench.Agent.AuthorizationStatus);

        await rig.Bench.RegisterAsync();
        Assert.Equal((ReservationPhase.None, AuthorizationStatus.Authorized), (rig.Unit.Phase, rig.Bench.Agent.AuthorizationStatus));
        Assert.Equal(2, rig.Bench.Authority.InUse[WireSamples.AdvantageTag]);
        Assert.Equal(ReservationError.Mismatch, rig.Reservation.Install(file).Code);
    }

    [Fact]
    public async Task A_registration_that_never_reached_anybody_is_taken_back_and_the_reservation_stands()
    {
        rig.Install(ReservedBench.Perpetual);
        rig.Bench.Agent.Configure(static state => state with { Trust = state.Trust with { Pinned = false } });
        rig.Bench.Authority.Unreachable = true;
        Assert.Equal(AgentOutcomeKind.Deferred, (await rig.Bench.Agent.RegisterAsync(TestAuthority.Token, cancel: AgentBench.Cancel)).Kind);

        Assert.True((await rig.Bench.Agent.DeregisterAsync(AgentBench.Cancel)).IsDone);
        Assert.Null(rig.State.Pending);
        Assert.True(rig.Reservation.Install(rig.File(rig.Unit.Installed!.RequestCode, 8, ReservedBench.Perpetual)).IsOk);
    }

    [Fact]
    public async Task A_registered_device_stays_so_until_its_authorization_is_installed()
    {
        await rig.Bench.RegisterAsync();
        var request = rig.Request();
        Assert.Equal(RegistrationStatus.Registered, rig.State.Registration.Status);

        Assert.True(rig.Reservation.Install(rig.File(request, 7, ReservedBench.Perpetual)).IsOk);
        Assert.Null(rig.State.Registration.Identity);
        Assert.Equal(ReservationError.Reserved, (await rig.Bench.Agent.RenewAuthorizationAsync(AgentBench.Cancel)).Code);
        Assert.True(rig.Reservation.Install(rig.File(request, 8, ReservedBench.Perpetual)).IsOk);
    }

    [Fact]
    public void A_root_that_a_registration_brought_is_kept_for_the_updates_and_a_fingerprint_finds_it_in_the_file()
    {
        var root = rig.State.Trust.Root;
        rig.Bench.Agent.Configure(static state => state with { Trust = state.Trust with { Pinned = false } });
        var request = rig.Request();
        Assert.True(rig.Reservation.Install(rig.File(request, 7, ReservedBench.Perpetual)).IsOk);
        Assert.Equal(root, rig.State.Trust.Root);

        rig.Bench.Agent.Configure(static state => state with { Trust = DeviceSetup.Pin(state.Trust.Fingerprint!) });
        Assert.True(rig.Reservation.Install(rig.File(request, 8, ReservedBench.Perpetual)).IsOk);
        Assert.Equal(root, rig.State.Trust.Root);
    }

    [Fact]
    public async Task All_means_every_unit_of_the_set()
    {
        await rig.Bench.Agent.SetUnitsAsync([Member(HaRole.Active, "FOC2501A0B1"), Member(HaRole.Standby, "FOC2501A0B2")], AgentBench.Cancel);
        var codes = rig.Reservation.Request(all: true).Value;
        Assert.Equal(["FOC2501A0B1", "FOC2501A0B2"], codes.Select(static one => one.Udi.Sn));

        Assert.Equal(codes[1].Udi, rig.Reservation.Install(rig.File(codes[1].Code, 8, ReservedBench.License(1, null, null))).Value.Udi);
        Assert.False(rig.State.IsReserved());
        rig.Reservation.Install(rig.File(codes[0].Code, 7, ReservedBench.License(2, null, null)));
        Assert.Null(await rig.UseAsync(3));

        // After a switchover it goes on with what is reserved for the set.
        await rig.Bench.Agent.SetUnitsAsync([Member(HaRole.Standby, "FOC2501A0B1"), Member(HaRole.Active, "FOC2501A0B2")], AgentBench.Cancel);
        Assert.Equal(AuthorizationStatus.Reserved, rig.Bench.Agent.AuthorizationStatus);

        var stranger = RequestCode.New(new Udi("NW-9300-48", "FOC2501A0B9"), 0, [1, 2, 3, 4, 5]);
        Assert.Equal(ReservationError.NoAuthorizationForUnits, rig.Reservation.Install(rig.File(stranger.Text, 9, ReservedBench.Perpetual)).Code);
        Assert.Equal(2, rig.Reservation.Return(all: true).Value.Count);
        Assert.False(rig.State.IsReserved());
    }

    [Fact]
    [Trait("Feature", "RS-07")]
    public void In_the_factory_it_goes_without_reservation_mode()
    {
        Assert.Equal(ReservationError.Reserved, rig.Bench.Agent.FactoryReservation.Request(all: false).Code);
        rig.Reservation.Enable(false);

        var request = Assert.Single(rig.Bench.Agent.FactoryReservation.Request(all: false).Value).Code;
        Assert.True(rig.Bench.Agent.FactoryReservation.Install(rig.File(request, 7, ReservedBench.Perpetual)).IsOk);
        Assert.True(rig.State.IsReserved());
        Assert.Equal(ReservationError.NotReservationMode, rig.Reservation.Return(all: false).Code);
    }

    [Fact]
    public void All_of_it_outlives_a_restart_and_an_older_store_has_none()
    {
        var folder = Directory.CreateTempSubdirectory("purser-reserved");
        try
        {
            rig.Install(ReservedBench.Perpetual, ReservedBench.Term);
            var store = new FileTrustedStore(Path.Combine(folder.FullName, "s.json"));
            store.Save(rig.State);
            var read = store.Load()!;
            Assert.Equal((true, 1, rig.Unit.LastConfirmationCode), (read.Reservation.Enabled, read.Reservation.Requests, read.ActiveUnit().LastConfirmationCode));
            Assert.Equal(rig.Unit.Installed!.Licenses, read.ActiveUnit().Installed!.Licenses);
            Assert.Equal(rig.Unit.Installed with { Licenses = [] }, read.ActiveUnit().Installed! with { Licenses = [] }, static (one, other) => one.ToString() == other.ToString());

            var file = Path.Combine(folder.FullName, "s.json");
            var json = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(file))!.AsObject();
            Assert.True(json.Remove("reservation"));
            File.WriteAllText(file, json.ToJsonString());
            Assert.Equal(ReservationPhase.None, store.Load()!.ActiveUnit().Phase);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    public void Dispose() => rig.Dispose();

    private static string Confirmation(string request, string file) => ConfirmationCode.Of(RequestCode.Read(request).Value, SealedAuthorization.Read(file).Value.Signature.Span);

    private static HaUnit Member(string role, string serial) => new(role, new Sudi { UdiPid = "NW-9300-48", UdiSerialNumber = serial });
}
