using System.Globalization;
using System.Security.Cryptography;
using Purser.Agent.Policy.Trust;
using Purser.Agent.Rules;
using Purser.Agent.State;
using Purser.Agent.Transport;
using Purser.Protocol;
using Purser.Protocol.Push;
using Purser.Protocol.Wire;

namespace Purser.Agent.Policy.Push;

/// <summary>Pushes what would otherwise be carried as files, to a collector or to the authority itself, and imports what comes back (device reference 4.8).</summary>
public sealed class DevicePush
{
    private const int ClockCorrections = 2;

    /// <summary>A device whose reports fill many messages sends the rest when it is woken next.</summary>
    private const int MostSteps = 20;

    private readonly AgentMemory memory;
    private readonly DevicePolicy policy;
    private readonly AuthorityLink link;
    private readonly PushComposer composer;

    internal DevicePush(AgentMemory memory, DevicePolicy policy, AuthorityLink link, RandomNumberGenerator random) =>
        (this.memory, this.policy, this.link, composer) = (memory, policy, link, new PushComposer(random));

    /// <summary>There is somebody to push to.</summary>
    public bool IsOn => PushPlan.IsOn(memory.State);

    /// <summary>Requests for authorization codes are heard there.</summary>
    public bool MayAsk => PushPlan.MayReport(memory.State, memory.Now);

    /// <summary>Asks the authority itself to know the keys of this device, by a registration token.</summary>
    /// <param name="all">For every unit of the set; otherwise for the active one.</param>
    /// <param name="force">Also where there is a trust code already: with a new key.</param>
    public Task<AgentOutcome> TrustAsync(string token, bool all, bool force, CancellationToken cancel = default)
    {
        memory.Elapse();
        var (state, now) = (memory.State, memory.Now);
        if (!TokenText.IsWellFormed(token))
        {
            return Task.FromResult(AgentOutcome.Refused(WireCode.TokenInvalid, $"'{token}' is not valid: a token has 1 to {TokenText.MaximumLength} characters without blanks"));
        }

        if (!PushPlan.IsOn(state))
        {
            return Task.FromResult(Off());
        }

        if (state.Transport.Kind == TransportKind.Cslu)
        {
            return Task.FromResult(AgentOutcome.Refused(WireCode.NotAllowed, "behind a collector no token is needed: the trust code comes with 'license smart sync local'; a token is for 'license smart transport smart'"));
        }

        if (state.Trust is { Root: null, Fingerprint: null })
        {
            // The authority would make a trust code that this device cannot judge.
            var unknown = AuthorityFile.Untrusted("This device does not know its authority yet");
            return Task.FromResult(AgentOutcome.Refused(unknown.Code, unknown.Detail));
        }

        if (!force && TrustRules.InForce(state, now) is { } known && known.RenewAt > now)
        {
            return Task.FromResult(AgentOutcome.Refused(
                WireCode.AlreadyRegistered, string.Create(CultureInfo.InvariantCulture, $"this device has a trust code until {known.ValidUntil:yyyy-MM-dd}; add 'force' to ask for another")));
        }

        var asked = PushPlan.Trust(state, PushNames.Trust, all, now) with { IdToken = token };
        memory.Change(before => Queue(TrustRules.Ask(before, asked.Units, force, TrustKey.Make, now), asked));
        return SendAsync(cancel);
    }

    /// <summary>Sends what was measured until now and is not acknowledged, and fetches what is ready.</summary>
    public async Task<AgentOutcome> SyncAsync(CancellationToken cancel = default)
    {
        memory.Elapse();
        if (!PushPlan.IsOn(memory.State))
        {
            return Off();
        }

        if (!PushPlan.MayReport(memory.State, memory.Now))
        {
            return AgentOutcome.Refused(null, "the authority takes reports from devices with a trust code only; 'license smart trust idtoken TOKEN local' gets one, or 'license smart save trust-request FILE'");
        }

        foreach (var awaited in memory.State.Policy!.Push.Awaited)
        {
            await PollAsync(awaited, cancel);
        }

        if (memory.State.Policy!.Push.Pending is { Kind: PushKind.Trust } && await SendAsync(cancel) is { IsDone: false } unanswered)
        {
            return unanswered;
        }

        policy.CloseOpen(ReportChoice.All);
        var usage = PushPlan.Usage(memory.State, memory.Now);
        if (usage.Reports.Count == 0)
        {
            return AgentOutcome.Done;
        }

        memory.Change(state => Queue(state, usage));
        return await SendAsync(cancel);
    }

