using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;

namespace Purser.Server.Reports;

/// <summary>Saved views of a merged account go into the other one (SA-15): virtual accounts and licenses keep their numbers, so they show the same.</summary>
internal static class ViewMove
{
    /// <summary>For undoing: a name that was given by the merger is taken back, one that somebody chose since is not.</summary>
    private sealed record Renamed(string Before, string After);

    /// <returns>How many went.</returns>
    public static async Task<int> RunAsync(MergerAct act, CancellationToken cancellation)
    {
        var views = await act.Db.SavedViews.Where(row => row.AccountId == act.From.Id).OrderBy(row => row.Id).ToListAsync(cancellation);
        await MoveAsync(act, views, act.Into.Id, act.From.Domain, view => view.Name, (view, name) => act.Remember(MergedKind.SavedView, view.Id, before: new Renamed(view.Name, name)), cancellation);
        return views.Count;
    }

    public static async Task UndoAsync(MergerAct act, IReadOnlyList<MergedThing> things, CancellationToken cancellation)
    {
        var names = things.Where(thing => thing.Kind == MergedKind.SavedView).ToDictionary(thing => thing.Id, MergerAct.Before<Renamed>);
        var ids = names.Keys.ToList();
        var views = await act.Db.SavedViews.Where(row => row.AccountId == act.Into.Id && ids.Contains(row.Id)).OrderBy(row => row.Id).ToListAsync(cancellation);
        await MoveAsync(act, views, act.From.Id, act.Into.Domain, view => view.Name == names[view.Id].After ? names[view.Id].Before : view.Name, (_, _) => { }, cancellation);
    }

    /// <summary>An owner has a name once for each table and report.</summary>
    private static async Task MoveAsync(
        MergerAct act, IReadOnlyList<SavedView> views, long into, string mark, Func<SavedView, string> wanted, Action<SavedView, string> remember, CancellationToken cancellation)
    {
        var there = await act.Db.SavedViews.Where(row => row.AccountId == into).ToListAsync(cancellation);
        foreach (var ofOwner in views.GroupBy(view => (view.OwnerKey, view.Kind)))
        {
            var taken = there.Where(view => (view.OwnerKey, view.Kind) == ofOwner.Key).Select(view => view.NameKey).ToHashSet(StringComparer.Ordinal);
            foreach (var view in ofOwner)
            {
                var name = MergerRules.FreeName(wanted(view), mark, taken);
                remember(view, name);
                act.Db.Rekey(view, row => (row.AccountId, row.Name, row.NameKey) = (into, name, SavedViewRules.KeyOf(name)));
            }
        }

        await act.Db.SaveChangesAsync(cancellation);
    }
}
