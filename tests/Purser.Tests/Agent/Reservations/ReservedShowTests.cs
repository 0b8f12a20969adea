using Purser.Agent;
using Purser.Agent.Show;
using Purser.Agent.State;
using Purser.Protocol.Reservations;
using Purser.Protocol.Wire;
using Purser.Tests.Protocol;
using Purser.Tests.Protocol.Reservations;

namespace Purser.Tests.Agent.Reservations;

/// <summary>The pages of reserved devices, with codes in which nothing is chance.</summary>
[Trait("Feature", "RS-01")]
public sealed class ReservedShowTests : IDisposable
{
    private static readonly UnitReservation Unit = new("NW-9300-48", "FOC2501A0B1");

    private static readonly InstalledAuthorization Installed = new()
    {
        RequestCode = ReservationSamples.Request.Text,
        Number = ReservationSamples.Number,
        Signature = Convert.ToBase64String(ReservationSamples.Signature),
        Licenses = [ReservedBench.Perpetual, ReservedBench.Term],
        FirstAt = AgentBench.Start,
        At = AgentBench.Start.AddDays(3),
    };

    private readonly AgentBench bench = new();

    [Fact]
    public void A_device_that_waits_for_its_authorization() =>
        Check("in-progress", Unit with { Request = new OpenRequest(ReservationSamples.Request.Text, AgentBench.Start), Returns = [new ReturnedAuthorization("x", ReservationSamples.Return.ToString(), AgentBench.Start)] });

    [Fact]
    public async Task A_specific_reservation()
    {
        await UseAsync(6);
        Check("specific", Unit with { Installed = Installed, LastConfirmationCode = ReservationSamples.Confirmation });
    }

    [Fact]
    public async Task A_reservation_that_does_not_cover_all_that_is_in_use()
    {
        await UseAsync(9);
        await bench.Agent.RequestAsync("NW9300 Routing", 1, AgentBench.Cancel);
        Check("not-authorized", Unit with { Installed = Installed, LastConfirmationCode = ReservationSamples.Confirmation });
    }

    [Fact]
    [Trait("Feature", "EX-02")]
    public async Task A_reserved_license_that_is_restricted_for_export()
    {
        await UseAsync(1);
        Check("restricted", Unit with { Installed = Installed with { Licenses = [ReservedBench.Perpetual with { ExportRestricted = true }] }, LastConfirmationCode = ReservationSamples.Confirmation });
        Assert.Contains("RESTRICTED", ShowLicense.Usage(bench.Agent.State, bench.Agent.Now).Replace("NOT RESTRICTED", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_universal_reservation()
    {
        await UseAsync(600);
        Check("universal", Unit with { Installed = Installed with { IsUniversal = true, Number = 0, Licenses = [] }, LastConfirmationCode = ReservationSamples.Confirmation });
    }

    [Fact]
    public async Task A_pair_of_which_each_unit_has_its_own()
    {
        await UseAsync(2);
        await bench.Agent.SetUnitsAsync(
        [
            new HaUnit(HaRole.Active, new Sudi { UdiPid = Unit.Pid, UdiSerialNumber = Unit.Sn }),
            new HaUnit(HaRole.Standby, new Sudi { UdiPid = Unit.Pid, UdiSerialNumber = "FOC2501A0B2" }),
        ], AgentBench.Cancel);
        var one = Installed with { Licenses = [ReservedBench.License(1, null, null)] };
        var standby = new UnitReservation(Unit.Pid, "FOC2501A0B2");
        Check(
            "pair",
            Unit with { Installed = one, LastConfirmationCode = ReservationSamples.Confirmation },
            standby with { Installed = one with { RequestCode = RequestCode.New(standby.Udi, 1, [1, 2, 3, 4, 5]).Text }, LastConfirmationCode = "110afa79" });
    }

    public void Dispose() => bench.Dispose();

    private async Task UseAsync(long count) => Assert.True((await bench.Agent.RequestAsync(WireSamples.AdvantageTag, count, AgentBench.Cancel)).IsDone);

    private void Check(string name, params UnitReservation[] units)
    {
        bench.Agent.Configure(state => state with { Reservation = new Reservation { Enabled = true, Requests = 1, Units = units } });
        bench.Advance(TimeSpan.FromDays(4));
        bench.Agent.Reload();

        var (state, now) = (bench.Agent.State, bench.Agent.Now);
        Golden.Check($"{name}-summary.txt", ShowLicense.Summary(state, now));
        Golden.Check($"{name}-all.txt", ShowLicense.All(state, now));
        Assert.EndsWith(ShowLicense.Reservation(state), ShowLicense.All(state, now), StringComparison.Ordinal);
        Assert.Contains(ShowLicense.Status(state, now), ShowLicense.All(state, now), StringComparison.Ordinal);
        Golden.Check($"{name}-tech-support.txt", ShowLicense.TechSupport(state, now));
    }
}
