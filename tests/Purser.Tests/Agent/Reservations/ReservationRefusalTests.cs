using Purser.Agent.Rules;
using Purser.Agent.State;
using Purser.Protocol;
using Purser.Protocol.Reservations;

namespace Purser.Tests.Agent.Reservations;

[Trait("Feature", "RS-09")]
public sealed class ReservationRefusalTests : IDisposable
{
    private readonly ReservedBench rig = new();

    /// <summary>Device reference 2.4, the reservation rows: what each command does in each phase. Empty: done.</summary>
    [Theory]
    [InlineData(ReservationPhase.None, "", ReservationError.NoReservationInProgress, ReservationError.NoAuthorizationInstalled, ReservationError.NoReservationInProgress, "")]
    [InlineData(ReservationPhase.InProgress, "", "", ReservationError.NoAuthorizationInstalled, "", ReservationError.InProgress)]
    [InlineData(ReservationPhase.Specific, ReservationError.AlreadyRegistered, ReservationError.AlreadyInstalled, "", ReservationError.NoReservationInProgress, ReservationError.Reserved)]
    [InlineData(ReservationPhase.Universal, ReservationError.AlreadyRegistered, ReservationError.AlreadyInstalled, "", ReservationError.NoReservationInProgress, ReservationError.Reserved)]
    public void Each_phase_has_its_commands(ReservationPhase phase, string request, string install, string giveBack, string cancel, string disable)
    {
        var (state, brought) = Reach(phase);
        Assert.Equal(phase, rig.Unit.Phase);

        Assert.Equal(request, Code(state, () => rig.Reservation.Request(all: false).Code));
        Assert.Equal(install, Code(state, () => rig.Reservation.Install(brought).Code));
        Assert.Equal(giveBack, Code(state, () => rig.Reservation.Return(all: false).Code));
        Assert.Equal(cancel, Code(state, () => rig.Reservation.Cancel(all: false).Code));
        Assert.Equal(disable, Code(state, () => rig.Reservation.Enable(false).Code));
    }

    [Fact]
    public void Without_reservation_mode_there_are_no_commands()
    {
        var file = rig.File(rig.Request(), 7, ReservedBench.Perpetual);
        rig.Reservation.Cancel(all: false);
        rig.Reservation.Enable(false);

        Assert.Equal(ReservationError.NotReservationMode, rig.Reservation.Request(all: false).Code);
        Assert.Equal(ReservationError.NotReservationMode, rig.Reservation.Install(file).Code);
        Assert.Equal(ReservationError.NotReservationMode, rig.Reservation.Return(all: true).Code);
        Assert.Equal(ReservationError.NotReservationMode, rig.Reservation.ReturnUninstalled(file).Code);
        Assert.Equal(ReservationError.NotReservationMode, rig.Reservation.Cancel(all: true).Code);
    }

    [Fact]
    public void The_authorization_of_another_device_names_both()
    {
        rig.Request();
        var other = RequestCode.New(new Udi("NW-9300-48", "FOC2501A0B9"), 0, [1, 2, 3, 4, 5]);
        Refused(ReservationError.AnotherDevice, "is for PID:NW-9300-48,SN:FOC2501A0B9, and this is PID:NW-9300-48,SN:FOC2501A0B1", rig.File(other.Text, 7, ReservedBench.Perpetual));
        Refused(ReservationError.Mismatch, "made for another device or for another request", rig.Universal(other.Text));
    }

    [Fact]
    public void The_answer_to_another_request_names_both()
    {
        var former = RequestCode.New(rig.Unit.Udi, 3, [1, 2, 3, 4, 5]);
        var present = rig.Request();
        Refused(ReservationError.Mismatch, $"The Reservation Authorization Code does not match the Reservation Request Code. It answers {former}, and this device asks with {present}", rig.File(former.Text, 7, ReservedBench.Perpetual));
        rig.Reservation.Cancel(all: false);
        Refused(ReservationError.Mismatch, "which this device has given up", rig.File(present, 7, ReservedBench.Perpetual));
    }

    [Fact]
    public void What_was_installed_before_is_not_installed_again()
    {
        var first = rig.Install(ReservedBench.Perpetual);
        Refused(ReservationError.AlreadyInstalled, $"Its confirmation code is {rig.Unit.LastConfirmationCode}", first);

        Assert.True(rig.Reservation.Install(rig.File(rig.Unit.Installed!.RequestCode, 9, ReservedBench.Term)).IsOk);
        Refused(ReservationError.PreviouslyInstalled, "Install the latest one", first);
        Refused(ReservationError.PreviouslyInstalled, "Install the latest one", rig.File(rig.Unit.Installed!.RequestCode, 8, ReservedBench.Perpetual));

        var code = Assert.Single(rig.Reservation.Return(all: false).Value).Code;
        Refused(ReservationError.PreviouslyInstalled, $"returned already, with the return code {code}", first);
        rig.Request();
        Refused(ReservationError.PreviouslyInstalled, "returned already", first);
    }

