using Purser.Server.Commands;
using Purser.Server.People;

namespace Purser.Server.Accounts;

/// <summary>Addresses of an account's own pages.</summary>
public static class AccountLinks
{
    /// <summary>Opening an account shows what needs attention; who may not see that starts at its properties (domain rules 12.3).</summary>
    public static string Start(Actor actor, long accountId, string domain) =>
        $"/accounts/{domain}/{(actor.May(Permission.AlertView, accountId) ? "alerts" : "properties")}";
}
