using Microsoft.EntityFrameworkCore;
using Purser.Cli.Collector.Store;
using Purser.Protocol.Bundles;

namespace Purser.Cli.Collector.Bundles;

/// <summary>A bundle of what waits, for people to carry. One that was lost is simply made again: the authority counts each report once.</summary>
internal sealed class ExportBundle(CollectorStore store)
{
    public sealed record Exported(string Name, byte[] Content, int Files);

    /// <param name="write">Keeps the bundle; then its files count as exported.</param>
    /// <returns>Null: there is nothing to carry. What one bundle does not bear goes into the next.</returns>
    public async Task<Exported?> RunAsync(Func<Exported, Task> write, CancellationToken cancel)
    {
        await using var db = store.Open();
        var entries = await Bundling.NextAsync(db, db.Files.Where(file => file.State == FileState.Waiting), cancel);
        if (entries.Count == 0)
        {
            return null;
        }

        // Its name tells it from one that was made in the same second.
        var at = store.Clock.GetUtcNow();
        var made = new Exported(BundleNames.Usage(at), Bundling.Of(await store.SettingsAsync(cancel), entries, at).Write(), entries.Count);
        await write(made);
        foreach (var (file, _) in entries)
        {
            file.State = FileState.Exported;
        }

        await db.SaveChangesAsync(cancel);
        return made;
    }

    /// <summary>What was exported and has no answer waits again: its bundle was lost, or the answers were.</summary>
    public async Task<int> AgainAsync(CancellationToken cancel)
    {
        await using var db = store.Open();
        return await db.Files.Where(file => file.State == FileState.Exported).ExecuteUpdateAsync(set => set.SetProperty(file => file.State, FileState.Waiting), cancel);
    }
}
