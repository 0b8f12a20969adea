using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Purser.Agent.Rules;
using Purser.Cli.Collector.Bundles;
using Purser.Cli.Collector.Store;
using Purser.Cli.Rest;

namespace Purser.Cli.Collector.Forward;

/// <summary>
/// Brings what waits to the authority and the answers back, one bundle at a time: the same bundles that people carry where there is no network. Each step is noted
/// before the next, so a stop anywhere repeats at most one step, and the authority takes a repeated one once.
/// </summary>
/// <param name="connect">Address of the server and its root → a client.</param>
internal sealed class ForwardFiles(CollectorStore store, TakeAnswers answers, Func<string, string?, HttpClient> connect)
{
    private static readonly TimeSpan BetweenQuestions = TimeSpan.FromSeconds(2);

    /// <param name="isUrgent">A person asks: not to wait until the next attempt is due.</param>
    /// <returns>Files whose fate was learned; null: nothing was to be done now, or it failed and the settings say why.</returns>
    public async Task<int?> RunAsync(bool isUrgent, CancellationToken cancel)
    {
        var settings = await store.SettingsAsync(cancel);
        if (!settings.IsConnected || (!isUrgent && settings.NextForwardAt > store.Now) || await NextAsync(settings, cancel) is not { } next)
        {
            return null;
        }

        try
        {
            using var upstream = Upstream.Open(store, settings, connect);
            var done = await StepAsync(upstream, next, cancel);
            await store.ConfigureAsync(
                row =>
                {
                    (row.ContactedAt, row.ForwardFailures, row.ForwardProblem) = (store.Now, 0, null);
                    row.NextForwardAt = done is null ? store.Now + BetweenQuestions : null;
                },
                cancel);
            return done;
        }
        catch (Exception problem) when (problem is RestException or HttpRequestException or CommandException or IOException || (problem is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            await store.ConfigureAsync(
                row =>
                {
                    row.ForwardFailures++;
                    row.ForwardProblem = problem is OperationCanceledException ? "the server did not answer in time" : problem.Message;
                    row.NextForwardAt = store.Now + RetryBackoff.After(row.ForwardFailures);
                },
                cancel);
            return null;
        }
    }

    /// <summary>The bundle that is under way, or a new one of what waits.</summary>
    private Task<Forwarding?> NextAsync(CollectorSettings settings, CancellationToken cancel) => store.ChangeAsync(
        async db =>
        {
            if (await db.Forwardings.OrderBy(row => row.Id).FirstOrDefaultAsync(row => row.State != ForwardingState.Done, cancel) is { } open)
            {
                return open;
            }

            var entries = await Bundling.NextAsync(db, db.Files.Where(file => file.State == FileState.Waiting), cancel);
            if (entries.Count == 0)
            {
                return null;
            }

            var fresh = new Forwarding { Key = NewKey(), Bundle = Bundling.Of(settings, entries, store.Now).Write(), MadeAt = store.Now, Files = entries.Count };
            db.Forwardings.Add(fresh);
            await db.SaveChangesAsync(cancel);
            foreach (var (file, _) in entries)
            {
                (file.State, file.ForwardingId) = (FileState.Forwarded, fresh.Id);
            }

            return fresh;
        },
        cancel);

    private static string NewKey() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    private async Task<int?> StepAsync(Upstream upstream, Forwarding next, CancellationToken cancel)
    {
        if (next.State == ForwardingState.Made)
        {
            var id = await upstream.SendAsync(next.Bundle!, next.Key, cancel);
            await NoteAsync(next, row => (row.State, row.RemoteId) = (ForwardingState.Sent, id), cancel);
            next.RemoteId = id;
        }

        switch (await upstream.IsFinishedAsync(next.RemoteId!.Value, cancel))
        {
            case null:
                // The authority was set back, or has forgotten it: what it counted it will know again.
                await NoteAsync(next, static row => (row.State, row.RemoteId, row.Key) = (ForwardingState.Made, null, NewKey()), cancel);
                return null;
            case false:
                return null;
            default:
                return await FinishAsync(upstream, next, cancel);
        }
    }

    private async Task<int?> FinishAsync(Upstream upstream, Forwarding next, CancellationToken cancel)
    {
        var fates = (await upstream.FatesAsync(next.RemoteId!.Value, cancel)).ToDictionary(static fate => fate.Name, StringComparer.Ordinal);
        if (await upstream.AnswersAsync(next.RemoteId.Value, cancel) is { } bundle && await answers.RunAsync(bundle, cancel) is { IsOk: false } wrong)
        {
            throw new CommandException($"the answers of the server cannot be read: {wrong.Detail}");
        }

        return await store.ChangeAsync<int?>(
            async db =>
            {
                // Those that were answered belong to no forwarding any more, so a repeat of this step finds the others only.
                var names = fates.Keys.ToList();
                var rows = await db.Files.Where(file => names.Contains(file.Name)).ToListAsync(cancel);
                foreach (var row in rows)
                {
                    var fate = fates[row.Name];
                    row.Problem = fate.Problem;
                    if (row.ForwardingId == next.Id)
                    {
                        await TakeAnswers.SettleAsync(db, row, fate.IsRefused ? FileState.Refused : FileState.Answered, store.Now, cancel);
                    }
                }

                // Not named by the server: it goes again.
                foreach (var row in await db.Files.Where(file => file.ForwardingId == next.Id && !names.Contains(file.Name)).ToListAsync(cancel))
                {
                    (row.State, row.ForwardingId) = (FileState.Waiting, null);
                }

                var forwarding = await db.Forwardings.SingleAsync(row => row.Id == next.Id, cancel);
                (forwarding.State, forwarding.Bundle) = (ForwardingState.Done, null);
                return rows.Count;
            },
            cancel);
    }

    private Task<bool> NoteAsync(Forwarding next, Action<Forwarding> change, CancellationToken cancel) => store.ChangeAsync(
        async db =>
        {
            change(await db.Forwardings.SingleAsync(row => row.Id == next.Id, cancel));
            return true;
        },
        cancel);
}
