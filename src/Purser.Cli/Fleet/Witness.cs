using System.Globalization;
using System.Net;
using Purser.Protocol;
using Purser.Protocol.Certificates;
using Purser.Protocol.Wire;

namespace Purser.Cli.Fleet;

/// <summary>Reads every answer to one device, holds it against what was answered before, and keeps the shadow.</summary>
internal sealed class Witness(ShadowDevice shadow, Estate estate, FleetClock clock, Violations violations, Tally tally)
{
    // The authority keeps answers for 24 hours (wire: Repeating).
    private static readonly TimeSpan AnswersKept = TimeSpan.FromHours(24);

    private readonly Dictionary<string, Given> given = [];

    /// <summary>Messages that the authority has carried out so far.</summary>
    public int Executed { get; private set; }

    /// <param name="request">As it was sent.</param>
    /// <param name="body">The whole answer.</param>
    /// <param name="executedBefore">Of a message that arrives late: what had been carried out when the device sent it.</param>
    public void Observe(ReceivedRequest request, byte[] body, int? executedBefore)
    {
        var read = ReceivedReply.Read(body);
        if (!read.IsOk)
        {
            Violation($"got an answer that cannot be read: {read.Code} {read.Detail}");
            return;
        }

        var reply = read.Value;
        tally.Add("answers", reply.Reply.Status == ReplyStatus.Failed ? $"{reply.Reply.Status} {reply.Reply.Code}" : reply.Reply.Status);
        if (given.TryGetValue(request.Nonce, out var first) && first.IsFinal)
        {
            JudgeRepetition(request, reply, first);
            return;
        }

        Forget();
        given[request.Nonce] = new Given(clock.Now, reply.Text, reply.Reply.Status == ReplyStatus.Ok);
        JudgeTime(reply);
        switch (reply.Reply.Status)
        {
            case ReplyStatus.Ok:
                JudgeOrder(request, executedBefore);
                Apply(request, reply);
                break;
            case ReplyStatus.OkTryAgain:
                JudgeSkew(request, first);
                break;
            default:
                JudgeRefusal(request, reply, isLate: executedBefore is not null);
                break;
        }
    }

    /// <summary>The authority may be busy, and says so; everything else than that and 200 is a fault.</summary>
    public void ObserveRefusal(HttpStatusCode status)
    {
        tally.Add("answers", string.Create(CultureInfo.InvariantCulture, $"HTTP {(int)status}"));
        if (status != HttpStatusCode.ServiceUnavailable)
        {
            Violation(string.Create(CultureInfo.InvariantCulture, $"was answered HTTP {(int)status}"));
        }
    }

    private void JudgeRepetition(ReceivedRequest request, ReceivedReply reply, Given first)
    {
        tally.Add("checks", "repeated messages");
        if (clock.Now - first.At < AnswersKept && !reply.Text.AsSpan().SequenceEqual(first.Text))
        {
            Violation($"repeated a {request.Type} of {first.At:u} and got another answer: {reply.Reply.Status} {reply.Reply.Code} {reply.Reply.Message}");
        }
        else if (clock.Now - first.At > AnswersKept && reply.Reply.Status == ReplyStatus.Ok && !reply.Text.AsSpan().SequenceEqual(first.Text))
        {
            Violation($"a {request.Type} of {first.At:u} was carried out a second time");
        }
    }

    private void JudgeTime(ReceivedReply reply)
    {
        if (reply.ServerTime != clock.Now)
        {
            Violation($"the authority's time is {reply.ServerTime:u}");
        }
    }

    /// <summary>A message that arrives behind later ones must not undo them.</summary>
    private void JudgeOrder(ReceivedRequest request, int? executedBefore)
    {
        if (executedBefore < Executed)
        {
            Violation($"a {request.Type} of {request.Stated:u} was carried out although later ones had been");
        }

        Executed++;
    }

    private void JudgeSkew(ReceivedRequest request, Given? first)
    {
        tally.Add("checks", "clock corrections");

        // A message that was signed for an hour to come was not carried out then, and never is: its twin that arrives in that hour is told the time.
        var wasAhead = first is not null && request.Stated > first.At;
        if (LicensingTimes.IsSkewTolerated(request.Stated, clock.Now) && !wasAhead)
        {
            Violation($"was told to correct a clock that is right: {request.SkewAt(clock.Now)} s");
        }
    }

