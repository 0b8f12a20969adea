using Purser.Agent.Rules;
using Purser.Agent.State;
using Purser.Agent.Transport;
using Purser.Protocol;
using Purser.Protocol.Certificates;
using Purser.Protocol.Wire;

namespace Purser.Agent;

/// <summary>Sends the pending message until it has an answer, and lets the answer change the state. Nothing unsigned does.</summary>
internal sealed class Conversation(AgentMemory memory, MessageComposer composer, AuthorityLink link)
{
    private const int ClockCorrections = 3;

    // A message may lie for a while before it is sent again; only a difference beyond this means that the clock is wrong.
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(1);

    /// <summary>The message is kept before it leaves, so that a crash or a lost answer repeats it unchanged.</summary>
    public Task<AgentOutcome> SendAsync(PendingMessage message, CancellationToken cancel)
    {
        memory.Change(state => state with { Pending = message });
        return ResendAsync(cancel);
    }

    public async Task<AgentOutcome> ResendAsync(CancellationToken cancel)
    {
        for (var correction = 0; ; correction++)
        {
            var pending = memory.State.Pending!;
            var answer = await link.SendAsync(memory.State.Transport, memory.State.Trust, composer.Seal(memory.State, pending), cancel);
            if (answer.Failure is { } failure)
            {
                return Defer(pending, failure, "NO REPLY", answer.RetryAfter);
            }

            var read = ReplyJudge.Read(answer, memory.State.Trust, pending, link.Signers);
            if (!read.IsOk)
            {
                return Defer(pending, read.Detail!, "INVALID RESPONSE", null);
            }

            var reply = read.Value;
            var reason = reply.Reply.Message ?? reply.Reply.Code ?? reply.Reply.Status;
            switch (reply.Reply.Status)
            {
                case ReplyStatus.Ok:
                    return Accept(pending, reply);
                case ReplyStatus.OkTryAgain when correction < ClockCorrections:
                    CorrectClock(reply);
                    memory.Change(state => state with { Pending = composer.Restate(pending, memory.Now) });
                    continue;
                case ReplyStatus.Failed when !WireCode.IsTemporary(reply.Reply.Code ?? ""):
                    return Refuse(pending, reply.Reply.Code, reason);
                default:
                    return Defer(pending, reason, reply.Reply.Status, null);
            }
        }
    }

    private static RequestType Type(PendingMessage pending) => RequestTypes.Parse(pending.Type) ?? throw new InvalidOperationException($"Unknown pending message {pending.Type}");

    private AgentOutcome Accept(PendingMessage pending, ReceivedReply reply)
    {
        var refusal = Type(pending) switch
        {
            RequestType.Registration => AcceptIdentity(pending, reply, registeredAt: null),
            RequestType.IdCertRenewal => AcceptIdentity(pending, reply, memory.State.Registration.Identity!.RegisteredAt),
            RequestType.Authorization => AcceptAuthorization(pending, reply),
            RequestType.Deregistration => AcceptDeregistration(pending),
            RequestType.Detach => AcceptDetach(pending, reply),
            RequestType.Reattach => AcceptReattach(pending),
            _ => throw new InvalidOperationException($"No answer to {pending.Type}"),
        };
        return refusal is null ? AgentOutcome.Done : Defer(pending, refusal.Detail, "INVALID RESPONSE", null);
    }

    private WireRefusal? AcceptIdentity(PendingMessage pending, ReceivedReply reply, DateTimeOffset? registeredAt)
    {
        var identity = ReplyJudge.Identity(reply, composer.Key(memory.State), registeredAt);
        if (!identity.IsOk)
        {
            return new WireRefusal(identity.Code!, identity.Detail!);
        }

        AgentEvent accepted = registeredAt is null
            ? new RegistrationAccepted(identity.Value, Convert.ToBase64String(reply.Chain[^1]))
            : new RenewalAccepted(identity.Value);
        memory.Apply(accepted, Answered(pending, null));
        return null;
    }

