using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Pki;
using Purser.Server.Store;

namespace Purser.Server.People;

/// <summary>
/// User groups of a merged account go into the other one with their members, and so do the ways of groups into it and out of it (SA-09, SA-15).
/// What they may do goes with the roles (<see cref="RoleMove"/>).
/// </summary>
internal static class GroupMove
{
    /// <summary>For undoing: a name that was given by the merger is taken back, one that somebody chose since is not.</summary>
    private sealed record Renamed(string Before, string After);

    /// <returns>How many groups went.</returns>
    public static async Task<int> RunAsync(MergerAct act, CancellationToken cancellation)
    {
        var db = act.Db;
        var (from, into) = (act.From.Id, act.Into.Id);
        var groups = await db.UserGroups.Where(row => row.AccountId == from).OrderBy(row => row.Id).ToListAsync(cancellation);
        var taken = await NamesAsync(db, into, cancellation);
        foreach (var group in groups)
        {
            var name = MergerRules.FreeName(group.Name, act.From.Domain, taken);
            act.Remember(MergedKind.UserGroup, group.Id, before: new Renamed(group.Name, name));
            await MoveAsync(db, group, into, name, cancellation);
        }

        await MoveSpansAsync(act, cancellation);
        return groups.Count;
    }

    public static async Task UndoAsync(MergerAct act, IReadOnlyList<MergedThing> things, CancellationToken cancellation)
    {
        var db = act.Db;
        var (from, into) = (act.From.Id, act.Into.Id);
        var names = things.Where(thing => thing.Kind == MergedKind.UserGroup).ToDictionary(thing => thing.Id, MergerAct.Before<Renamed>);
        var taken = await NamesAsync(db, from, cancellation);
        var ids = names.Keys.ToList();
        foreach (var group in await db.UserGroups.Where(row => row.AccountId == into && ids.Contains(row.Id)).OrderBy(row => row.Id).ToListAsync(cancellation))
        {
            var wanted = group.Name == names[group.Id].After ? names[group.Id].Before : group.Name;
            await MoveAsync(db, group, from, MergerRules.FreeName(wanted, act.Into.Domain, taken), cancellation);
        }

        var moved = things.Where(thing => thing.Kind == MergedKind.GroupSpan).Select(thing => thing.Id).ToHashSet();
        await RetargetAsync(db, await db.GroupSpans.Where(row => row.TargetAccountId == into && moved.Contains(row.GroupId)).ToListAsync(cancellation), from, cancellation);
        foreach (var thing in things.Where(thing => thing.Kind == MergedKind.EndedGroupSpan))
        {
            await ReopenAsync(db, thing, thing.OtherId, cancellation);
        }

        foreach (var thing in things.Where(thing => thing.Kind == MergedKind.GroupSpan))
        {
            await ReopenEndedSinceAsync(act, thing, cancellation);
        }

        await db.SaveChangesAsync(cancellation);
    }

    /// <summary>The way that went along may have ended there when its group's own account came too: it leads into this account again, and not into that one if the other merger is undone.</summary>
    private static async Task ReopenEndedSinceAsync(MergerAct act, MergedThing moved, CancellationToken cancellation)
    {
        var ended = await act.Db.MergedThings
            .Where(row => row.Kind == MergedKind.EndedGroupSpan && row.Id == moved.Id && row.OtherId == act.Into.Id && row.MergerId > act.Merger.Id).ToListAsync(cancellation);
        if (ended.Count > 0 && await ReopenAsync(act.Db, ended[0], act.From.Id, cancellation))
        {
            act.Forget(ended);
        }
    }

    private static async Task<bool> ReopenAsync(PurserContext db, MergedThing ended, long target, CancellationToken cancellation)
    {
        if (await db.UserGroups.IgnoreQueryFilters().FirstOrDefaultAsync(row => row.Id == ended.Id, cancellation) is not { } group || group.AccountId == target
            || await db.GroupSpans.FindAsync([ended.Id, target], cancellation) is not null)
        {
            return false;
        }

        // Its account may have gone into another one since, in a merger of its own.
        var span = MergerAct.Before<GroupSpan>(ended);
        (span.HomeAccountId, span.GroupName, span.TargetAccountId) = (group.AccountId, group.Name, target);

        // Two mergers may have ended the same way one after the other.
        span.LookupId = await db.GroupSpans.AnyAsync(row => row.LookupId == span.LookupId, cancellation) || db.GroupSpans.Local.Any(row => row.LookupId == span.LookupId)
            ? SecretSource.NewUuid() : span.LookupId;
        db.GroupSpans.Add(span);
        return true;
    }