    /// <summary>Sends what is asked for of authorization codes, and what became of the last one.</summary>
    public async Task<AgentOutcome> AuthorizeAsync(CancellationToken cancel = default)
    {
        memory.Elapse();
        if (!PushPlan.IsOn(memory.State))
        {
            return Off("'license smart authorization request save FILE', or 'license smart authorization return local offline FILE'");
        }

        if (!MayAsk)
        {
            return AgentOutcome.Refused(null, "it waits: the authority takes requests from devices with a trust code only; 'license smart trust idtoken TOKEN local' gets one, or carry the request: 'license smart authorization request save FILE'");
        }

        if (PushPlan.AwaitedCode(memory.State.Policy!.Push) is { } awaited)
        {
            return AgentOutcome.Deferred("an earlier request has no answer yet, and this one goes after it", awaited.NextTry);
        }

        if (memory.State.Policy!.Push.Pending is { Kind: PushKind.Trust } && await SendAsync(cancel) is { IsDone: false } unanswered)
        {
            return unanswered;
        }

        // What was given up is told before anything is asked for.
        if (PushPlan.CodesDue(memory.State, memory.Now) is { Name: PushNames.Return } && await TellAsync(cancel) is { IsDone: false } untold)
        {
            return untold;
        }

        var outcome = await TellAsync(cancel);

        // A code that came is confirmed at once; if that fails, the device repeats it by itself.
        if (outcome.IsDone)
        {
            await TellAsync(cancel);
        }

        return outcome;
    }

    /// <summary>All that is due now.</summary>
    internal async Task TickAsync(CancellationToken cancel)
    {
        if (PushPlan.FirstReport(memory.State, memory.Now) <= memory.Now)
        {
            policy.CloseOpen(ReportChoice.All);
        }

        for (var step = 0; step < MostSteps; step++)
        {
            if (PushPlan.Poll(memory.State, memory.Now) is { } awaited)
            {
                await PollAsync(awaited, cancel);
            }
            else if (PushPlan.Message(memory.State, memory.Now) is { } due)
            {
                memory.Change(state => Queue(due.Kind == PushKind.Trust ? TrustRules.Ask(state, due.Units, force: false, TrustKey.Make, memory.Now) : state, due));
                await SendAsync(cancel);
            }
            else
            {
                return;
            }
        }
    }

    /// <param name="files">How the same goes without a network.</param>
    private static AgentOutcome Off(string files = "'license smart save usage unreported file FILE'") =>
        AgentOutcome.Refused(null, $"the transport of this device is off; 'license smart transport cslu' for a collector, 'license smart transport smart' for the authority itself, or carry files: {files}");

    private static DeviceState Queue(DeviceState state, PendingPush message) => PushRules.With(state, push => push with { Pending = message });

    private async Task<AgentOutcome> TellAsync(CancellationToken cancel)
    {
        if (PushPlan.CodesDue(memory.State, memory.Now) is not { } due)
        {
            return AgentOutcome.Done;
        }

        memory.Change(state => Queue(state, due));
        return await SendAsync(cancel);
    }

    private async Task<AgentOutcome> SendAsync(CancellationToken cancel)
    {
        var pending = memory.State.Policy!.Push.Pending!;
        var ahead = TimeSpan.Zero;
        for (var correction = 0; ; correction++)
        {
            if (composer.Compose(memory.State, pending, memory.Now, memory.Now + ahead) is not { } message)
            {
                memory.Change(static state => PushRules.With(state, static push => push with { Pending = null }));
                return AgentOutcome.Done;
            }

            var (reply, failure, retryAfter) = await ExchangeAsync(message, cancel);
            if (reply is null)
            {
                return Defer(pending, null, failure!, retryAfter);
            }

            if (reply.Code == WireCode.ClockSkew && correction < ClockCorrections)
            {
                ahead = AheadOf(reply);
                continue;
            }

            return Answer(pending, reply);
        }
    }

