using Purser.Protocol;
using Purser.Protocol.Push;
using Purser.Protocol.Usage;
using Purser.Server.Store;

namespace Purser.Server.Usage.Push;

/// <summary>Judges one push message after the other: its time, its sender, its nonce; then the work.</summary>
public sealed class PushDesk(PushSenders senders, PushNonces nonces, PushFileWork work, PushedFiles files, DomainClock clock, ILogger<PushDesk> log)
{
    /// <summary>How wrong the clock of a product instance may be; half as long as nonces must be kept.</summary>
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(15);

    /// <summary>Reports that are counted while the product instance waits: as many as one command counts.</summary>
    private const int ReportsAtOnce = 250;

    public async Task<PushReply> AnswerAsync(PushRequest request, string? tenant, CancellationToken cancellation)
    {
        try
        {
            return await JudgeAsync(request, tenant, cancellation);
        }
        catch (Exception fault) when (StoreFaults.Explain(fault) is { } refusal)
        {
            log.LogError(fault, "A push message could not be answered");
            return PushRefusals.Of(refusal, clock.Now);
        }
    }

    private async Task<PushReply> JudgeAsync(PushRequest request, string? tenant, CancellationToken cancellation)
    {
        var message = request.Message;
        if ((clock.Now - message.At).Duration() > ClockTolerance)
        {
            return PushReply.Failed(WireCode.ClockSkew, "The clock of the product instance is wrong by more than 15 minutes. Send the message again with the time of this answer, and set the clock", clock.Now);
        }

        var sender = await senders.FindAsync(request, tenant, cancellation);
        if (!sender.IsOk)
        {
            return PushReply.Failed(sender.Code!, sender.Detail!, clock.Now);
        }

        return await nonces.TakeAsync(sender.Value, message, cancellation)
            ? await CarryOutAsync(sender.Value, message, cancellation)
            : PushReply.Failed(WireCode.NonceReplayed, "This message came before. Send it with a nonce of its own", clock.Now);
    }

    private Task<PushReply> CarryOutAsync(PushSender sender, PushMessage message, CancellationToken cancellation) => message.Kind switch
    {
        PushKind.Trust => work.TrustAsync(sender, message.File!, message.Hostname, cancellation),
        PushKind.Usage when IsLong(message.File!) => files.KeepAsync(sender, message.File!, cancellation),
        PushKind.Usage => work.UsageAsync(sender, message.File!, cancellation),
        PushKind.Authorization => work.AuthorizationAsync(sender, message.File!, cancellation),
        PushKind.Poll => files.AnswerAsync(sender, message.PollId!, cancellation),
        _ => throw new ArgumentOutOfRangeException(nameof(message), message.Kind, "No such kind"),
    };

    private static bool IsLong(string file) => ReportFile.Read(file) is { IsOk: true } read && read.Value.Reports.Count > ReportsAtOnce;
}
