using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.Events;
using Purser.Server.Store;

namespace Purser.Server.People;

/// <summary>The Smart Accounts in which a user group works besides its own: who joins or leaves it gets or loses something there too.</summary>
internal static class GroupReach
{
    /// <summary>To be locked by whoever changes the members.</summary>
    public static async Task<IReadOnlyList<long>> OthersAsync(Database database, long homeId, IReadOnlyCollection<long> groupIds, CancellationToken cancellation)
    {
        await using var db = database.Read();
        return await Others(db, homeId, groupIds).ToListAsync(cancellation);
    }

    /// <summary>Before the members change: null where all logs that are to tell of it can be written.</summary>
    public static async Task<Refusal?> JudgeAsync(WriteScope scope, UserGroup group, CancellationToken cancellation) =>
        (await Others(scope.Db, group.AccountId, [group.Id]).ToListAsync(cancellation)).TrueForAll(scope.Holds)
            ? null
            : Verdict.Refused(RefusalCode.Stale, "The user group got access to another Smart Account just now. Try again.");

    public static async Task TellAsync(WriteScope scope, UserGroup group, EventText atHome, Func<string, EventText> elsewhere, CancellationToken cancellation)
    {
        scope.Journal(group.AccountId).Append(atHome);
        var home = await scope.Db.Accounts.Where(row => row.Id == group.AccountId).Select(row => row.Name).FirstAsync(cancellation);
        foreach (var account in await Others(scope.Db, group.AccountId, [group.Id]).ToListAsync(cancellation))
        {
            scope.Journal(account).Append(elsewhere(home));
        }
    }

    /// <summary>Where it has a role, or was let in. In a closed account nobody works.</summary>
    private static IQueryable<long> Others(PurserContext db, long homeId, IReadOnlyCollection<long> groupIds)
    {
        var granted = db.RoleGrants.IgnoreQueryFilters().Where(row => row.GroupId != null && groupIds.Contains(row.GroupId.Value)).Select(row => row.AccountId);
        var spanned = db.GroupSpans.Where(row => groupIds.Contains(row.GroupId) && row.State == GroupSpanState.Granted).Select(row => row.TargetAccountId);
        return db.Accounts.Where(row => row.Id != homeId && row.Status != AccountStatus.Closed && (granted.Contains(row.Id) || spanned.Contains(row.Id))).OrderBy(row => row.Id).Select(row => row.Id);
    }
}
