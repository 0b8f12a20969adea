using Purser.Server.Commands;

namespace Purser.Server.People;

/// <summary>Who may give or take which role: nobody gives what she does not have herself, and only where she has it.</summary>
public static class GrantRules
{
    /// <summary>Roles next door are not there for who administers single virtual accounts: no refusal tells of them.</summary>
    public static bool Sees(Actor actor, RoleGrant grant)
    {
        var reach = actor.ReachOf(Permission.PeopleView, grant.AccountId);
        return reach.IsWhole || (grant.VirtualAccountId is { } id && reach.Covers(id));
    }

    /// <param name="manage">The permission to manage such grants: of people or of API clients.</param>
    public static Refusal? Judge(Actor granter, Permission manage, long accountId, Role role, long? virtualAccountId)
    {
        if (role.IsVirtualAccountRole() != virtualAccountId is not null)
        {
            return Verdict.Refused(
                RefusalCode.InvalidInput,
                role.IsVirtualAccountRole() ? $"Choose the virtual account for the role {role.Display()}." : $"The role {role.Display()} is for the whole Smart Account.",
                "VirtualAccountId");
        }

        var mayAll = virtualAccountId is { } id
            ? granter.May(manage, accountId, id) && RoleTable.Of(role).All(permission => granter.May(permission, accountId, id))
            : granter.ReachOf(manage, accountId).IsWhole && RoleTable.Of(role).All(permission => granter.ReachOf(permission, accountId).IsWhole);
        return mayAll
            ? null
            : Verdict.Refused(
                RefusalCode.NotAllowed,
                $"You can give and take roles up to your own, where you have them; {role.Display()} is beyond that. Ask a Smart Account Administrator.",
                "Role");
    }
}
