using Purser.Agent;
using Purser.Agent.Policy;
using Purser.Agent.Policy.Push;
using Purser.Agent.State;
using Purser.Protocol;
using Purser.Protocol.Authorizations;
using Purser.Protocol.Push;
using Purser.Protocol.Reservations;
using AuthorizationRequest = Purser.Protocol.Authorizations.AuthorizationRequest;

namespace Purser.Tests.Agent.Policy;

/// <summary>A device that pushes asks for its authorization code, confirms it and gives it back by itself (device reference 4.6, 4.8).</summary>
[Trait("Feature", "SP-04")]
public sealed class CodePushTests : IDisposable
{
    private readonly PushDoor door = new();
    private readonly PolicyBench bench;
    private ulong number;

    public CodePushTests()
    {
        bench = new PolicyBench(door);
        bench.PushTo(TransportKind.Cslu);
        door.Answer = Reply;
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private DevicePush Push => bench.Agent.Policy.Push;

    [Fact]
    public async Task What_is_asked_for_comes_and_is_confirmed_at_once_and_given_back_when_nothing_needs_it()
    {
        Ask("hseck9", 2);
        Assert.True((await Push.AuthorizeAsync(Cancel)).IsDone);
        await bench.UseAsync("hseck9", 2);
        Assert.Equal([new AskedAuthorization(PolicyBench.Restricted, 2)], Requests()[0].Licenses);
        Assert.Equal(bench.State.Codes.Installed!.Confirmation, Requests()[1].ConfirmationCode);

        await bench.UseAsync("hseck9", -2);
        Assert.True(bench.Agent.Policy.Codes.Return().IsOk);
        await bench.Agent.TickAsync(Cancel);
        Assert.Equal(bench.State.Codes.ReturnCode, Requests()[2].ReturnCode);

        await bench.AdvanceAsync(TimeSpan.FromDays(3));
        Assert.Equal(3, Requests().Count);
    }

    [Fact]
    public async Task Where_nobody_answers_the_request_is_repeated_also_after_a_restart()
    {
        door.Answer = null;
        Ask("hseck9", 2);
        Assert.Equal(AgentOutcomeKind.Deferred, (await Push.AuthorizeAsync(Cancel)).Kind);
        bench.Restart();
        door.Answer = Reply;
        await bench.AdvanceAsync(TimeSpan.FromMinutes(5));

        Assert.Equal(["", "", "confirmed"], Requests().Select(request => request.ConfirmationCode is null ? "" : "confirmed"));
        Assert.Equal(bench.State.Codes.LastNumber, bench.State.Codes.ConfirmedNumber);
    }

    [Fact]
    public async Task What_is_asked_meanwhile_goes_after_the_answer_that_is_awaited()
    {
        await AskAndWaitAsync(2);
        Ask("hseck9", 5);
        Assert.Contains("no answer yet", (await Push.AuthorizeAsync(Cancel)).Reason, StringComparison.Ordinal);

        await AnswerAsync(2);
        Assert.Equal([2, 5], Requests().Where(request => request.Licenses.Count > 0).Select(request => request.Licenses[0].Count));
        Assert.Equal(5, bench.State.Codes.Installed!.Code.Licenses.Single().Count);
    }

    [Fact]
    public async Task What_was_given_up_is_told_before_anything_is_asked_for()
    {
        Ask("hseck9", 2);
        Assert.True((await Push.AuthorizeAsync(Cancel)).IsDone);
        Assert.True(bench.Agent.Policy.Codes.Return().IsOk);
        door.Answer = null;
        await bench.Agent.TickAsync(Cancel);
        Ask("hseck9", 1);
        door.Answer = Reply;
        Assert.True((await Push.AuthorizeAsync(Cancel)).IsDone);

        Assert.Equal(["asked", "confirmed", "returned", "returned", "asked", "confirmed"], Requests().Select(request => request.ReturnCode is not null ? "returned" : request.ConfirmationCode is not null ? "confirmed" : "asked"));
        Assert.Equal(1, bench.State.Codes.Installed!.Code.Licenses.Single().Count);
    }

    [Fact]
    public async Task Nothing_is_given_up_while_another_code_may_be_on_its_way()
    {
        Ask("hseck9", 2);
        Assert.True((await Push.AuthorizeAsync(Cancel)).IsDone);
        await AskAndWaitAsync(5);

        Assert.Contains("its answer is not here yet", bench.Agent.Policy.Codes.Return().Detail, StringComparison.Ordinal);
        Assert.NotNull(bench.State.Codes.Installed);
    }

    [Fact]
    public async Task A_request_for_fewer_is_not_answered_by_the_code_that_gives_more()
    {
        await AskAndWaitAsync(3);
        Assert.True(bench.Agent.Policy.Codes.Ask("hseck9", 1, replaces: true).IsDone);

        await AnswerAsync(3);

        Assert.Equal([(3L, false), (1L, true)], Requests().Where(request => request.Licenses.Count > 0).Select(request => (request.Licenses[0].Count, request.Replaces)));
        Assert.Equal(1, bench.State.Codes.Installed!.Code.Licenses.Single().Count);
    }

    [Fact]
    public async Task What_replaces_still_does_after_an_earlier_request_was_answered()
    {
        await AskAndWaitAsync(2);
        Assert.True(bench.Agent.Policy.Codes.Ask("hseck9", 3, replaces: true).IsDone);

        await AnswerAsync(2);

        Assert.Equal([(2L, false), (3L, true)], Requests().Where(request => request.Licenses.Count > 0).Select(request => (request.Licenses[0].Count, request.Replaces)));
    }

    [Fact]
    public async Task A_refusal_is_told_with_its_reason_and_not_repeated()
    {
        door.Answer = request => request.Message.Kind == PushKind.Authorization ? PushReply.Failed(WireCode.NotAllowed, "There are 3 HSEC, and 9 were asked for", bench.Clock.GetUtcNow()) : Reply(request);
        Ask("hseck9", 9);

        var refused = await Push.AuthorizeAsync(Cancel);
        Assert.Equal((AgentOutcomeKind.Refused, "There are 3 HSEC, and 9 were asked for"), (refused.Kind, refused.Reason));
        Assert.Empty(bench.State.Codes.Asked);
        Assert.Contains(bench.Notices, notice => notice.Name == "AUTHORIZATION_INSTALL_FAILED" && notice.Text.Contains("9 were asked for", StringComparison.Ordinal));
        await bench.AdvanceAsync(TimeSpan.FromDays(2));
        Assert.Single(Requests());
    }

    [Fact]
    public async Task An_answer_without_a_code_ends_the_request_and_says_so()
    {
        door.Answer = request => request.Message.Kind == PushKind.Authorization ? PushReply.Ok(null, bench.Clock.GetUtcNow()) : Reply(request);
        Ask("hseck9", 1);
        await Push.AuthorizeAsync(Cancel);

        Assert.Empty(bench.State.Codes.Asked);
        Assert.Contains(bench.State.Push.Messages, note => note.Failure is { } failure && failure.Contains("no authorization code came", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_the_root_of_the_authority_no_trust_is_asked_for()
    {
        bench.PushTo(TransportKind.Smart);
        bench.Agent.Configure(static state => state with { Trust = new TrustAnchor() });

        Assert.Contains("license smart trustpoint file FILE", (await Push.TrustAsync(PushDoor.Token, all: true, force: false, Cancel)).Reason, StringComparison.Ordinal);
        Assert.Empty(door.Received);
    }

    [Fact]
    public async Task Without_a_trust_code_the_authority_itself_is_not_asked_and_the_request_waits()
    {
        bench.PushTo(TransportKind.Smart);
        Ask("hseck9", 1);

        Assert.Contains("devices with a trust code only", (await Push.AuthorizeAsync(Cancel)).Reason, StringComparison.Ordinal);
        Assert.Empty(door.Received);
        Assert.True((await Push.TrustAsync(PushDoor.Token, all: true, force: false, Cancel)).IsDone);
        await bench.Agent.TickAsync(Cancel);
        Assert.Equal(1, bench.State.Codes.Installed!.Code.Licenses.Single().Count);
    }

    public void Dispose()
    {
        bench.Dispose();
        door.Dispose();
    }

    /// <summary>The authority takes the request and answers later.</summary>
    private async Task AskAndWaitAsync(long count)
    {
        door.Answer = request => request.Message.Kind == PushKind.Authorization ? PushReply.Poll("7001", 60, bench.Clock.GetUtcNow()) : Reply(request);
        Ask("hseck9", count);
        Assert.Equal(AgentOutcomeKind.Deferred, (await Push.AuthorizeAsync(Cancel)).Kind);
    }

    /// <summary>It answers with a code for so many.</summary>
    private async Task AnswerAsync(long count)
    {
        door.Answer = request => request.Message.Kind == PushKind.Poll ? PushReply.Ok(Code(count), bench.Clock.GetUtcNow()) : Reply(request);
        await bench.AdvanceAsync(TimeSpan.FromMinutes(2));
    }

    private void Ask(string license, long count)
    {
        var asked = bench.Agent.Policy.Codes.Ask(license, count, replaces: false);
        Assert.True(asked.IsDone, asked.Reason);
    }

    private List<AuthorizationRequest> Requests() =>
        [.. door.Received.Where(request => request.Message.Kind == PushKind.Authorization).Select(request => AuthorizationRequestFile.Read(request.Message.File!).Value.Requests.Single())];

    private PushReply Reply(PushRequest request) => request.Message.Kind switch
    {
        PushKind.Trust => door.Trust(bench, request),
        PushKind.Usage => door.Acknowledge(bench, request),
        _ => PushReply.Ok(AuthorizationRequestFile.Read(request.Message.File!).Value.Requests.Single().Licenses is [{ Count: var count }] ? Code(count) : null, bench.Clock.GetUtcNow()),
    };

    private string Code(long count) => bench.Signed(
    [
        (AuthorizationCode.Element, new AuthorizationCode(++number, PolicyBench.Device, "piid-1", bench.Clock.GetUtcNow(),
            [new AuthorizedLicense(PolicyBench.Restricted, count, null, null, "hseck9", "High Security", "") { ExportRestricted = true }]).Write()),
    ]);
}