    private WireRefusal? AcceptAuthorization(PendingMessage pending, ReceivedReply reply)
    {
        var data = reply.Data<AuthorizationReply>();
        if (!data.IsOk)
        {
            return new WireRefusal(data.Code!, data.Detail!);
        }

        memory.Apply(new AuthorizationAnswered(data.Value), Answered(pending, null));
        return null;
    }

    private WireRefusal? AcceptDeregistration(PendingMessage pending)
    {
        memory.Apply(new Deregistered(), Answered(pending, null));
        return null;
    }

    private WireRefusal? AcceptDetach(PendingMessage pending, ReceivedReply reply)
    {
        var data = reply.Data<DetachReply>();
        if (!data.IsOk)
        {
            return new WireRefusal(data.Code!, data.Detail!);
        }

        var accepted = new DetachAccepted(DateTimeOffset.FromUnixTimeSeconds(data.Value.DetachedAt), DateTimeOffset.FromUnixTimeSeconds(data.Value.Until));
        memory.Apply(accepted, Answered(pending, null));
        return null;
    }

    private WireRefusal? AcceptReattach(PendingMessage pending)
    {
        memory.Apply(new DetachedModeEnded(), Answered(pending, null));
        return null;
    }

    private AgentOutcome Refuse(PendingMessage pending, string? code, string reason)
    {
        var type = Type(pending);
        var nextTry = memory.Now + RetryBackoff.After(type, pending.Attempts + 1, null);
        AgentEvent? refused = type switch
        {
            RequestType.Registration => new RegistrationRefused(reason),
            _ when code is WireCode.IdentityInvalid or WireCode.CertificateExpired or WireCode.BadCertificate => new IdentityRejected(reason),
            RequestType.IdCertRenewal => new RenewalFailed(reason, nextTry),
            RequestType.Authorization => new AuthorizationFailed(reason, nextTry),
            RequestType.Deregistration => new Deregistered(),

            // A device that the authority has taken out of detached mode already is out of it.
            RequestType.Reattach => new DetachedModeEnded(),
            _ => null,
        };
        if (refused is null || !memory.Apply(refused, Answered(pending, reason)))
        {
            memory.Change(Answered(pending, reason));
        }

        return AgentOutcome.Refused(code, reason);
    }

    /// <summary>The message stays, and is sent again as it is.</summary>
    private AgentOutcome Defer(PendingMessage pending, string reason, string response, TimeSpan? retryAfter)
    {
        var type = Type(pending);
        var attempts = pending.Attempts + 1;
        var nextTry = memory.Now + RetryBackoff.After(type, attempts, retryAfter);
        AgentEvent? deferred = type switch
        {
            RequestType.Registration => new RegistrationDeferred(reason),
            RequestType.IdCertRenewal => new RenewalFailed(reason, nextTry),
            RequestType.Authorization => new AuthorizationFailed(reason, nextTry),
            _ => null,
        };
        DeviceState Keep(DeviceState state) => Statistics.Note(
            state with { Pending = pending with { Attempts = attempts, NextTry = nextTry } }, pending.Type, response, reason, memory.Now);

        if (deferred is null || !memory.Apply(deferred, Keep))
        {
            memory.Change(Keep);
        }

        return AgentOutcome.Deferred(reason, nextTry);
    }

    private Func<DeviceState, DeviceState> Answered(PendingMessage pending, string? failure) =>
        state => Statistics.Note(state with { Pending = null }, pending.Type, failure is null ? ReplyStatus.Ok : ReplyStatus.Failed, failure, memory.Now);

    private void CorrectClock(ReceivedReply reply)
    {
        if ((reply.ServerTime - memory.Now).Duration() > ClockTolerance)
        {
            var offset = reply.Reply.ServerTime - memory.OwnTime.ToUnixTimeSeconds();
            memory.Change(state => state with { ClockOffsetSeconds = offset });
        }
    }
}
