using Purser.Agent.Policy.Show;
using Purser.Agent.Show;
using Purser.Protocol.Usage;

namespace Purser.Tests.Agent.Policy;

/// <summary>The show pages of a device that is licensed by policy, in the published layout (device reference 5).</summary>
[Trait("Feature", "AG-01")]
public sealed class PolicyShowTests : IDisposable
{
    private static readonly ReportingPolicy Sle = new("SLE Policy", new(30, 60, 60), new(120, 111, 111), new(30, 90, 60), new(30, 30, 30));

    private readonly PolicyBench bench = new();

    [Fact]
    public void A_new_device() => CheckAll("new");

    [Fact]
    public async Task A_device_that_has_not_reported_yet()
    {
        await bench.UseAsync("network-advantage", 2);
        await bench.UseAsync("telemetry-advantage", 2);
        await bench.AdvanceAsync(TimeSpan.FromMinutes(40));
        CheckAll("first-use");
    }

    [Fact]
    public async Task A_set_with_a_policy_of_its_own_and_an_acknowledgement()
    {
        await bench.SetUnitsAsync();
        await bench.UseAsync("network-advantage", 2);
        await bench.UseAsync("telemetry-advantage", 1);
        await bench.AdvanceAsync(TimeSpan.FromDays(2));
        var reports = await bench.SaveAsync();
        await bench.AdvanceAsync(TimeSpan.FromMinutes(5));
        Assert.True(bench.Import(bench.Acknowledge(reports.Take(1).Select(report => report.Report.Id), policy: new DeliveredPolicy(Sle, 4, PolicyBench.Start))).IsOk);
        bench.Import(bench.Deliver(new DeliveredPolicy(Sle, 3, PolicyBench.Start)));
        await bench.UseAsync("network-advantage", -1);
        await bench.AdvanceAsync(TimeSpan.FromHours(3));
        CheckAll("reported");

        // The rule itself, beside the layout: the first use of the second license is not acknowledged, and by this policy must be within 60 days.
        var status = ShowLicense.Status(bench.Agent.State, bench.Agent.Now);
        Assert.Contains("  Last ACK received: Jul 31 17:05:51 2024 UTC\n  Next ACK deadline: Sep 27 17:00:51 2024 UTC\n  Reporting push interval: 30  days\n", status, StringComparison.Ordinal);
        Assert.Contains("  Smart Account: Harbour Freight Lines As of Jul 31 17:05:51 2024 UTC\n", status, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_device_with_a_trust_code()
    {
        Assert.True(bench.Import(bench.Trust(await bench.AskForTrustAsync())).IsOk);
        await bench.UseAsync("network-advantage", 2);
        await bench.AdvanceAsync(TimeSpan.FromMinutes(40));
        CheckAll("trusted");
    }

    [Fact]
    public async Task A_set_of_which_one_unit_has_no_trust_code()
    {
        await bench.SetUnitsAsync();
        var requests = await bench.AskForTrustAsync();
        Assert.True(bench.Import(bench.Trust(requests.Take(2))).IsOk);
        CheckAll("trusted-set");
    }

    [Fact]
    public async Task Rows_stand_where_they_are_published()
    {
        await bench.UseAsync("network-advantage", 2);
        var row = ShowLicense.Summary(bench.Agent.State, bench.Agent.Now).Split('\n')[^2][2..];
        Assert.Equal("network-advantage       (NW9300-48 Network Adva...)       2 IN USE", row);
        Assert.Equal((24, 60), (row.IndexOf('(', StringComparison.Ordinal), row.IndexOf("IN USE", StringComparison.Ordinal)));

        var report = ReportPages.Table(bench.State.Reports).Split('\n')[^2];
        Assert.Equal("1722272451          OPEN      N     network-advantage", report);
    }

    [Fact]
    public async Task The_event_log_shows_the_last_days_and_can_be_cleared()
    {
        await bench.UseAsync("network-advantage", 2);
        await bench.AdvanceAsync(TimeSpan.FromDays(3));
        await bench.UseAsync("network-advantage", -1);

        Assert.DoesNotContain("count=\"2\"", LogPages.Events(bench.State, bench.Agent.Now.AddDays(-1)), StringComparison.Ordinal);
        Assert.Contains("count=\"2\"", LogPages.Events(bench.State, null), StringComparison.Ordinal);
        bench.Agent.Policy.ClearEvents();
        Assert.Equal("**** Event Log ****\n\n No EventLog Found.\n", LogPages.Events(bench.State, null));
    }

    public void Dispose() => bench.Dispose();

    private void CheckAll(string name)
    {
        var (state, now) = (bench.Agent.State, bench.Agent.Now);
        Golden.Check($"{name}-status.txt", ShowLicense.Status(state, now));
        Golden.Check($"{name}-summary.txt", ShowLicense.Summary(state, now));
        Golden.Check($"{name}-usage.txt", ShowLicense.Usage(state, now));
        Golden.Check($"{name}-all.txt", ShowLicense.All(state, now));
        Golden.Check($"{name}-udi.txt", ShowLicense.UdiPage(state));
        Golden.Check($"{name}-authorization.txt", PolicyPages.Authorization(state));

        // The root is made anew for each test.
        Golden.Check($"{name}-tech-support.txt", ShowLicense.TechSupport(state, now).Replace(state.Trust.Fingerprint!, "…", StringComparison.Ordinal));
        Golden.Check($"{name}-rum-id-all.txt", ReportPages.Table(bench.State.Reports));
        Golden.Check($"{name}-rum-detail.txt", ReportPages.Details(state, bench.State.Reports));
        Golden.Check($"{name}-history-message.txt", LogPages.History(bench.State));
        Golden.Check($"{name}-eventlog.txt", LogPages.Events(bench.State, null));
    }
}
