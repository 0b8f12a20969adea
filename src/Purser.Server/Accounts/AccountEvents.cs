using Purser.Server.Commands;
using Purser.Server.Events;

namespace Purser.Server.Accounts;

/// <summary>The events of the account itself with their texts (help ch. 11; domain rules 11.1).</summary>
public static class AccountEvents
{
    /// <summary>Events about tokens, people and virtual accounts are the account's own (help ch. 11), and shown in the log of the virtual account too.</summary>
    public static EventPlace About(long? virtualAccountId) => new() { OtherVirtualAccountId = virtualAccountId };

    public static EventText AccountCreated(string name) => new("Smart Account Created", $"The Smart Account \"{name}\" was created.");

    public static EventText AccountActivated(string name, string requester, string approver) => new(
        "Smart Account Activated", $"The Smart Account \"{name}\", requested by {requester}, was activated by {approver}.");

    public static EventText AccountUpgraded(string name, string from, string to) => new(
        "Smart Account Upgraded", $"The Smart Account \"{name}\" was upgraded from Limited Use to Customer; its domain identifier changed from {from} to {to}.");

    public static EventText AccountEdited(string name, IEnumerable<string> changes) => new(
        "Smart Account Properties Changed", $"The properties of the Smart Account \"{name}\" were changed: {string.Join("; ", changes)}.");

    public static EventText VirtualAccountCreated(string name) => new("Virtual Account Created", $"The Virtual Account \"{name}\" was created.");

    public static EventText VirtualAccountRenamed(string from, string to) => new(
        "Virtual Account Renamed", $"The Virtual Account \"{from}\" was renamed to \"{to}\".");

    public static EventText VirtualAccountEdited(string name, IEnumerable<string> changes) => new(
        "Virtual Account Changed", $"The Virtual Account \"{name}\" was changed: {string.Join("; ", changes)}.");

    public static EventText VirtualAccountMoved(string name, string? parent) => new(
        "Virtual Account Moved",
        parent is null ? $"The Virtual Account \"{name}\" was moved to the top level." : $"The Virtual Account \"{name}\" was moved below the Virtual Account \"{parent}\".");

    public static EventText VirtualAccountMoved(string name) => new("Virtual Account Moved", $"The Virtual Account \"{name}\" was moved to another place in the tree.");

    public static EventText VirtualAccountMadeDefault(string name) => new(
        "Default Virtual Account Changed", $"The Virtual Account \"{name}\" was made the default virtual account.");

    public static EventText VirtualAccountRemoved(string name) => new("Virtual Account Removed", $"The Virtual Account \"{name}\" was removed.");

    public static EventText TagCreated(string name, IEnumerable<string> values) => new(
        "Custom Tag Created", $"The custom tag \"{name}\" was created with the values {string.Join(", ", values)}.");

    public static EventText TagChanged(string name, IEnumerable<string> values, int taken) => new(
        "Custom Tag Changed",
        $"The custom tag \"{name}\" was changed; its values are {string.Join(", ", values)}.{(taken == 0 ? "" : FormattableString.Invariant($" {taken} uses of removed values were taken off virtual accounts."))}");

    public static EventText TagRemoved(string name, int virtualAccounts) => new(
        "Custom Tag Removed",
        $"The custom tag \"{name}\" was removed{(virtualAccounts == 0 ? "" : FormattableString.Invariant($" and taken off {virtualAccounts} virtual accounts"))}.");

    public static EventText FlagSwitched(string flag, bool isEnabled) => new("Configuration", $"\"{flag}\" was set to {(isEnabled ? "Enabled" : "Disabled")}.");

    public static EventText AgreementAccepted(int version, string person) => new(
        "Agreement Accepted", $"Version {version} of the Smart Licensing Agreement was accepted by {person}.");
}
