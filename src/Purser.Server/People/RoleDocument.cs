using System.Globalization;
using System.Text;

namespace Purser.Server.People;

/// <summary>The role table as a document for people (docs/roles.md): written by the program, so that it cannot be wrong.</summary>
public static class RoleDocument
{
    public static string Text()
    {
        var text = new StringBuilder("# Who may do what\n\nWritten by `./purser roles` from the one table that authorizes every route and page; a test compares.\n\n");
        text.Append("A role is held in a whole Smart Account or in virtual accounts, with or without those below them. Somebody with several roles may do what any of them allows.\n");
        text.Append("An API client needs a role and, for each permission, the scope in the last column.\n");
        Table(text, "Roles in a Smart Account", Enum.GetValues<Role>(), RoleNames.Display, RoleTable.Allows);
        Table(text, "Roles of the operator's staff", Enum.GetValues<OperatorRole>(), RoleNames.Display, RoleTable.Allows);
        text.Append("\n## Without a role\n\n");
        text.Append("- `Anonymous`: sign-in, health, certificates of the authority: anybody.\n");
        text.Append("- `DeviceDoor`: product instances prove themselves by token or certificate.\n");
        text.Append("- `ProvisioningDoor`: the program that provisions the people of a sign-in source, by the token made for that source.\n");
        text.Append("- `SignedIn`: one's own sign-in, sessions, accounts.\n");
        text.Append("- `ProfileEdit`: one's own name, e-mail address and signed-in browsers; a program needs the scope Manage for it.\n");
        return text.ToString();
    }

    private static void Table<TRole>(StringBuilder text, string title, TRole[] roles, Func<TRole, string> name, Func<TRole, Permission, bool> allows)
    {
        text.Append(CultureInfo.InvariantCulture, $"\n## {title}\n\n| permission | {string.Join(" | ", roles.Select(name))} | scope |\n");
        text.Append(CultureInfo.InvariantCulture, $"|---|{string.Concat(Enumerable.Repeat(":-:|", roles.Length))}---|\n");
        foreach (var permission in Enum.GetValues<Permission>().Where(permission => Array.Exists(roles, role => allows(role, permission))))
        {
            var marks = string.Join(" | ", roles.Select(role => allows(role, permission) ? "yes" : "–"));
            text.Append(CultureInfo.InvariantCulture, $"| `{permission}` | {marks} | {RoleTable.ScopeOf(permission)} |\n");
        }
    }
}
