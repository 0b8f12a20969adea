using Purser.Server.People;

namespace Purser.Server.Web;

/// <summary>
/// What the skeleton shows around every page: who is signed in, which account is open, what may be opened.
/// One per request; the sign-in side fills it before a page renders. Unfilled, the skeleton has no navigation.
/// </summary>
public sealed class ShellState
{
    public string Product { get; set; } = "Purser";
    public ShellPerson? Person { get; set; }
    public ShellAccount? Account { get; set; }

    /// <summary>The accounts the person may open, at most as many as a menu can show; the rest is on <see cref="AllAccountsPath"/>.</summary>
    public IReadOnlyList<ShellAccount> Accounts { get; set; } = [];
    public string AllAccountsPath { get; set; } = "/accounts";
    public string SignOutPath { get; set; } = "/sign-out";

    /// <summary>Whether the person has a permission, in the open account if there is one.</summary>
    public Func<Permission, bool> Can { get; set; } = _ => false;
    public int RunningJobs { get; set; }

    /// <summary>Requests for access to the open account that the person can answer.</summary>
    public int AccessRequests { get; set; }
}

public sealed record ShellPerson(string Name, string Email);

/// <param name="Id">What addresses name the account by: its domain identifier.</param>
/// <param name="Path">Where opening the account leads.</param>
public sealed record ShellAccount(string Id, string Name, string Domain, string Path, AlertCount Alerts);

public readonly record struct AlertCount(int Major, int Minor)
{
    public bool Any => Major > 0 || Minor > 0;
}
