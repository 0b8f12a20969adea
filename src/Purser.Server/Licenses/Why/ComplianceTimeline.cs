using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Events;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Licenses;

/// <summary>Since when a license has been in or out of compliance in a virtual account, how it came and went before, and by what (LI-13).</summary>
/// <param name="SupportName">Whom customers read in place of a member of staff (domain rules 11.3).</param>
internal sealed class ComplianceTimeline(PurserContext db, Actor reader, PoolKey key, long account, string supportName)
{
    /// <summary>So far back.</summary>
    public const int Days = 365;

    private const int MostTurns = 8;

    private readonly bool mayReadEvents = reader.May(Permission.EventView, account, key.VirtualAccountId);

    /// <summary>The latest turns, newest first.</summary>
    public async Task<IReadOnlyList<ComplianceTurn>> LoadAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        var past = await PoolPast.LoadAsync(db, key, account, now.AddDays(-Days), now, cancellation);
        var turns = TurnsOf(past);
        var shown = new List<ComplianceTurn>();
        for (var index = turns.Count - 1; index >= 0 && shown.Count < MostTurns; index--)
        {
            var (at, kind) = turns[index];
            shown.Add(new ComplianceTurn(at, kind, ComplianceSentences.Turn(kind), kind == ComplianceTurnKind.Began ? null : await CauseAsync(at, kind, cancellation)));
        }

        return shown;
    }

    /// <summary>Every turn that the history has, oldest first. Of turns within one hour it has the last of each kind.</summary>
    internal static IReadOnlyList<(DateTimeOffset At, ComplianceTurnKind Kind)> TurnsOf(PoolPast past)
    {
        var turns = new List<(DateTimeOffset At, ComplianceTurnKind Kind)>();
        if (past.Before is null && past.Rows is [var first, ..])
        {
            turns.Add((first.Hour, ComplianceTurnKind.Began));
        }

        var shortSince = past.Before?.ShortSince;
        if (shortSince is { } open)
        {
            turns.Add((open, ComplianceTurnKind.Short));
        }

        foreach (var row in past.Rows)
        {
            if (row.RecoveredAt is { } recovered)
            {
                turns.Add((recovered, ComplianceTurnKind.Recovered));
            }

            if (row.ShortSince is { } begin && begin != shortSince)
            {
                turns.Add((begin, ComplianceTurnKind.Short));
            }

            shortSince = row.ShortSince;
        }

        return turns;
    }

    /// <summary>
    /// The event that the same act wrote: before its report of the shortage, or the last one where a shortage ended. What a product instance did
    /// (removed, moved, released) names no license, so it counts if it happened here at that instant.
    /// </summary>
    private async Task<ComplianceCause?> CauseAsync(DateTimeOffset at, ComplianceTurnKind kind, CancellationToken cancellation)
    {
        if (!mayReadEvents)
        {
            return null;
        }

        var (from, to) = await EventsOfInstant.RangeAsync(db, account, at, cancellation);
        var (place, license) = (key.VirtualAccountId, key.EntitlementId);
        var events = await db.Events
            .Where(row => row.AccountId == account && row.Seq >= from && row.Seq < to && (row.VirtualAccountId == place || row.OtherVirtualAccountId == place)
                && (row.EntitlementId == license || (row.EntitlementId == null && row.DeviceId != null)))
            .OrderBy(row => row.Seq).ToListAsync(cancellation);
        var report = events.FindIndex(row => row.Kind == LicensingEvents.InsufficientKind && row.EntitlementId == license && row.VirtualAccountId == place);
        var cause = kind == ComplianceTurnKind.Short && report >= 0
            ? events.Take(report).LastOrDefault(row => row.Kind != LicensingEvents.InsufficientKind) ?? events[report]
            : events.LastOrDefault(row => row.Kind != LicensingEvents.InsufficientKind);
        return cause is null ? null : new ComplianceCause(
            cause.Seq, cause.At, cause.Kind, cause.Message, cause.ActorIsStaff && !reader.IsStaff ? supportName : cause.ActorName);
    }
}
