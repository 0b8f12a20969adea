using Purser.Agent;
using Purser.Agent.Policy;
using Purser.Agent.State;
using Purser.Protocol;
using Purser.Protocol.Usage;
using Purser.Protocol.Wire;
using Purser.Tests.Protocol;

namespace Purser.Tests.Agent.Policy;

/// <summary>What is in use becomes reports (device reference 4.4).</summary>
[Trait("Feature", "AG-01")]
public sealed class UsageMeterTests : IDisposable
{
    private readonly PolicyBench bench = new();

    [Fact]
    public async Task A_change_of_the_count_begins_another_measurement_at_the_end_of_the_last()
    {
        await bench.UseAsync("network-advantage", 2);
        await bench.AdvanceAsync(TimeSpan.FromSeconds(9000));
        await bench.UseAsync("network-advantage", 1);
        await bench.AdvanceAsync(TimeSpan.FromSeconds(3600));

        var report = Assert.Single(await bench.SaveAsync()).Report;

        Assert.Equal((ulong)PolicyBench.Start.ToUnixTimeSeconds(), report.Id);
        Assert.Equal([(2L, 9000L, 11L), (3L, 3600L, 5L)], report.Measurements.Select(one => (one.Count, one.IntervalSeconds, one.Samples)));
        Assert.Equal(report.Measurements[0].EndsAt, report.Measurements[1].StartsAt);
        Assert.Equal((null, "CurrentUsageRequested"), (report.Measurements[0].CloseReason, report.Measurements[1].CloseReason));
        Assert.Equal(("17.09.02", WireSamples.SoftwareTag, "Active"), (report.SoftwareVersion, report.SoftwareTag, Assert.Single(report.Units!).Role));
    }

    [Fact]
    public async Task What_is_still_in_use_goes_on_in_a_report_with_the_next_id()
    {
        await bench.UseAsync("network-advantage", 2);
        await bench.AdvanceAsync(TimeSpan.FromHours(1));
        var first = Assert.Single(await bench.SaveAsync()).Report;
        await bench.AdvanceAsync(TimeSpan.FromHours(1));

        var second = (await bench.SaveAsync()).Select(one => one.Report).Last();

        Assert.Equal(first.Id + 1, second.Id);
        Assert.Equal((first.EndsAt, 2L), (second.StartsAt, Assert.Single(second.Measurements).Count));
    }

    [Fact]
    public async Task A_license_that_is_released_is_reported_with_nothing_in_use_and_then_no_more()
    {
        await bench.UseAsync("network-advantage", 2);
        await bench.AdvanceAsync(TimeSpan.FromHours(1));
        await bench.UseAsync("network-advantage", -2);
        await bench.AdvanceAsync(TimeSpan.FromHours(1));

        Assert.Equal([2L, 0L], Assert.Single(await bench.SaveAsync()).Report.Measurements.Select(one => one.Count));
        Assert.DoesNotContain(bench.State.Reports, report => report.IsOpen);
        Assert.Null(await bench.AdvanceAsync(TimeSpan.FromDays(90)));
    }

    [Fact]
    public async Task Whatever_happens_within_a_second_no_two_measurements_begin_together()
    {
        await bench.UseAsync("network-advantage", 2);
        await bench.UseAsync("network-advantage", 3);
        var reports = (await bench.SaveAsync()).ToList();
        await bench.UseAsync("network-advantage", -5);
        await bench.UseAsync("network-advantage", 7);
        reports.AddRange((await bench.SaveAsync()).Skip(1));

        var measured = reports.SelectMany(one => one.Report.Measurements).ToList();
        Assert.Equal([5L, 7L], measured.Select(one => one.Count));
        Assert.True(measured[1].StartsAt >= measured[0].EndsAt && measured[0].IntervalSeconds == 1);
    }

    [Fact]
    public async Task Sub_devices_are_told_with_the_measurement_with_which_they_came_or_went()
    {
        var (one, two) = (new Udi("AP-1", "A1"), new Udi("AP-1", "A2"));
        bench.Agent.Policy.Request("network-advantage", 2, new UnitChange([one, two], []));
        await bench.AdvanceAsync(TimeSpan.FromHours(1));
        bench.Agent.Policy.Release("network-advantage", 1, new UnitChange([], [two]));
        await bench.AdvanceAsync(TimeSpan.FromHours(1));

        var measured = Assert.Single(await bench.SaveAsync()).Report.Measurements;

        Assert.Equal([one, two], measured[0].AddedUnits!);
        Assert.Equal((two, 1L), (Assert.Single(measured[1].RemovedUnits!), measured[1].Count));
    }

