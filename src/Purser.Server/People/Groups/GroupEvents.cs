using System.Globalization;
using Purser.Server.Events;

namespace Purser.Server.People;

/// <summary>The events about user groups in an account's log (domain rules 11.1).</summary>
public static class GroupEvents
{
    private const int Listed = 20;

    public static EventText Created(string group) => new("User Group Created", $"The user group \"{group}\" was created.");

    public static EventText Renamed(string from, string to) => new("User Group Changed", $"The user group \"{from}\" was renamed to \"{to}\".");

    public static EventText Described(string group) => new("User Group Changed", $"The description of the user group \"{group}\" was changed.");

    public static EventText Deleted(string group) => new("User Group Removed", $"The user group \"{group}\" was removed.");

    public static EventText MembersAdded(string group, IReadOnlyList<string> people) => new(
        "User Group Changed", $"{Names(people)} added to the user group \"{group}\".");

    public static EventText MembersRemoved(string group, IReadOnlyList<string> people) => new(
        "User Group Changed", $"{Names(people)} removed from the user group \"{group}\".");

    /// <summary>In the log of an account in which another one's group works.</summary>
    public static EventText MembersAddedElsewhere(string group, string home, IReadOnlyList<string> people) => new(
        "User Group Changed", $"{Names(people)} added to the user group \"{group}\" of the Smart Account \"{home}\", which works here.");

    public static EventText MembersRemovedElsewhere(string group, string home, IReadOnlyList<string> people) => new(
        "User Group Changed", $"{Names(people)} removed from the user group \"{group}\" of the Smart Account \"{home}\", which works here.");

    public static EventText RoleGiven(string group, Role role) => new("User Group Role Added", $"The user group \"{group}\" was given the role {role.Display()}.");

    public static EventText RoleTaken(string group, Role role) => new("User Group Role Removed", $"The role {role.Display()} of the user group \"{group}\" was removed.");

    public const string AccessRequestedKind = "User Group Access Requested";

    public static EventText AccessRequested(string group, string target) => new(
        AccessRequestedKind, $"Access to the Smart Account \"{target}\" was requested for the user group \"{group}\".");

    public static EventText AccessRequestedHere(string group, string home) => new(
        AccessRequestedKind, $"The Smart Account \"{home}\" requested access for its user group \"{group}\".");

    public static EventText AccessAnswered(string group, string home, string target, bool isGranted) => new(
        isGranted ? "User Group Access Granted" : "User Group Access Declined",
        $"Access to the Smart Account \"{target}\" was {(isGranted ? "granted to" : "declined for")} the user group \"{group}\" of the Smart Account \"{home}\".");

    public static EventText AccessWithdrawn(string group, string home, string target) => new(
        "User Group Access Withdrawn", $"The access of the user group \"{group}\" of the Smart Account \"{home}\" to the Smart Account \"{target}\" was withdrawn.");

    private static string Names(IReadOnlyList<string> people)
    {
        var listed = string.Join(", ", people.Take(Listed).Select(name => $"\"{name}\""));
        var rest = people.Count > Listed ? string.Create(CultureInfo.InvariantCulture, $" and {people.Count - Listed} more") : "";
        return people.Count == 1 ? $"The user {listed} was" : $"The users {listed}{rest} were";
    }
}