    private AgentOutcome Answer(PendingPush pending, PushReply reply)
    {
        switch (reply.Status)
        {
            case PushStatus.Failed when WireCode.IsTemporary(reply.Code ?? ""):
                return Defer(pending, reply.Status, reply.Message!, null);
            case PushStatus.Failed:
                memory.Change(state => PushRules.Refused(state, pending.Kind, pending.Name, pending.Licenses, reply.Message!, memory.Now));
                return AgentOutcome.Refused(reply.Code, reply.Message!);
            case PushStatus.Poll:
                memory.Change(state => PushRules.Await(PushRules.Taken(state, pending, reply.Status, memory.Now), pending.Kind, reply, pending.Licenses, memory.Now));
                return AgentOutcome.Deferred("it was taken, and the answer is not ready yet", memory.State.Policy!.Push.Awaited[^1].NextTry);
            default:
                if (Import(reply) is { } problem)
                {
                    return Defer(pending, "INVALID RESPONSE", problem, null);
                }

                memory.Change(state => PushRules.Taken(state, pending, reply.Status, memory.Now));
                return AgentOutcome.Done;
        }
    }

    private async Task PollAsync(AwaitedAnswer awaited, CancellationToken cancel)
    {
        var (reply, failure, retryAfter) = await ExchangeAsync(composer.Poll(memory.State, awaited, memory.Now, memory.Now), cancel);
        if (reply is { Code: WireCode.ClockSkew } skewed)
        {
            (reply, failure, retryAfter) = await ExchangeAsync(composer.Poll(memory.State, awaited, memory.Now, memory.Now + AheadOf(skewed)), cancel);
        }

        if (reply is null)
        {
            Defer(awaited, null, failure!, retryAfter);
        }
        else if (reply.Status == PushStatus.Failed && !WireCode.IsTemporary(reply.Code ?? ""))
        {
            memory.Change(state => PushRules.Refused(state, awaited.Kind, PushNames.Poll, awaited.Licenses, reply.Message!, memory.Now));
        }
        else if (reply.Status == PushStatus.Poll)
        {
            memory.Change(state => PushRules.Await(PushRules.Polled(state, awaited, reply.Status, memory.Now), awaited.Kind, reply, awaited.Licenses, memory.Now));
        }
        else if (reply.Status == PushStatus.Failed || Import(reply) is not null)
        {
            Defer(awaited, reply.Status, reply.Message ?? "what came back cannot be imported; 'show license history message' says why", null);
        }
        else
        {
            memory.Change(state => PushRules.Polled(state, awaited, reply.Status, memory.Now));
        }
    }

    private async Task<(PushReply? Reply, string? Failure, TimeSpan? RetryAfter)> ExchangeAsync(byte[] message, CancellationToken cancel)
    {
        var answer = await link.PushAsync(memory.State.Transport, memory.State.Trust, message, cancel);
        if (answer.Body is not { } body)
        {
            return (null, answer.Failure, answer.RetryAfter);
        }

        var read = PushReply.Read(body);
        return read.IsOk
            ? (read.Value, null, answer.RetryAfter)
            : (null, $"what answered at {memory.State.Transport.Url} is neither an authority nor a collector, or of another version ({read.Detail}); 'show license status' shows the address", answer.RetryAfter);
    }

    /// <summary>Null when there was nothing to import, or something of it counts.</summary>
    private string? Import(PushReply reply)
    {
        var imported = reply.File is null ? new List<ImportNote>() : policy.Import(reply.File);
        return imported.IsOk ? null : imported.Detail;
    }

    private AgentOutcome Defer(PendingPush pending, string? response, string reason, TimeSpan? retryAfter)
    {
        var nextTry = memory.Now + RetryBackoff.After(RequestType.Authorization, pending.Attempts + 1, retryAfter);
        memory.Change(state => PushRules.Deferred(state, pending, response, reason, nextTry, memory.Now));
        return AgentOutcome.Deferred(reason, nextTry);
    }

    private void Defer(AwaitedAnswer awaited, string? response, string reason, TimeSpan? retryAfter)
    {
        var nextTry = memory.Now + RetryBackoff.After(RequestType.Authorization, awaited.Attempts + 1, retryAfter);
        memory.Change(state => PushRules.Deferred(state, awaited, response, reason, nextTry, memory.Now));
    }

    /// <summary>The answer is not signed: it corrects the time that the next message says, and never the clock by which trust codes and policies end.</summary>
    private TimeSpan AheadOf(PushReply reply) => reply.ServerTime - memory.Now;
}