    private static async Task<HashSet<string>> NamesAsync(PurserContext db, long account, CancellationToken cancellation) =>
        (await db.UserGroups.Where(row => row.AccountId == account).Select(row => row.NameKey).ToListAsync(cancellation)).ToHashSet(StringComparer.Ordinal);

    private static async Task MoveAsync(PurserContext db, UserGroup group, long account, string name, CancellationToken cancellation)
    {
        db.Rekey(group, row => (row.AccountId, row.Name, row.NameKey) = (account, name, GroupRules.KeyOf(name)));
        foreach (var span in await db.GroupSpans.Where(row => row.GroupId == group.Id).ToListAsync(cancellation))
        {
            (span.HomeAccountId, span.GroupName) = (account, name);
        }

        await db.SaveChangesAsync(cancellation);
    }

    /// <summary>A way between the two accounts has come to its end; of two ways into the other one the better stays.</summary>
    private static async Task MoveSpansAsync(MergerAct act, CancellationToken cancellation)
    {
        var db = act.Db;
        var (from, into) = (act.From.Id, act.Into.Id);
        var spans = await db.GroupSpans.Where(row => row.TargetAccountId == from || row.TargetAccountId == into).ToListAsync(cancellation);
        var own = spans.Where(span => span.HomeAccountId == into).ToList();
        var coming = spans.Where(span => span.TargetAccountId == from).Except(own).ToList();
        var there = spans.Where(span => span.TargetAccountId == into).Except(own).ToDictionary(span => span.GroupId);
        var better = coming.Where(span => !there.TryGetValue(span.GroupId, out var other) || Worth(span) > Worth(other)).ToList();
        var ended = own.Concat(coming.Except(better)).Concat(better.Select(span => there.GetValueOrDefault(span.GroupId)).OfType<GroupSpan>()).ToList();
        foreach (var span in ended)
        {
            act.Remember(MergedKind.EndedGroupSpan, span.GroupId, span.TargetAccountId, Original(span, act));
        }

        db.GroupSpans.RemoveRange(ended);
        await db.SaveChangesAsync(cancellation);
        foreach (var span in better)
        {
            act.Remember(MergedKind.GroupSpan, span.GroupId, span.TargetAccountId);
        }

        await RetargetAsync(db, better, into, cancellation);
    }

    /// <summary>As it was before the group itself went.</summary>
    private static GroupSpan Original(GroupSpan span, MergerAct act) => new()
    {
        GroupId = span.GroupId, TargetAccountId = span.TargetAccountId, GroupName = span.GroupName, LookupId = span.LookupId, State = span.State, Note = span.Note,
        HomeAccountId = span.TargetAccountId == act.Into.Id && span.HomeAccountId == act.Into.Id ? act.From.Id : span.HomeAccountId,
        RequestedBy = span.RequestedBy, RequestedByEmail = span.RequestedByEmail, RequestedAt = span.RequestedAt, AnsweredBy = span.AnsweredBy, AnsweredAt = span.AnsweredAt, Reason = span.Reason,
    };

    private static int Worth(GroupSpan span) => span.State switch { GroupSpanState.Granted => 2, GroupSpanState.Requested => 1, _ => 0 };

    /// <summary>Two saves: a way is found by its lookup id, which is there once.</summary>
    private static async Task RetargetAsync(PurserContext db, IReadOnlyList<GroupSpan> spans, long target, CancellationToken cancellation)
    {
        db.GroupSpans.RemoveRange(spans);
        await db.SaveChangesAsync(cancellation);
        foreach (var span in spans)
        {
            span.TargetAccountId = target;
            db.GroupSpans.Add(span);
        }

        await db.SaveChangesAsync(cancellation);
    }
}
