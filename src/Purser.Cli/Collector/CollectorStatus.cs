using Microsoft.EntityFrameworkCore;
using Purser.Cli.Collector.Store;

namespace Purser.Cli.Collector;

/// <summary>How the collector stands, in numbers.</summary>
/// <param name="Waiting">Files that the authority does not have.</param>
/// <param name="Undelivered">Answers that could not be brought to their device yet.</param>
/// <param name="Troubled">Devices that the last attempt to fetch from failed at.</param>
public sealed record CollectorStatus(CollectorSettings Settings, int Devices, int Waiting, int Forwarded, int Exported, int Answered, int Refused, int Undelivered, int Troubled)
{
    internal static async Task<CollectorStatus> ReadAsync(CollectorStore store, CancellationToken cancel)
    {
        await using var db = store.Open();
        var files = await db.Files.GroupBy(file => file.State).Select(group => new { group.Key, Count = group.Count() }).ToDictionaryAsync(one => one.Key, one => one.Count, cancel);
        return new CollectorStatus(
            await db.Settings.SingleAsync(cancel), await db.Devices.CountAsync(cancel), Of(FileState.Waiting), Of(FileState.Forwarded), Of(FileState.Exported), Of(FileState.Answered), Of(FileState.Refused),
            await db.Files.CountAsync(file => file.NextDeliveryAt != null && file.DeliveryFailures > 0, cancel), await db.Devices.CountAsync(device => device.Problem != null, cancel));

        int Of(FileState state) => files.GetValueOrDefault(state);
    }

    /// <summary>One sentence on the link to the authority.</summary>
    public string Link => this switch
    {
        { Settings.IsConnected: false } => "Not connected to a server: bundles are carried.",
        { Settings.ForwardProblem: { } problem, Settings.NextForwardAt: var next } => $"{Settings.Server} cannot be used now: {problem.TrimEnd('.')}. Next attempt: {Instant(next)}.",
        { Settings.ContactedAt: null } => $"Connected to {Settings.Server}; nothing has been forwarded yet.",
        _ => $"Connected to {Settings.Server}; last contact: {Instant(Settings.ContactedAt)}.",
    };

    public static string Instant(DateTimeOffset? at) => at is { } instant ? instant.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", System.Globalization.CultureInfo.InvariantCulture) : "never";
}
