using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Purser.Protocol;
using Purser.Protocol.Push;
using Purser.Server.Jobs;
using Purser.Server.Store;

namespace Purser.Server.Usage.Push;

/// <summary>Works off what was too long to be worked off while the product instance waited. A file that is taken up again after a stop gets the same answer.</summary>
public sealed class CarryOutPushes(Database database, PushSenders senders, PushFileWork work, PushedFiles files, DomainClock clock, ILogger<CarryOutPushes> log) : IJob
{
    public const string Name = "usage.pushes";

    private const int AtOnce = 16;

    /// <summary>So often a file may fail before it is given up: a fault that passes has passed by then.</summary>
    private const int MostFaults = 5;

    public async Task<string> RunAsync(CancellationToken cancellation)
    {
        var done = 0;
        foreach (var file in await NextAsync(cancellation))
        {
            done += await RunAsync(file, cancellation) ? 1 : 0;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{done} pushed files worked off");
    }

    private async Task<bool> RunAsync(PushedFile file, CancellationToken cancellation)
    {
        try
        {
            var reply = await senders.FindAsync(file, cancellation) is { } sender
                ? await work.UsageAsync(sender, file.Text, cancellation)
                : PushReply.Failed(WireCode.IdentityInvalid, "The product instance was removed before its reports were counted. Ask for a trust code again, then send them again", clock.Now);
            if (WireCode.IsTemporary(reply.Code ?? ""))
            {
                return false;
            }

            await files.NoteAsync(file, reply, cancellation);
            return true;
        }
        catch (Exception fault) when (!cancellation.IsCancellationRequested)
        {
            log.LogError(fault, "The pushed file {File} failed", file.Id);
            await (file.Faults + 1 < MostFaults
                ? files.FaultAsync(file, cancellation)
                : files.NoteAsync(file, PushReply.Failed(WireCode.NotAllowed, "The server met an error at this file, several times. Bring it as a file; if that fails too, send it to support", clock.Now), cancellation));
            return false;
        }
    }

    private async Task<List<PushedFile>> NextAsync(CancellationToken cancellation)
    {
        await using var db = database.Read();
        return await db.PushedFiles.Where(row => row.Reply == null).OrderBy(row => row.Faults).ThenBy(row => row.Id).Take(AtOnce).ToListAsync(cancellation);
    }
}
