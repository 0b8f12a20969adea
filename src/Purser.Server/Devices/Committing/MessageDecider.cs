using Purser.Protocol;
using Purser.Protocol.Wire;
using Purser.Server.Devices.Door;
using Purser.Server.Devices.Rules;
using Purser.Server.Pki;

namespace Purser.Server.Devices.Committing;

/// <summary>Decides one message after the other over the rows of a batch; each sees what the ones before it changed.</summary>
internal sealed class MessageDecider(
    BatchBook book, RegistrationAct registration, AuthorizationAct authorization, IdentityActs identity, HighAvailabilityAct units, DetachAct detach)
{
    /// <summary>Kept in place of an answer that would be wrong the next time: the clock goes on.</summary>
    private const string OnlyTheTime = "";

    /// <summary>A product instance may go to another Smart Account while its message waits; one that is nowhere is not looked for for ever.</summary>
    private const int MostSearches = 3;

    private readonly List<KnownKey> gone = [];

    private BatchState State => book.State;

    /// <returns>False: an account that the work needs is held by somebody else, or the product instance is to be looked for anew; it must wait.</returns>
    public bool TryDecide(DeviceWork work)
    {
        work.Decided = work switch
        {
            MessageWork message when HasGone(message) => null,
            MessageWork message => Decide(message.Message),
            IssuedWork issued => Issued(issued),
            _ => throw new ArgumentOutOfRangeException(nameof(work), work, "No such work"),
        };
        return work.Decided is not null;
    }

    /// <summary>After the batch: the directories are asked again for what was not where it was known to lie.</summary>
    public void ForgetPlaces() => gone.ForEach(key => key.Place = null);

    /// <summary>Where it lay there is nothing any more: with its virtual account it went to another Smart Account.</summary>
    private bool HasGone(MessageWork work)
    {
        if (work.Message.Key is not { Place: { } place } key || !State.Heads.ContainsKey(place.AccountId) || State.Devices.ContainsKey(place) || work.Searches == MostSearches)
        {
            return false;
        }

        work.Searches++;
        gone.Add(key);
        return true;
    }

    private CommittedAnswer? Decide(DeviceMessage message)
    {
        var request = message.Request;
        if (State.Answers.TryGetValue(Digest.From(message.NonceHash), out var earlier))
        {
            return earlier.RequestHash.AsSpan().SequenceEqual(message.RequestHash)
                ? AnswerOf(message, earlier)
                : Refuse(message, new WireRefusal(WireCode.NonceReplayed, "This nonce was used for another message"));
        }

        if (message.IsSkewed)
        {
            return TryAgain(message);
        }

        return message.Key is null ? Register(message) : DecideSigned(message, message.Key);
    }

    /// <summary>A message signed for an hour still to come is kept until then: sent again, by whomever, it is told the time and not carried out.</summary>
    private CommittedAnswer TryAgain(DeviceMessage message)
    {
        if (message.Request.Stated > State.Now && IsFromKnownSender(message))
        {
            Remember(message, OnlyTheTime, awaitsSignature: false, message.Request.Stated);
        }

        return TimeFor(message);
    }

    private CommittedAnswer TimeFor(DeviceMessage message) => CommittedAnswer.Of(ReplyWriter.TryAgain(message.Request, State.Now));

    /// <summary>Only such messages could be carried out later; what strangers send is not kept.</summary>
    private bool IsFromKnownSender(DeviceMessage message)
    {
        if (message.Key is not { } key)
        {
            return registration.KnowsToken(message);
        }

        var device = key.Place is { } place ? State.Devices.GetValueOrDefault(place) : null;
        return IdentityRules.Judge(device?.Row, device?.Account.Status ?? default, key.Serial, key.Piid) is null;
    }

    private CommittedAnswer AnswerOf(DeviceMessage message, StoredAnswer stored) => stored switch
    {
        { Response: OnlyTheTime } => TimeFor(message),
        { AwaitsSignature: true } => CommittedAnswer.Of(PendingIdentity.FromJson(stored.Response)),
        _ => CommittedAnswer.Of(stored.Response),
    };

    private CommittedAnswer? Register(DeviceMessage message)
    {
        if (!registration.CanDecide(message))
        {
            return null;
        }

        if (registration.Carry(message, out var move) is not { } verdict)
        {
            return CommittedAnswer.Of(move!);
        }

        return verdict.Refusal is { } refusal ? Refuse(message, refusal) : Await(message, verdict.Value);
    }

    private CommittedAnswer? DecideSigned(DeviceMessage message, KnownKey key)
    {
        if (key.Place is { } place && !State.Heads.ContainsKey(place.AccountId))
        {
            return null;
        }

        var device = key.Place is { } known ? State.Devices.GetValueOrDefault(known) : null;
        if (IdentityRules.Judge(device?.Row, device?.Account.Status ?? default, key.Serial, key.Piid) is { } refusal)
        {
            return Refuse(message, refusal);
        }

        if (units.Judge(message.Request.Header, device!.Row, device.Row.ProductId, isRegistration: false) is { } problem)
        {
            return Refuse(message, problem);
        }

        identity.Used(device, key.Serial);
        book.Contact(device);
        units.Tell(device, message.Request.Header);
        switch (message.Request.Body)
        {
            case AuthorizationRequest wanted:
                return Answer(message, authorization.Carry(device, wanted));
            case IdCertRenewalRequest renewal:
                return Await(message, identity.Renew(device, key, renewal));
            case DeregistrationRequest:
                return Answer(message, identity.Deregister(device));
            case DetachRequest wish:
                return Answer(message, detach.Detach(device, wish));
            case ReattachRequest:
                return Answer(message, detach.Reattach(device));
            default:
                throw new InvalidOperationException($"No act for {message.Request.Type}");
        }
    }

    private CommittedAnswer Answer(DeviceMessage message, ReplyBody body)
    {
        book.Settle();
        var text = ReplyWriter.Ok(message.Request, body, State.Now);
        Remember(message, text, awaitsSignature: false, State.Now);
        return CommittedAnswer.Of(text);
    }

    /// <summary>This refusal is in the log, so the same message again must get the same answer and not a second line.</summary>
    private CommittedAnswer Answer<T>(DeviceMessage message, RuleVerdict<T> verdict)
        where T : ReplyBody
    {
        if (verdict.Refusal is not { } refusal)
        {
            return Answer(message, verdict.Value);
        }

        book.Settle();
        var text = ReplyWriter.Failed(message.Request, refusal.Code, refusal.Detail, State.Now);
        Remember(message, text, awaitsSignature: false, State.Now);
        return CommittedAnswer.Of(text);
    }

    private CommittedAnswer Await(DeviceMessage message, PendingIdentity pending)
    {
        book.Settle();
        Remember(message, pending.ToJson(), awaitsSignature: true, State.Now);
        return CommittedAnswer.Of(pending);
    }

    /// <summary>A refused message changed nothing, so nothing is kept of it: a stranger cannot fill the database with refusals.</summary>
    private CommittedAnswer Refuse(DeviceMessage message, WireRefusal refusal) =>
        CommittedAnswer.Of(ReplyWriter.Failed(message.Request, refusal.Code, refusal.Detail, State.Now));

    private void Remember(DeviceMessage message, string response, bool awaitsSignature, DateTimeOffset at)
    {
        State.Answers.Add(Digest.From(message.NonceHash), new StoredAnswer(message.RequestHash, response, awaitsSignature));
        State.NewAnswers.Add(new DeviceAnswer
        {
            NonceHash = message.NonceHash, RequestHash = message.RequestHash, Response = response, AwaitsSignature = awaitsSignature, At = at,
        });
    }

    /// <summary>Of two that signed the same content at once, the first one's certificate stays.</summary>
    private CommittedAnswer Issued(IssuedWork work)
    {
        var key = Digest.From(work.Message.NonceHash);
        if (State.Answers.TryGetValue(key, out var stored) && !stored.AwaitsSignature)
        {
            return CommittedAnswer.Of(stored.Response);
        }

        State.Answers[key] = new StoredAnswer(work.Message.RequestHash, work.Reply, AwaitsSignature: false);
        State.Issued.Add(work);
        return CommittedAnswer.Of(work.Reply);
    }
}
