using System.Globalization;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Purser.Protocol;
using Purser.Protocol.Push;
using Purser.Server.Commands;
using Purser.Server.Store;

namespace Purser.Server.Usage.Push;

/// <summary>Files that are worked off after the answer, and what came of them.</summary>
public sealed class PushedFiles(WritePath writePath, Database database, DomainClock clock)
{
    public const string Name = "usage.keep-push";

    private const int PollSeconds = 5;

    /// <summary>What the audit keeps.</summary>
    public sealed record Input(long DeviceId, string Digest);

    public sealed record Outcome(long Id);

    /// <summary>Takes a file down; the same one again is the one that is there.</summary>
    internal async Task<PushReply> KeepAsync(PushSender sender, string file, CancellationToken cancellation)
    {
        var digest = PushFileWork.DigestOf(file);
        var done = await writePath.RunAsync<Outcome>(new Command(Name, sender.Actor, new Input(sender.DeviceId, digest)) { Accounts = [sender.AccountId] }, async scope =>
        {
            var known = await scope.Db.PushedFiles.FirstOrDefaultAsync(row => row.AccountId == sender.AccountId && row.DeviceId == sender.DeviceId && row.Digest == digest, cancellation);
            if (known is null)
            {
                known = new PushedFile { AccountId = sender.AccountId, Id = scope.NextId(IdKind.UsageExchange), DeviceId = sender.DeviceId, At = scope.Now, Digest = digest, Text = file };
                scope.Db.PushedFiles.Add(known);
            }

            return new Outcome(known.Id);
        }, cancellation);
        return done.IsOk ? Wait(done.Value.Id) : PushRefusals.Of(done.Refusal!, clock.Now);
    }

    /// <summary>Only who pushed the file learns what came of it.</summary>
    internal async Task<PushReply> AnswerAsync(PushSender sender, string pollId, CancellationToken cancellation)
    {
        await using var db = database.Read(sender.AccountId);
        var row = long.TryParse(pollId, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? await db.PushedFiles.FirstOrDefaultAsync(one => one.AccountId == sender.AccountId && one.Id == id && one.DeviceId == sender.DeviceId, cancellation)
            : null;
        return row is null ? PushReply.Failed(WireCode.NotAllowed, $"There is no answer {pollId} for this product instance: it never asked for it, or a month went by. Send the file again", clock.Now)
            : row.Reply is null ? Wait(row.Id)
            : PushReply.Read(Encoding.UTF8.GetBytes(row.Reply)).Value with { ServerTime = clock.Now };
    }

    /// <summary>It is worked off.</summary>
    internal Task NoteAsync(PushedFile file, PushReply reply, CancellationToken cancellation) => database.WriteAsync(
        db => db.PushedFiles.Where(row => row.AccountId == file.AccountId && row.Id == file.Id && row.Reply == null)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Reply, Encoding.UTF8.GetString(reply.Write())).SetProperty(row => row.Text, ""), cancellation),
        cancellation);

    internal Task FaultAsync(PushedFile file, CancellationToken cancellation) => database.WriteAsync(
        db => db.PushedFiles.Where(row => row.AccountId == file.AccountId && row.Id == file.Id).ExecuteUpdateAsync(set => set.SetProperty(row => row.Faults, row => row.Faults + 1), cancellation),
        cancellation);

    private PushReply Wait(long id) => PushReply.Poll(id.ToString(CultureInfo.InvariantCulture), PollSeconds, clock.Now);
}
