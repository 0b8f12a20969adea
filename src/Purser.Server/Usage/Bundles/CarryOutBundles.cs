using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Jobs;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Usage.Bundles;

/// <summary>
/// Works bundles off: some files of each in turn, so that a large one holds nobody up, and after some rounds other jobs have theirs. A bundle that meets a fault
/// is taken up again in the next run. It goes on in the name of who uploaded it, with the rights that this one has by then.
/// </summary>
public sealed class CarryOutBundles(Database database, BundleFileWork work, BundleProgress progress, StartedBy starters, ILogger<CarryOutBundles> log) : IJob
{
    public const string Name = "usage.bundles";

    private const int Rounds = 8;
    private const int AtOnce = 16;

    public async Task<string> RunAsync(CancellationToken cancellation)
    {
        var (files, stuck) = (0, new HashSet<long>());
        for (var round = 0; round < Rounds && await RunningAsync(stuck, cancellation) is { Count: > 0 } running; round++)
        {
            foreach (var bundle in running)
            {
                foreach (var file in await NextAsync(bundle, cancellation))
                {
                    if (!await RunAsync(bundle, file, cancellation))
                    {
                        stuck.Add(bundle.Id);
                        break;
                    }

                    files++;
                }
            }
        }

        return string.Create(CultureInfo.InvariantCulture, $"{files} files worked off{(stuck.Count > 0 ? $"; {stuck.Count} bundles wait for the next run" : "")}");
    }

    private async Task<bool> RunAsync(UsageBundle bundle, UsageBundleFile file, CancellationToken cancellation)
    {
        try
        {
            Verdict<BundleFileWork.Outcome> done = await starters.FindAsync(bundle.ActorKind, bundle.ActorId, cancellation) is { } actor
                ? await work.RunAsync(file, actor, cancellation)
                : new BundleFileWork.Outcome(0, 0, [$"{bundle.ActorName}, who uploaded the bundle, may not sign in any more."], null);
            if (done.IsOk)
            {
                await progress.NoteAsync(file, done.Value, cancellation);
                return true;
            }

            log.LogWarning("Bundle {Bundle} waits: {Reason}", bundle.Id, done.Refusal);
        }
        catch (Exception fault) when (!cancellation.IsCancellationRequested)
        {
            log.LogError(fault, "File {File} of bundle {Bundle} failed", file.Number, bundle.Id);
            await progress.FaultAsync(file, cancellation);
        }

        return false;
    }

    private async Task<List<UsageBundle>> RunningAsync(HashSet<long> stuck, CancellationToken cancellation)
    {
        await using var db = database.Read();
        return await db.UsageBundles.Where(row => row.State == UsageBundleState.Running && !stuck.Contains(row.Id)).OrderBy(row => row.Id).ToListAsync(cancellation);
    }

    private async Task<List<UsageBundleFile>> NextAsync(UsageBundle bundle, CancellationToken cancellation)
    {
        await using var db = database.Read(bundle.AccountId);
        return await db.UsageBundleFiles.Where(row => row.AccountId == bundle.AccountId && row.BundleId == bundle.Id && row.State == UsageBundleFileState.Waiting)
            .OrderBy(row => row.Number).Take(AtOnce).ToListAsync(cancellation);
    }
}
