using System.Net;
using Purser.Agent;
using Purser.Agent.Policy;
using Purser.Agent.Policy.Show;
using Purser.Agent.Show;
using Purser.Agent.State;
using Purser.Protocol;
using Purser.Protocol.Push;
using Purser.Protocol.Trust;
using Purser.Protocol.Wire;

namespace Purser.Tests.Agent.Policy;

/// <summary>A device pushes what it would save, and imports what comes back; whatever is lost, it sends again, and nothing else (device reference 4.8).</summary>
[Trait("Feature", "AG-01")]
public sealed class PushTests : IDisposable
{
    private readonly PushDoor door = new();
    private readonly PolicyBench bench;

    public PushTests()
    {
        bench = new PolicyBench(door);
        door.Answer = Reply;
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Behind_a_collector_trust_comes_by_itself_and_the_first_report_two_minutes_after_the_first_use()
    {
        bench.PushTo(TransportKind.Cslu);
        await bench.Agent.TickAsync(Cancel);
        await bench.UseAsync("network-advantage", 2);
        Assert.Equal(PolicyBench.Start.AddMinutes(2), await bench.Agent.TickAsync(Cancel));
        await bench.AdvanceAsync(TimeSpan.FromMinutes(2));

        Assert.Equal([PushKind.Trust, PushKind.Usage], door.Kinds);
        Assert.Null(door.Received[0].TrustId);
        Assert.Equal(("552", "edge-1"), (door.Received[1].TrustId, door.Received[1].Message.Hostname));
        Assert.Equal(bench.Clock.GetUtcNow(), bench.State.AcknowledgedAt);
        Assert.Equal([ReportPhase.Acknowledged, ReportPhase.Open], bench.State.Reports.Select(report => report.Phase));
        Assert.Contains("  Last report push: Jul 29 17:02:51 2024 UTC\n", ShowLicense.Status(bench.Agent.State, bench.Agent.Now), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reports_are_pushed_at_the_end_of_each_interval_and_signed()
    {
        await TrustAsync();
        bench.Agent.Policy.SetInterval(10);
        await bench.UseAsync("telemetry-advantage", 1);
        for (var hour = 0; hour < 25 * 24; hour++)
        {
            await bench.AdvanceAsync(TimeSpan.FromHours(1));
        }

        var sent = door.Received.Skip(1).ToList();
        Assert.Equal([PushKind.Usage, PushKind.Usage, PushKind.Usage], sent.Select(request => request.Message.Kind));
        Assert.Equal(3, sent.SelectMany(PushDoor.IdsOf).Distinct().Count());
        using var key = MessageSignature.ImportPublicKey(TrustRequestFile.Read(door.Received[0].Message.File!).Value.Requests[0].PublicKey).Value;
        Assert.All(sent, request => Assert.True(request.IsSignedBy(key)));
        Assert.Equal(sent.Count, sent.Select(request => request.Message.Nonce).Distinct().Count());
    }

    [Fact]
    public async Task A_lost_answer_repeats_the_same_reports_with_longer_and_longer_waits_also_after_a_restart()
    {
        await TrustAsync();
        await bench.UseAsync("network-advantage", 1);
        await bench.AdvanceAsync(TimeSpan.FromDays(1));
        door.Answer = null;
        bench.Notices.Clear();
        door.Received.Clear();

        var outcome = await bench.Agent.Policy.Push.SyncAsync(Cancel);
        Assert.Equal((AgentOutcomeKind.Deferred, bench.Clock.GetUtcNow().AddSeconds(30)), (outcome.Kind, outcome.NextTry!.Value));
        var waits = new List<double>();
        for (var turn = 0; turn < 9; turn++)
        {
            bench.Restart();
            await bench.Agent.TickAsync(Cancel);
            var next = bench.State.Push.Pending!.NextTry;
            waits.Add((next - bench.Agent.Now).TotalSeconds);
            await bench.AdvanceAsync(next - bench.Agent.Now);
        }

        Assert.Equal([30, 60, 120, 240, 480], waits.Take(5));
        Assert.True(waits.Max() <= 3600);
        Assert.Single(door.Received.Select(request => string.Join(' ', PushDoor.IdsOf(request))).Distinct());
        Assert.Equal(door.Received.Count, door.Received.Select(request => request.Message.Nonce).Distinct().Count());
        Assert.Equal("COMM_FAILED", Assert.Single(bench.Notices).Name);

        door.Answer = Reply;
        Assert.True((await bench.Agent.Policy.Push.SyncAsync(Cancel)).IsDone);
        Assert.Contains(bench.Notices, notice => notice.Name == "COMM_RESTORED");
        Assert.DoesNotContain(bench.State.Reports, report => report.Phase is ReportPhase.Closed or ReportPhase.Unacknowledged);
        Assert.Null(bench.State.Push.Pending);
    }

    [Fact]
    public async Task An_answer_that_is_not_ready_is_asked_for_also_after_a_restart()
    {
        await TrustAsync();
        await bench.UseAsync("network-advantage", 1);
        await bench.AdvanceAsync(TimeSpan.FromDays(1));
        var ids = new List<ulong>();
        door.Answer = request =>
        {
            ids = [.. PushDoor.IdsOf(request)];
            return PushReply.Poll("7001", 300, bench.Clock.GetUtcNow());
        };
        Assert.Equal(AgentOutcomeKind.Deferred, (await bench.Agent.Policy.Push.SyncAsync(Cancel)).Kind);
        Assert.Contains($"  Next ACK push check: {ShowText(bench.Clock.GetUtcNow().AddSeconds(300))}\n", ShowLicense.Status(bench.Agent.State, bench.Agent.Now), StringComparison.Ordinal);
        door.Received.Clear();

        door.Answer = request => request.Message.PollId == "7001" ? PushReply.Poll("7001", 600, bench.Clock.GetUtcNow()) : throw new InvalidOperationException();
        bench.Restart();
        await bench.AdvanceAsync(TimeSpan.FromSeconds(299));
        Assert.Empty(door.Received);
        await bench.AdvanceAsync(TimeSpan.FromSeconds(1));
        door.Answer = _ => PushReply.Ok(bench.Acknowledge(ids), bench.Clock.GetUtcNow());
        await bench.AdvanceAsync(TimeSpan.FromSeconds(600));
        await bench.AdvanceAsync(TimeSpan.FromDays(1));

        Assert.Equal([PushKind.Poll, PushKind.Poll], door.Kinds);
        Assert.Equal(ReportPhase.Acknowledged, bench.State.Reports.Single(report => report.Id == ids[^1]).Phase);
        Assert.Empty(bench.State.Push.Awaited);
    }

    [Fact]
    public async Task What_was_taken_and_never_answered_is_sent_again()
    {
        await TrustAsync();
        await bench.UseAsync("network-advantage", 1);
        await bench.AdvanceAsync(TimeSpan.FromDays(1));
        door.Answer = _ => PushReply.Poll("7001", 300, bench.Clock.GetUtcNow());
        await bench.Agent.Policy.Push.SyncAsync(Cancel);
        door.Answer = request => request.Message.Kind == PushKind.Poll ? PushReply.Failed(WireCode.NotAllowed, "There is no message 7001 of this device", bench.Clock.GetUtcNow()) : Reply(request);
        await bench.AdvanceAsync(TimeSpan.FromMinutes(5));
        Assert.Contains(bench.Notices, notice => notice is { Name: "UTILITY_RUM_FAIL" } && notice.Text.Contains("no message 7001", StringComparison.Ordinal));

        await bench.AdvanceAsync(TimeSpan.FromDays(1));

        Assert.DoesNotContain(bench.State.Reports, report => report.Phase is ReportPhase.Closed or ReportPhase.Unacknowledged);
    }

    [Fact]
    public async Task A_refusal_is_explained_and_tried_again_a_day_later()
    {
        await TrustAsync();
        await bench.UseAsync("network-advantage", 1);
        await bench.AdvanceAsync(TimeSpan.FromDays(1));
        door.Answer = _ => PushReply.Failed(WireCode.UnknownProduct, "There is no such product in the catalog. Ask the operator to add it", bench.Clock.GetUtcNow());
        door.Received.Clear();

        var refused = await bench.Agent.Policy.Push.SyncAsync(Cancel);

        Assert.Equal((AgentOutcomeKind.Refused, WireCode.UnknownProduct), (refused.Kind, refused.Code));
        Assert.Contains("FAILED: There is no such product in the catalog", LogPages.History(bench.State), StringComparison.Ordinal);
        await bench.AdvanceAsync(TimeSpan.FromHours(23));
        Assert.Single(door.Received);
        door.Answer = Reply;
        await bench.AdvanceAsync(TimeSpan.FromHours(1));
        Assert.Equal(2, door.Received.Count);
        Assert.Contains("Usage Reporting:\n  Attempts: Total=3, Success=2, Fail=1", ShowLicense.TechSupport(bench.Agent.State, bench.Agent.Now), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_many_messages_wait_as_long_as_they_are_told()
    {
        await TrustAsync();
        await bench.UseAsync("network-advantage", 1);
        await bench.AdvanceAsync(TimeSpan.FromDays(1));
        door.Status = HttpStatusCode.TooManyRequests;
        var outcome = await bench.Agent.Policy.Push.SyncAsync(Cancel);
        Assert.Equal(bench.Clock.GetUtcNow().AddMinutes(7), outcome.NextTry);
    }

    [Fact]
    public async Task A_message_of_a_wrong_clock_is_sent_again_with_the_right_time_and_the_clock_stays()
    {
        await TrustAsync();
        await bench.UseAsync("network-advantage", 1);
        await bench.AdvanceAsync(TimeSpan.FromDays(1));
        var right = bench.Clock.GetUtcNow().AddMinutes(40);
        door.Answer = request => request.Message.At == right ? Reply(request) : PushReply.Failed(WireCode.ClockSkew, "The clock is 40 minutes slow", right);

        Assert.True((await bench.Agent.Policy.Push.SyncAsync(Cancel)).IsDone);

        Assert.Equal(right, bench.Agent.Now.AddMinutes(40));
        Assert.Equal(0, bench.Agent.State.ClockOffsetSeconds);
    }

    [Fact]
    public async Task Trust_by_a_token_is_for_the_active_unit_or_all_and_only_once_unless_forced()
    {
        await bench.SetUnitsAsync();
        bench.PushTo(TransportKind.Smart);
        await bench.UseAsync("network-advantage", 1);
        await bench.AdvanceAsync(TimeSpan.FromDays(1));
        Assert.Empty(door.Received);
        Assert.Contains("with a trust code only", (await bench.Agent.Policy.Push.SyncAsync(Cancel)).Reason, StringComparison.Ordinal);

        Assert.True((await bench.Agent.Policy.Push.TrustAsync(PushDoor.Token, all: false, force: false, Cancel)).IsDone);
        Assert.Equal([true, false, false], Installed());
        Assert.Contains("has a trust code until", (await bench.Agent.Policy.Push.TrustAsync(PushDoor.Token, all: true, force: false, Cancel)).Reason, StringComparison.Ordinal);
        var key = bench.State.Trusts[0].Installed!.PrivateKey;
        Assert.True((await bench.Agent.Policy.Push.TrustAsync(PushDoor.Token, all: true, force: true, Cancel)).IsDone);

        Assert.Equal([true, true, true], Installed());
        Assert.DoesNotContain(bench.State.Trusts, unit => unit.Installed!.PrivateKey == key);
        Assert.Equal((PushDoor.Token, "552"), (door.Received[^1].Message.IdToken, door.Received[^1].TrustId));
        Assert.Contains("Communication Level Allowed: DIRECT\nOverall State: <empty>\n", ShowLicense.TechSupport(bench.Agent.State, bench.Agent.Now), StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_token_goes_to_a_collector()
    {
        bench.PushTo(TransportKind.Cslu);
        var refused = await bench.Agent.Policy.Push.TrustAsync(PushDoor.Token, all: false, force: false, Cancel);
        Assert.Contains("no token is needed", refused.Reason, StringComparison.Ordinal);
        Assert.Empty(door.Received);
    }

    [Fact]
    public async Task A_token_that_is_refused_is_explained_and_not_tried_again()
    {
        bench.PushTo(TransportKind.Smart);
        door.Answer = _ => PushReply.Failed(WireCode.TokenExpired, "The token expired on 2024-07-01. Make a new one in the portal", bench.Clock.GetUtcNow());
        var refused = await bench.Agent.Policy.Push.TrustAsync(PushDoor.Token, all: false, force: false, Cancel);
        Assert.Equal((WireCode.TokenExpired, "The token expired on 2024-07-01. Make a new one in the portal"), (refused.Code, refused.Reason));
        await bench.AdvanceAsync(TimeSpan.FromDays(3));
        Assert.Single(door.Received);
        Assert.Contains(bench.Notices, notice => notice.Name == "TRUST_CODE_INSTALL_FAILED");
        Assert.DoesNotContain(PushDoor.Token, ShowLicense.TechSupport(bench.Agent.State, bench.Agent.Now), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Near_its_end_a_code_is_renewed_by_itself_signed_with_the_old_one()
    {
        bench.PushTo(TransportKind.Smart);
        door.Answer = request => PushReply.Ok(bench.Trust(TrustRequestFile.Read(request.Message.File!).Value.Requests, id: 551 + door.Received.Count, days: door.Received.Count == 1 ? 100 : 2922), bench.Clock.GetUtcNow());
        await bench.Agent.Policy.Push.TrustAsync(PushDoor.Token, all: false, force: false, Cancel);
        Assert.Equal(PolicyBench.Start.AddDays(10), await bench.Agent.TickAsync(Cancel));

        await bench.AdvanceAsync(TimeSpan.FromDays(10));
        await bench.AdvanceAsync(TimeSpan.FromDays(10));

        Assert.Equal([(PushKind.Trust, null), (PushKind.Trust, "552")], door.Received.Select(request => (request.Message.Kind, request.TrustId)));
        Assert.Null(door.Received[1].Message.IdToken);
        Assert.Equal("553", bench.State.Trusts[0].Installed!.Id);
    }

    [Fact]
    public async Task What_comes_back_must_prove_itself()
    {
        await TrustAsync();
        await bench.UseAsync("network-advantage", 1);
        await bench.AdvanceAsync(TimeSpan.FromDays(1));
        using var other = new PolicyBench();
        door.Answer = request => PushReply.Ok(other.Acknowledge(PushDoor.IdsOf(request)), bench.Clock.GetUtcNow());

        var outcome = await bench.Agent.Policy.Push.SyncAsync(Cancel);

        Assert.Equal(AgentOutcomeKind.Deferred, outcome.Kind);
        Assert.Contains("not signed by the authority", outcome.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain(bench.State.Reports.Skip(1), report => report.Phase == ReportPhase.Acknowledged);
    }

    [Fact]
    public async Task An_answer_without_what_was_asked_for_is_not_asked_for_without_end()
    {
        bench.PushTo(TransportKind.Cslu);
        door.Answer = _ => PushReply.Ok(null, bench.Clock.GetUtcNow());
        Assert.Equal(bench.Agent.Now.AddDays(1), await bench.Agent.TickAsync(Cancel));
        Assert.Single(door.Received);
    }

    [Fact]
    public async Task More_reports_than_one_message_holds_go_in_several()
    {
        for (var hour = 0; hour < 1100; hour++)
        {
            await bench.UseAsync("network-advantage", 1);
            await bench.AdvanceAsync(TimeSpan.FromHours(1));
            bench.Agent.Policy.CloseOpen(ReportChoice.All);
        }

        bench.PushTo(TransportKind.Cslu);
        await bench.Agent.TickAsync(Cancel);

        Assert.Equal([PushKind.Trust, PushKind.Usage, PushKind.Usage, PushKind.Usage], door.Kinds);
        Assert.Equal(1100, door.Received.Skip(1).SelectMany(PushDoor.IdsOf).Distinct().Count());
        Assert.DoesNotContain(bench.State.Reports, report => report.Phase == ReportPhase.Closed);
    }

    public void Dispose()
    {
        bench.Dispose();
        door.Dispose();
    }

    private static string ShowText(DateTimeOffset at) => at.UtcDateTime.ToString("MMM dd HH:mm:ss yyyy 'UTC'", System.Globalization.CultureInfo.InvariantCulture);

    private PushReply Reply(PushRequest request) => request.Message.Kind == PushKind.Trust ? door.Trust(bench, request) : door.Acknowledge(bench, request);

    private IEnumerable<bool> Installed() => new[] { "FOC2501A0B1", "FOC2501A0B2", "FOC2501A0B3" }.Select(unit => bench.State.Trusts.Any(one => one.Unit.EndsWith(unit, StringComparison.Ordinal) && one.Installed is not null));

    private async Task TrustAsync()
    {
        bench.PushTo(TransportKind.Smart);
        Assert.True((await bench.Agent.Policy.Push.TrustAsync(PushDoor.Token, all: true, force: false, Cancel)).IsDone);
    }
}
