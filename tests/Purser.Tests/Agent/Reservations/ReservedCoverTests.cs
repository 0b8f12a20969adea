using Purser.Agent.Rules;
using Purser.Agent.Show;
using Purser.Tests.Protocol;

namespace Purser.Tests.Agent.Reservations;

[Trait("Feature", "RS-01")]
public sealed class ReservedCoverTests : IDisposable
{
    private readonly ReservedBench rig = new();

    // 5 perpetual, and 3 from 2026-01-01 to 2026-06-30.
    [Theory]
    [InlineData("2026-03-13", 8, null)]
    [InlineData("2026-03-13", 9, "License count 9 is more than the 8 of the SLR auth code that are in force")]
    [InlineData("2026-06-30", 8, null)]
    [InlineData("2026-07-01", 8, "License count 8 is more than the 5 of the SLR auth code that are in force: 3 ended on 2026-06-30, and by this device's clock it is 2026-07-01")]
    [InlineData("2026-07-01", 5, null)]
    [InlineData("2039-01-01", 6, "3 ended on 2026-06-30, and by this device's clock it is 2039-01-01")]
    [InlineData("1999-01-01", 6, "3 begin on 2026-01-01, and by this device's clock it is 1999-01-01")]
    [InlineData("1999-01-01", 5, null)]
    public async Task A_license_counts_from_its_first_day_to_its_last_by_the_devices_clock(string today, long count, string? problem)
    {
        rig.Install(ReservedBench.Perpetual, ReservedBench.Term);
        rig.Bench.DeviceClock.Advance(DateTimeOffset.Parse(today + "T12:00:00Z", System.Globalization.CultureInfo.InvariantCulture) - rig.Bench.DeviceClock.GetUtcNow());

        Assert.Equal(problem is null ? null : ReservationError.NotAuthorized, await rig.UseAsync(count));
        var use = Assert.Single(rig.State.Entitlements);
        Assert.Equal(problem is null ? "AUTHORIZED - RESERVED" : "NOT AUTHORIZED", ShowLicense.StatusOf(rig.State, use, rig.Bench.Agent.Now));
        Assert.Contains(problem ?? "", use.Reason ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_in_the_code_is_not_authorized_and_told_so()
    {
        rig.Install(ReservedBench.Perpetual);
        Assert.Null(await rig.UseAsync(1));
        Assert.Equal(ReservationError.NotAuthorized, await rig.UseAsync(1, "Other"));

        Assert.Equal(AuthorizationStatus.NotAuthorized, rig.Bench.Agent.AuthorizationStatus);
        Assert.Equal("%SMART_LIC-3-NOT_AUTHORIZED: Other is not authorized. Reason: License not present in SLR auth code", rig.Bench.Notices[^1].ToString());
        await rig.Bench.Agent.ReleaseAsync("Other", 1, AgentBench.Cancel);
        Assert.Equal(AuthorizationStatus.Reserved, rig.Bench.Agent.AuthorizationStatus);
    }

    [Fact]
    public async Task The_end_of_a_term_is_noticed_by_itself()
    {
        rig.Install(ReservedBench.Term);
        await rig.UseAsync(3);
        var end = new DateTimeOffset(2026, 7, 1, 0, 0, 0, TimeSpan.Zero);
        Assert.Equal(end, await rig.Bench.Agent.TickAsync(AgentBench.Cancel));

        rig.Bench.Advance(end - rig.Bench.Agent.Now - TimeSpan.FromSeconds(1));
        Assert.Equal(end, await rig.Bench.Agent.TickAsync(AgentBench.Cancel));
        Assert.Equal(AuthorizationStatus.Reserved, rig.Bench.Agent.AuthorizationStatus);
        rig.Bench.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(await rig.Bench.Agent.TickAsync(AgentBench.Cancel));
        Assert.Equal(AuthorizationStatus.NotAuthorized, rig.Bench.Agent.AuthorizationStatus);
        Assert.Equal("NOT_AUTHORIZED", rig.Bench.Notices[^1].Name);
        Assert.Empty(rig.Bench.Authority.Received);
    }

    [Fact]
    public async Task A_term_whose_days_are_those_of_another_zone_ends_at_its_instant()
    {
        var end = new DateTimeOffset(2026, 7, 1, 4, 0, 0, TimeSpan.Zero);
        rig.Install(ReservedBench.Term with { StartsAt = new DateTimeOffset(2026, 1, 1, 5, 0, 0, TimeSpan.Zero), EndsAt = end });
        await rig.UseAsync(3);
        Assert.Contains("End Date: 2026-JUN-30 (Jul 01 04:00:00 2026 UTC)", ShowLicense.All(rig.State, rig.Bench.Agent.Now), StringComparison.Ordinal);
        Assert.Equal(end, await rig.Bench.Agent.TickAsync(AgentBench.Cancel));

        rig.Bench.Advance(end - rig.Bench.Agent.Now - TimeSpan.FromSeconds(1));
        await rig.Bench.Agent.TickAsync(AgentBench.Cancel);
        Assert.Equal(AuthorizationStatus.Reserved, rig.Bench.Agent.AuthorizationStatus);
        rig.Bench.Advance(TimeSpan.FromSeconds(1));
        await rig.Bench.Agent.TickAsync(AgentBench.Cancel);
        Assert.Equal(AuthorizationStatus.NotAuthorized, rig.Bench.Agent.AuthorizationStatus);
        Assert.Contains("3 ended on 2026-06-30 (2026-07-01 04:00 UTC), and by this device's clock it is 2026-07-01 04:00 UTC", Assert.Single(rig.State.Entitlements).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_term_without_a_foreseeable_end_wakes_nobody()
    {
        rig.Install(ReservedBench.License(1, new DateOnly(2026, 1, 1), DateOnly.MaxValue));
        Assert.Null(await rig.Bench.Agent.TickAsync(AgentBench.Cancel));
        Assert.Null(await rig.UseAsync(1));
    }

    [Fact]
    public async Task A_clock_that_is_years_behind_is_pointed_out_at_the_installation()
    {
        rig.Bench.DeviceClock.Advance(TimeSpan.FromDays(-3_650));
        var installed = rig.Reservation.Install(rig.File(rig.Request(), 7, ReservedBench.Term)).Value;

        Assert.Equal("The clock of this device says 2016-03-15, but the authorization was made on 2026-03-13. Set the clock: terms begin and end by it", installed.Note);
        Assert.Equal(ReservationError.NotAuthorized, await rig.UseAsync(1));
        rig.Bench.DeviceClock.Advance(TimeSpan.FromDays(3_650));
        await rig.Bench.Agent.TickAsync(AgentBench.Cancel);
        Assert.Equal(AuthorizationStatus.Reserved, rig.Bench.Agent.AuthorizationStatus);
    }

    [Fact]
    public async Task Evaluation_rests_while_it_is_reserved()
    {
        await rig.UseAsync(1);
        rig.Bench.Advance(TimeSpan.FromDays(10));
        rig.Install(ReservedBench.Perpetual);
        rig.Bench.Advance(TimeSpan.FromDays(200));
        rig.Reservation.Return(all: false);
        rig.Bench.Advance(TimeSpan.FromDays(1));

        Assert.Equal(TimeSpan.FromDays(79), rig.State.Evaluation.RemainingAt(rig.Bench.Agent.Now));
        Assert.Equal(AuthorizationStatus.Evaluation, rig.Bench.Agent.AuthorizationStatus);
    }

    [Fact]
    public async Task A_license_called_by_name_and_by_tag_is_one_and_its_counts_add_up()
    {
        rig.Install(ReservedBench.Perpetual);
        Assert.Null(await rig.UseAsync(3));
        Assert.Null(await rig.UseAsync(2, WireSamples.AdvantageTag));
        Assert.Equal(ReservationError.NotAuthorized, await rig.UseAsync(1, WireSamples.AdvantageTag));
        Assert.Equal(6, Assert.Single(rig.State.Entitlements).Count);
    }

    public void Dispose() => rig.Dispose();
}
