using Purser.Server.Events;

namespace Purser.Server.Accounts;

/// <summary>The events of mergers and splits, in the logs of both Smart Accounts (SA-15).</summary>
public static class MergerEvents
{
    public static EventText MergedInto(Account into, int places) => new(
        "Smart Account Merged", $"This Smart Account was merged into {Name(into)}: {Places(places)} went there with everything in them, and this Smart Account was closed.");

    public static EventText TookIn(Account from, int places) => new(
        "Smart Account Merged", $"The Smart Account {Name(from)} was merged into this one: {Places(places)} came with everything in them.");

    public static EventText SplitOff(Account into, int places) => new(
        "Smart Account Split", $"{Places(places)} went from this Smart Account to {Name(into)} with everything in them.");

    public static EventText Received(Account from, int places) => new(
        "Smart Account Split", $"{Places(places)} came from the Smart Account {Name(from)} with everything in them.");

    public static EventText BelongingsLeft(Account into, string belongings) => new(
        "Smart Account Merged", $"To the Smart Account {Name(into)} went besides: {belongings}.");

    public static EventText BelongingsCame(Account from, string belongings) => new(
        "Smart Account Merged", $"From the Smart Account {Name(from)} came besides: {belongings}.");

    public static EventText PlaceLeft(string name, Account into) => new(
        "Virtual Account Moved", $"The Virtual Account \"{name}\" went to the Smart Account {Name(into)}.");

    public static EventText PlaceArrived(string before, string name, Account from) => new(
        "Virtual Account Moved",
        $"The Virtual Account \"{before}\" came from the Smart Account {Name(from)}{(before == name ? "" : $" and is called \"{name}\" here")}.");

    public static EventText Undone(AccountMerger merger, Account other) => new(
        $"Smart Account {Noun(merger)} Undone", $"The {Noun(merger).ToLowerInvariant()} with the Smart Account {Name(other)} of {merger.MadeAt:yyyy-MM-dd} was undone.");

    public static EventText Confirmed(AccountMerger merger, Account other) => new(
        $"Smart Account {Noun(merger)} Confirmed", $"The {Noun(merger).ToLowerInvariant()} with the Smart Account {Name(other)} of {merger.MadeAt:yyyy-MM-dd} is final.");

    private static string Noun(AccountMerger merger) => merger.Kind == MergerKind.Merge ? "Merger" : "Split";

    private static string Name(Account account) => $"\"{account.Name}\" ({account.Domain})";

    private static string Places(int count) => count == 1 ? "1 virtual account" : FormattableString.Invariant($"{count} virtual accounts");
}
