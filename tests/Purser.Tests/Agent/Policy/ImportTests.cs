using Purser.Agent.Policy;
using Purser.Agent.Policy.Show;
using Purser.Protocol;
using Purser.Protocol.Usage;

namespace Purser.Tests.Agent.Policy;

/// <summary>Acknowledgements and policies that a person brings, and the deadlines that follow (device reference 4.3 and 4.4.3).</summary>
[Trait("Feature", "AG-01")]
public sealed class ImportTests : IDisposable
{
    private static readonly ReportingPolicy Sle = new("SLE Policy", new(30, 60, 60), new(120, 111, 111), new(30, 90, 60), new(30, 30, 30));

    private readonly PolicyBench bench = new();

    [Fact]
    public async Task Deadlines_follow_first_use_and_acknowledgement_by_the_published_example()
    {
        await bench.UseAsync("telemetry-advantage", 1);
        Assert.Equal(new DateTimeOffset(2024, 10, 27, 17, 0, 51, TimeSpan.Zero), bench.Outlook.Deadline);

        await bench.AdvanceAsync(new DateTimeOffset(2024, 8, 1, 0, 0, 0, TimeSpan.Zero) - PolicyBench.Start);
        var ids = (await bench.SaveAsync()).Select(report => report.Report.Id);
        Assert.True(bench.Import(bench.Acknowledge(ids)).IsOk);

        Assert.Equal(new DateTimeOffset(2024, 10, 30, 0, 0, 0, TimeSpan.Zero), bench.Outlook.Deadline);
        Assert.Equal([ReportPhase.Acknowledged, ReportPhase.Open], bench.State.Reports.Select(report => report.Phase));
        Assert.Equal(("piid-1", "Harbour Freight Lines"), (bench.State.Account!.Piid, bench.State.Account.SmartAccount));
    }

    [Fact]
    public async Task A_change_brings_the_deadline_forward_until_it_is_acknowledged()
    {
        await bench.UseAsync("network-advantage", 1);
        Assert.Equal(PolicyBench.Start.AddDays(365), bench.Outlook.Deadline);
        await AcknowledgeAllAsync();
        Assert.Equal(bench.Clock.GetUtcNow().AddDays(365), bench.Outlook.Deadline);
        await bench.AdvanceAsync(TimeSpan.FromDays(3));
        await bench.UseAsync("network-advantage", 1);
        var change = bench.Clock.GetUtcNow();

        Assert.Equal(change.AddDays(90), bench.Outlook.Deadline);
        await bench.AdvanceAsync(TimeSpan.FromDays(3));
        await AcknowledgeAllAsync();
        Assert.Equal(bench.Clock.GetUtcNow().AddDays(365), bench.Outlook.Deadline);
    }

    [Fact]
    public async Task An_acknowledgement_that_comes_again_changes_nothing()
    {
        await bench.UseAsync("network-advantage", 1);
        await bench.AdvanceAsync(TimeSpan.FromDays(1));
        var file = bench.Acknowledge((await bench.SaveAsync()).Select(report => report.Report.Id));
        Assert.True(bench.Import(file).IsOk);
        var (acknowledged, reports) = (bench.State.AcknowledgedAt, bench.State.Reports);
        await bench.AdvanceAsync(TimeSpan.FromDays(1));

        Assert.True(bench.Import(file).IsOk);

        Assert.Equal(acknowledged, bench.State.AcknowledgedAt);
        Assert.Equal(reports.Select(report => (report.Id, report.Phase)), bench.State.Reports.Select(report => (report.Id, report.Phase)));
        Assert.Equal(2, bench.State.Imports.Count);
    }

    [Fact]
    public async Task An_acknowledgement_for_another_device_is_refused()
    {
        await bench.UseAsync("network-advantage", 1);
        var ids = (await bench.SaveAsync()).Select(report => report.Report.Id).ToList();

        var refused = bench.Import(bench.Acknowledge(ids, new Udi("NW-9300-48", "OTHER")));

        Assert.Contains("PID:NW-9300-48,SN:OTHER", refused.Detail, StringComparison.Ordinal);
        Assert.Null(bench.State.AcknowledgedAt);
        Assert.NotNull(Assert.Single(bench.State.Imports).Failure);
    }

    [Fact]
    public void An_older_policy_than_the_installed_one_is_refused_and_the_same_is_harmless()
    {
        var (older, newer) = (new DeliveredPolicy(Sle with { Name = "Old" }, 3, PolicyBench.Start), new DeliveredPolicy(Sle, 4, PolicyBench.Start));
        Assert.True(bench.Import(bench.Deliver(newer)).IsOk);

        var refused = bench.Import(bench.Deliver(older));

        Assert.Contains("is older than the one that is installed", refused.Detail, StringComparison.Ordinal);
        Assert.True(bench.Import(bench.Deliver(newer)).IsOk);
        Assert.Equal("SLE Policy", bench.State.InForce.Name);
    }

