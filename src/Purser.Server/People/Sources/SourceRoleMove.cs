using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Store;

namespace Purser.Server.People.Sources;

/// <summary>
/// What groups of sign-in sources give in a merged account they give in the other one (SA-15): in a virtual account in the same one; in the whole
/// account what roles for the whole account become. Those of the closed account stay with it and give nothing.
/// </summary>
internal static class SourceRoleMove
{
    /// <returns>How many roles of groups hold over there now.</returns>
    public static async Task<int> RunAsync(MergerAct act, CancellationToken cancellation)
    {
        var moved = await MovePlacesAsync(act, act.From.Id, act.Into.Id, cancellation);
        var present = (await act.Db.SourceRoles.Where(row => row.AccountId == act.Into.Id).ToListAsync(cancellation)).Select(KeyOf).ToHashSet();
        var made = 0;
        foreach (var role in await act.Db.SourceRoles.Where(row => row.AccountId == act.From.Id && row.VirtualAccountId == null).OrderBy(row => row.Id).ToListAsync(cancellation))
        {
            if (RoleMove.Over(role.Role, act.Mode, act.Tops) is { } access)
            {
                made += access.Places().Count(place => Make(act, role, access.Role, place, present));
            }
        }

        await act.Db.SaveChangesAsync(cancellation);
        return moved + made;
    }

    public static async Task UndoAsync(MergerAct act, IReadOnlyList<MergedThing> things, CancellationToken cancellation)
    {
        var made = things.Where(thing => thing.Kind == MergedKind.SourceRole).Select(thing => thing.Id).ToHashSet();
        act.Db.SourceRoles.RemoveRange(await act.Db.SourceRoles.Where(row => row.AccountId == act.Into.Id && made.Contains(row.Id)).ToListAsync(cancellation));
        await act.Db.SaveChangesAsync(cancellation);
        await MovePlacesAsync(act, act.Into.Id, act.From.Id, cancellation);
    }

    /// <summary>Those of the closed account were kept for undoing; final, they give over there what they give.</summary>
    public static async Task ForgetAsync(PurserContext db, long account, CancellationToken cancellation) =>
        db.SourceRoles.RemoveRange(await db.SourceRoles.Where(row => row.AccountId == account).ToListAsync(cancellation));

    private static async Task<int> MovePlacesAsync(MergerAct act, long from, long into, CancellationToken cancellation)
    {
        var roles = await act.Db.SourceRoles.Where(row => row.AccountId == from && row.VirtualAccountId != null && act.Places.Contains(row.VirtualAccountId.Value)).ToListAsync(cancellation);
        roles.ForEach(role => role.AccountId = into);
        await act.Db.SaveChangesAsync(cancellation);
        return roles.Count;
    }

    private static bool Make(MergerAct act, SourceRole role, Role over, long? place, HashSet<(long, string, Role, long?)> present)
    {
        var made = new SourceRole
        {
            SourceId = role.SourceId, Id = act.Scope.NextId(IdKind.Grant), GroupName = role.GroupName, AccountId = act.Into.Id, Role = over, VirtualAccountId = place,
            IncludesChildren = place is not null,
        };
        if (!present.Add(KeyOf(made)))
        {
            return false;
        }

        act.Db.SourceRoles.Add(made);
        act.Remember(MergedKind.SourceRole, made.Id, made.SourceId);
        return true;
    }

    private static (long, string, Role, long?) KeyOf(SourceRole role) => (role.SourceId, role.GroupName, role.Role, role.VirtualAccountId);
}