    /// <summary>Nobody is cut off: a device that did nothing wrong is never refused.</summary>
    private void JudgeRefusal(ReceivedRequest request, ReceivedReply reply, bool isLate)
    {
        var code = reply.Reply.Code ?? "";
        var expected = isLate
            || WireCode.IsTemporary(code)
            || (code == WireCode.AlreadyRegistered && shadow.IsRegistered && request.Body is RegistrationRequest { Force: false })
            || (code is WireCode.IdentityInvalid or WireCode.CertificateExpired && !shadow.IsKnownBy(request.Header.IdCertSerialNumber));
        if (!expected)
        {
            Violation($"was refused a {request.Type}: {code} {reply.Reply.Message}");
        }
    }

    private void Apply(ReceivedRequest request, ReceivedReply reply)
    {
        switch (request.Body)
        {
            case RegistrationRequest registration:
                if (Data<IdentityReply>(reply) is { } registered)
                {
                    shadow.Registered(SerialOf(registered), estate.PlaceOfToken(registration.Token)!.Name, clock.Now);
                    JudgePlace(registered.VirtualAccount);
                }

                break;
            case IdCertRenewalRequest:
                if (Data<IdentityReply>(reply) is { } renewed)
                {
                    shadow.Renewed(SerialOf(renewed), request.Header.IdCertSerialNumber, clock.Now);
                }

                break;
            case AuthorizationRequest authorization when Data<AuthorizationReply>(reply) is { } authorized:
                shadow.Authorized(authorized, Counts(authorization, authorized), clock.Now);
                JudgePlace(authorized.VirtualAccount);
                JudgeTerms(authorized);
                break;
            case DeregistrationRequest:
                shadow.Deregistered();
                break;
            default:
                break;
        }
    }

    private static string SerialOf(IdentityReply reply)
    {
        using var certificate = ChainCheck.Load(Convert.FromBase64String(reply.Certificates[0]));
        return certificate!.SerialNumber;
    }

    private Dictionary<string, long> Counts(AuthorizationRequest request, AuthorizationReply reply)
    {
        var counts = new Dictionary<string, long>();
        if (reply.Entitlements.Count != request.Entitlements.Count)
        {
            Violation("an authorization was answered with another number of licenses");
            return counts;
        }

        foreach (var (asked, line) in request.Entitlements.Zip(reply.Entitlements))
        {
            if (line.Status is not (EntitlementStatus.InCompliance or EntitlementStatus.OutOfCompliance) || line.Count != asked.Count || line.Tag is null)
            {
                Violation($"asked for {asked.Count} of {asked.Tag ?? asked.Name} and was answered {line.Status} {line.Count}");
                continue;
            }

            counts[line.Tag] = counts.GetValueOrDefault(line.Tag) + line.Count;
        }

        return counts;
    }

    private void JudgePlace(string told)
    {
        if (told != shadow.Place)
        {
            Violation($"was told that it is in {told}, but it registered in {shadow.Place}");
        }
    }

    private void JudgeTerms(AuthorizationReply reply)
    {
        var good = reply.Entitlements.All(static line => line.Status == EntitlementStatus.InCompliance);
        if (reply.InCompliance != good || reply.NextAt != LicensingTimes.NextAuthorization(clock.Now, good).ToUnixTimeSeconds())
        {
            Violation($"was told in compliance: {reply.InCompliance}, next {DateTimeOffset.FromUnixTimeSeconds(reply.NextAt):u}, which does not fit its licenses");
        }
    }

    private T? Data<T>(ReceivedReply reply)
        where T : ReplyBody
    {
        var data = reply.Data<T>();
        if (data.IsOk)
        {
            return data.Value;
        }

        Violation($"got an answer without its data: {data.Detail}");
        return null;
    }

    /// <summary>Late messages are under way for 30 hours at most.</summary>
    private void Forget()
    {
        foreach (var old in given.Where(one => clock.Now - one.Value.At > TimeSpan.FromHours(72)).Select(static one => one.Key).ToList())
        {
            given.Remove(old);
        }
    }

    private void Violation(string what) => violations.Report(what, shadow.Name);

    /// <param name="IsFinal">Carried out: from then on this is the answer. A refused message changed nothing, so nothing is kept of it.</param>
    private sealed record Given(DateTimeOffset At, byte[] Text, bool IsFinal);
}