    [Fact]
    public async Task An_acknowledgement_counts_also_beside_a_policy_that_is_outdated()
    {
        await bench.UseAsync("network-advantage", 1);
        var ids = (await bench.SaveAsync()).Select(report => report.Report.Id).ToList();
        bench.Import(bench.Deliver(new DeliveredPolicy(Sle, 4, PolicyBench.Start)));

        var done = bench.Import(bench.Acknowledge(ids, policy: new DeliveredPolicy(Sle with { Name = "Old" }, 3, PolicyBench.Start)));

        Assert.Equal([("RUM ACK", true), ("POLICY", false)], done.Value.Select(note => (note.Type, note.Failure is null)));
        Assert.Equal(ReportPhase.Acknowledged, bench.State.Reports[0].Phase);
        Assert.Equal("SLE Policy", bench.State.InForce.Name);
    }

    [Fact]
    public void What_this_device_does_not_know_is_left_out_and_the_rest_counts()
    {
        var policy = (DeliveredPolicy.Element, new DeliveredPolicy(Sle, 4, PolicyBench.Start).Write());

        Assert.Contains("something else", bench.Import(bench.Signed([("smartLicenseNews", "{}")])).Detail, StringComparison.Ordinal);
        Assert.Equal([false, true], bench.Import(bench.Signed([("smartLicenseNews", "{}"), policy])).Value.Select(note => note.Failure is null));
        Assert.Equal("SLE Policy", bench.State.InForce.Name);
    }

    [Fact]
    public async Task A_changed_file_and_one_of_another_authority_are_refused()
    {
        await bench.UseAsync("network-advantage", 1);
        var file = bench.Acknowledge((await bench.SaveAsync()).Select(report => report.Report.Id));
        using var other = new PolicyBench();

        Assert.Contains("signature does not fit", bench.Import(file.Replace("Harbour", "Harbor", StringComparison.Ordinal)).Detail, StringComparison.Ordinal);
        Assert.Contains("not signed by the authority", bench.Import(other.Acknowledge([1])).Detail, StringComparison.Ordinal);
        Assert.Contains("only a part of one", bench.Import(file[..200]).Detail, StringComparison.Ordinal);
        Assert.Null(bench.State.AcknowledgedAt);

        // What is no file to import is of no type, and stands in no part of the history.
        var history = LogPages.History(bench.State);
        Assert.Contains("FAILED: ", history, StringComparison.Ordinal);
        Assert.Equal(2, bench.State.Imports.Count(note => note is { Type: "RUM ACK", Failure: not null }));
    }

    [Fact]
    public async Task Reports_are_closed_by_the_interval_within_the_policy()
    {
        bench.Agent.Policy.SetInterval(90);
        bench.Import(bench.Deliver(new DeliveredPolicy(Sle, 1, PolicyBench.Start)));
        await bench.UseAsync("network-advantage", 1);
        Assert.Equal((30, PolicyBench.Start.AddDays(30)), (bench.Outlook.IntervalDays, bench.Outlook.NextClose));

        for (var quarter = 0; quarter < 61 * 24; quarter++)
        {
            await bench.AdvanceAsync(TimeSpan.FromHours(1));
        }

        Assert.Equal([ReportPhase.Closed, ReportPhase.Closed, ReportPhase.Open], bench.State.Reports.Select(report => report.Phase));
        Assert.Equal(TimeSpan.FromDays(30), bench.State.Reports[0].EndsAt - bench.State.Reports[0].StartsAt);
        Assert.Contains(bench.Notices, notice => notice is { Name: "REPORTING_REQUIRED", Text: "A Usage report acknowledgement is overdue." });
        Assert.False(bench.Agent.Policy.SetInterval(0).IsDone);
        Assert.False(bench.Agent.Policy.SetInterval(366).IsDone);
    }

    [Fact]
    public async Task A_factory_reset_forgets_all_but_the_ids_that_were_used()
    {
        await bench.UseAsync("network-advantage", 1);
        await AcknowledgeAllAsync();
        var next = bench.State.NextReportId;

        Assert.True(bench.Agent.FactoryReset().IsDone);

        Assert.Equal((0, next, null), (bench.State.Reports.Count, bench.State.NextReportId, bench.State.Account));
        Assert.Equal(3, bench.State.Licenses.Count);
    }

    [Fact]
    public async Task What_is_acknowledged_is_dropped_after_a_while_and_nothing_else()
    {
        await bench.UseAsync("network-advantage", 1);
        for (var hour = 0; hour < 130; hour++)
        {
            await bench.AdvanceAsync(TimeSpan.FromHours(1));
            await bench.SaveAsync();
        }

        bench.Import(bench.Acknowledge(bench.State.Reports.Take(120).Select(report => report.Id)));

        Assert.Equal((20, 111), (bench.State.Purged, bench.State.Reports.Count));
        Assert.Equal(10, bench.State.Reports.Count(report => report.Phase == ReportPhase.Unacknowledged));
    }

    public void Dispose() => bench.Dispose();

    private async Task AcknowledgeAllAsync()
    {
        var reports = await bench.SaveAsync();
        Assert.True(bench.Import(bench.Acknowledge(reports.Select(report => report.Report.Id))).IsOk);
    }
}
