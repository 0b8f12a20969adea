using Purser.Server.Events;

namespace Purser.Server.People;

/// <summary>The events about people and programs in an account's log (domain rules 11.1).</summary>
public static class PeopleEvents
{
    public static EventText RoleGranted(string person, Role role) => new("User Added", $"The user \"{person}\" was given the role {role.Display()}.");

    public static EventText RoleChanged(string person, Role from, Role to) => new(
        "User Role Changed", $"The role of the user \"{person}\" was changed from {from.Display()} to {to.Display()}.");

    public static EventText RoleRemoved(string person, Role role) => new("User Removed", $"The role {role.Display()} of the user \"{person}\" was removed.");

    public static EventText Deactivated(string person) => new("User Changed", $"The user \"{person}\" was deactivated by the directory that keeps her or him.");

    public static EventText Reactivated(string person) => new("User Changed", $"The user \"{person}\" was activated again by the directory that keeps her or him.");

    public static EventText Renamed(string from, string to) => new("User Changed", $"The user \"{from}\" is called \"{to}\" now.");

    public static EventText AddressChanged(string person, string from, string to) => new(
        "User Changed", $"The mail address of the user \"{person}\" was changed from {from} to {to}.");

    public static EventText MessageSent(string subject, int people) => new(
        "Message Sent", $"The message \"{subject}\" was sent to {(people == 1 ? "1 user" : FormattableString.Invariant($"{people} users"))}.");

    public static EventText PasswordLinkMade(string person) => new(
        "User Changed", $"A link for choosing a new password was made for the user \"{person}\".");

    public static EventText SecondFactorOn(string person) => new("User Changed", $"The user \"{person}\" set up an authenticator app as second factor.");

    public static EventText SecondFactorOff(string person) => new("User Changed", $"The user \"{person}\" turned the second factor off.");

    public static EventText SecondFactorReset(string person) => new(
        "User Changed", $"The second factor and the passkeys of the user \"{person}\" were reset.");

    public static EventText RecoveryCodesRenewed(string person) => new("User Changed", $"New recovery codes were made for the user \"{person}\".");

    public static EventText RecoveryCodeUsed(string person) => new("User Changed", $"The user \"{person}\" signed in with a recovery code.");

    public static EventText SignedOutBySource(string person, string source) => new(
        "User Changed", $"The user \"{person}\" was signed out everywhere: \"{source}\" no longer lets her or him in.");

    public static EventText PasskeyAdded(string person, string passkey) => new("User Changed", $"The passkey \"{passkey}\" of the user \"{person}\" was added.");

    public static EventText PasskeyRenamed(string person, string from, string to) => new(
        "User Changed", $"The passkey \"{from}\" of the user \"{person}\" was renamed to \"{to}\".");

    public static EventText PasskeyRemoved(string person, string passkey) => new(
        "User Changed", $"The passkey \"{passkey}\" of the user \"{person}\" was removed.");

    public static EventText ClientCreated(string name) => new("API Client Created", $"The API client \"{name}\" was created.");

    public static EventText ClientRotated(string name, DateTimeOffset? previousEndsAt) => new(
        "API Client Changed",
        $"The API client \"{name}\" was given a new secret{(previousEndsAt is { } end ? $"; the one before works until {end.UtcDateTime:yyyy-MM-dd HH:mm} UTC" : "")}.");

    public static EventText ClientSecretEnded(string name) => new("API Client Changed", $"The earlier secret of the API client \"{name}\" was ended.");

    public static EventText ClientEnds(string name, DateTimeOffset end) => new(
        "API Client Expires", $"The API client \"{name}\" expires on {end.UtcDateTime:yyyy-MM-dd}.");

    public static EventText ClientAllowed(string name, string person) => new(
        "API Client Allowed", $"The user \"{person}\" allowed the API client \"{name}\" to act for her or him.");

    public static EventText ClientRevoked(string name) => new("API Client Revoked", $"The API client \"{name}\" was revoked.");
}