    [Fact]
    public async Task A_clock_that_is_set_back_is_told_and_no_time_is_measured_twice()
    {
        await bench.UseAsync("network-advantage", 2);
        await bench.AdvanceAsync(TimeSpan.FromDays(1));
        await bench.AdvanceAsync(TimeSpan.FromSeconds(-3433));
        await bench.UseAsync("network-advantage", 1);
        await bench.AdvanceAsync(TimeSpan.FromDays(1));

        var measured = Assert.Single(await bench.SaveAsync()).Report.Measurements;

        Assert.Equal([TimeSpan.FromSeconds(-3433), null], measured.Select(one => one.ClockChange));
        Assert.Equal(measured[0].EndsAt, measured[1].StartsAt);
        Assert.Equal(TimeSpan.FromDays(1), measured[0].EndsAt - measured[0].StartsAt);
    }

    [Fact]
    public async Task Other_units_of_the_set_close_the_reports_and_the_new_ones_name_them()
    {
        await bench.UseAsync("network-advantage", 2);
        await bench.AdvanceAsync(TimeSpan.FromHours(1));
        var (active, standby) = (new Sudi { UdiPid = "NW-9300-48", UdiSerialNumber = "FOC2501A0B1" }, new Sudi { UdiPid = "NW-9300-48", UdiSerialNumber = "FOC2501A0B2" });
        await bench.Agent.SetUnitsAsync([new HaUnit(HaRole.Active, active), new HaUnit(HaRole.Standby, standby)], TestContext.Current.CancellationToken);
        await bench.AdvanceAsync(TimeSpan.FromHours(1));

        var reports = (await bench.SaveAsync()).Select(one => one.Report).ToList();

        Assert.Equal([1, 2], reports.Select(report => report.Units!.Count));
        Assert.Equal("HaUnitsChanged", reports[0].Measurements[^1].CloseReason);
        Assert.Equal(["Active", "Standby"], reports[1].Units!.Select(unit => unit.Role));
    }

    [Fact]
    public async Task A_restart_loses_a_quarter_of_an_hour_at_most()
    {
        await bench.UseAsync("network-advantage", 2);
        await bench.AdvanceAsync(TimeSpan.FromMinutes(15));
        await bench.AdvanceAsync(TimeSpan.FromMinutes(14));
        bench.Restart();

        Assert.Equal(PolicyBench.Start.AddMinutes(15), Assert.Single(bench.State.Reports).EndsAt);
        await bench.AdvanceAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(PolicyBench.Start.AddMinutes(30), Assert.Single(bench.State.Reports).EndsAt);
    }

    [Fact]
    public async Task A_report_that_is_handed_out_again_is_the_same_byte_for_byte()
    {
        await bench.UseAsync("network-advantage", 2);
        await bench.AdvanceAsync(TimeSpan.FromHours(1));
        var first = Assert.Single(await bench.SaveAsync()).Write();
        Assert.True(bench.Import(bench.Acknowledge([])).IsOk);
        bench.Restart();

        Assert.Equal(first, (await bench.SaveAsync(ReportChoice.One(bench.State.Reports[0].Id)))[0].Write());
        Assert.Equal("builtin", SealedReport.Read(first).Value.Signature.SigningType);
    }

    [Fact]
    public async Task A_license_that_needs_an_authorization_code_is_refused_without_one()
    {
        var outcome = await bench.Agent.RequestAsync("hseck9", 1, TestContext.Current.CancellationToken);

        Assert.Contains("needs an authorization code", outcome.Reason, StringComparison.Ordinal);
        Assert.Empty(bench.State.Reports);
        Assert.Equal(AgentOutcomeKind.Refused, (await bench.Agent.RequestAsync("nonsense", 1, TestContext.Current.CancellationToken)).Kind);
        Assert.Contains("licensed by policy", (await bench.Agent.RegisterAsync("token", cancel: TestContext.Current.CancellationToken)).Reason, StringComparison.Ordinal);
    }

    public void Dispose() => bench.Dispose();
}
