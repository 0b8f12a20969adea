using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;

namespace Purser.Server.Usage.Bundles;

/// <summary>Notes what came of a file, once, and ends its bundle with the last.</summary>
public sealed class BundleProgress(WritePath writePath)
{
    /// <summary>So often a file may fail before it is given up: a fault that passes has passed by then.</summary>
    public const int MostFaults = 5;

    public sealed record Input(long BundleId, int Number);

    public Task NoteAsync(UsageBundleFile file, BundleFileWork.Outcome outcome, CancellationToken cancellation) => RunAsync(file, (scope, bundle, row) =>
    {
        (row.Counted, row.Repeated, row.Refused, row.Problem, row.Answer) = (outcome.Counted, outcome.Repeated, outcome.Problems.Count, outcome.Problem, outcome.Answer);
        Close(scope, bundle, row, isDone: outcome.Answer is not null || outcome.Problems.Count == 0);
    }, cancellation);

    /// <summary>Something went wrong that nobody foresaw.</summary>
    public Task FaultAsync(UsageBundleFile file, CancellationToken cancellation) => RunAsync(file, (scope, bundle, row) =>
    {
        if (++bundle.Faults >= MostFaults)
        {
            row.Problem = "The server met an error at this file, several times. Upload the bundle again; if that fails too, send it to support.";
            Close(scope, bundle, row, isDone: false);
        }
    }, cancellation);

    private static void Close(WriteScope scope, UsageBundle bundle, UsageBundleFile row, bool isDone)
    {
        (row.State, row.Text, bundle.Faults) = (isDone ? UsageBundleFileState.Done : UsageBundleFileState.Refused, "", 0);
        bundle.Done += isDone ? 1 : 0;
        bundle.Refused += isDone ? 0 : 1;
        if (bundle.Waiting == 0)
        {
            (bundle.State, bundle.FinishedAt) = (UsageBundleState.Finished, scope.Now);
        }
    }

    private async Task RunAsync(UsageBundleFile file, Action<WriteScope, UsageBundle, UsageBundleFile> act, CancellationToken cancellation)
    {
        var command = new Command(BundleFileWork.Name, Actor.System, new Input(file.BundleId, file.Number)) { Accounts = [file.AccountId] };
        await writePath.RunAsync<Done>(command, async scope =>
        {
            var row = await scope.Db.UsageBundleFiles.FirstOrDefaultAsync(
                one => one.AccountId == file.AccountId && one.BundleId == file.BundleId && one.Number == file.Number && one.State == UsageBundleFileState.Waiting, cancellation);
            if (row is not null && await scope.Db.UsageBundles.FindAsync([file.AccountId, file.BundleId], cancellation) is { } bundle)
            {
                act(scope, bundle, row);
            }

            return Verdict.Done;
        }, cancellation);
    }
}