    [Fact]
    public void What_is_installed_is_not_returned_as_never_installed()
    {
        var file = rig.Install(ReservedBench.Perpetual);
        var update = rig.File(rig.Unit.Installed!.RequestCode, 9, ReservedBench.Term);

        Assert.Contains("return local", rig.Reservation.ReturnUninstalled(file).Detail, StringComparison.Ordinal);
        Assert.Contains("have the update of the reservation cancelled", rig.Reservation.ReturnUninstalled(update).Detail, StringComparison.Ordinal);
        Assert.NotNull(rig.Unit.Installed);
    }

    [Fact]
    public void A_damaged_or_foreign_file_says_what_is_wrong_with_it()
    {
        var file = rig.File(rig.Request(), 7, ReservedBench.Perpetual);

        Refused(ReservationError.Unreadable, "bring the whole file, unchanged", file[..200]);
        Refused(ReservationError.Unreadable, "damaged on its way", file[..(file.Length - 100)]);
        Refused(ReservationError.Unreadable, "no authorization file", "<html>portal</html>");
        Refused(ReservationError.BadSignature, "changed or damaged", file.Replace("<count>5</count>", "<count>6</count>", StringComparison.Ordinal));
        using var stranger = new ReservedBench();
        Refused(ReservationError.Untrusted, "not signed by the authority that this device trusts", stranger.File(rig.Request(), 7, ReservedBench.Perpetual));
        Refused(ReservationError.Untrusted, "of another authority", stranger.Universal(rig.Request()));

        rig.Bench.Agent.Configure(static state => state with { Trust = new TrustAnchor() });
        Refused(ReservationError.Untrusted, "does not know its authority yet. Give it the root certificate", file);
        Refused(ReservationError.Untrusted, "license smart trustpoint file", rig.Universal(rig.Request()));
        rig.Bench.Agent.Configure(static state => state with { Trust = new TrustAnchor { Fingerprint = new string('a', 64), Pinned = true } });
        Refused(ReservationError.Untrusted, "by its fingerprint only", file);
    }

    [Fact]
    public void A_file_of_a_device_with_the_signers_own_certificate_is_not_the_authoritys()
    {
        var request = rig.Request();
        using var key = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        using var device = rig.Bench.Authority.Pki.Device("NW9300", "6f1c2f9a-0001-4a5e-9a35-3d2f0c9b7e11", key, AgentBench.Start);
        var forged = new SpecificAuthorization(7, "x", AgentBench.Start, request, rig.Unit.Udi, [ReservedBench.Perpetual])
            .Seal(key, [device.RawData, rig.Bench.Authority.Pki.Issuing.RawData, rig.Bench.Authority.Root.RawData]);

        Refused(ReservationError.Untrusted, "not signed by the authority", forged);
    }

    [Fact]
    public void A_mistyped_code_says_where()
    {
        var code = rig.Universal(rig.Request());
        Refused(ReservationError.Unreadable, "Character 1 of group 2, “0”", $"{code[..7]}0{code[8..]}");
        Refused(ReservationError.Unreadable, "Character 1 of group 2, “O”", $"{code[..7]}O{code[8..]}");
        Refused(ReservationError.Unreadable, "some are missing", code[..50]);
        Refused(ReservationError.Unreadable, "seem", $"{code[..7]}{(code[7] == 'x' ? 'y' : 'x')}{code[8..]}");
        Assert.True(rig.Reservation.Install(code).IsOk);
    }

    [Fact]
    public void A_serial_number_that_cannot_stand_in_a_code_is_told()
    {
        rig.Bench.Agent.Configure(static state => state with { Device = state.Device with { Sn = "A:B" } });
        Assert.Contains("cannot stand in a request code", rig.Reservation.Request(all: false).Detail, StringComparison.Ordinal);
    }

    public void Dispose() => rig.Dispose();

    private (DeviceState State, string Brought) Reach(ReservationPhase phase)
    {
        var request = rig.Request();
        var brought = phase == ReservationPhase.Universal ? rig.Universal(request) : rig.File(request, 7, ReservedBench.Perpetual);
        switch (phase)
        {
            case ReservationPhase.None:
                rig.Bench.Agent.Configure(static state => state with { Reservation = new Reservation { Enabled = true } });
                break;
            case ReservationPhase.Specific or ReservationPhase.Universal:
                Assert.True(rig.Reservation.Install(brought).IsOk);
                break;
        }

        return (rig.State, brought);
    }

    private string Code(DeviceState from, Func<string?> command)
    {
        rig.Bench.Agent.Configure(_ => from);
        return command() ?? "";
    }

    private void Refused(string code, string words, string brought)
    {
        var before = rig.State;
        var result = rig.Reservation.Install(brought);
        Assert.Equal(code, result.Code);
        Assert.Contains(words, result.Detail, StringComparison.Ordinal);
        Assert.Equal(before, rig.State);
    }
}
