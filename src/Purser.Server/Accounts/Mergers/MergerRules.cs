using Purser.Server.Commands;

namespace Purser.Server.Accounts;

/// <summary>A virtual account that goes, and how it will lie over there.</summary>
/// <param name="Row">As it is now.</param>
public sealed record PlannedPlace(VirtualAccount Row, string Name, long? ParentId, int Level, bool IsDefault)
{
    public bool IsRenamed => Name != Row.Name;
}

/// <summary>What may be merged and split, and how names and nesting come out (SA-15; domain rules 12.1, 12.4). Pure.</summary>
public static class MergerRules
{
    public const int LongestNote = 1000;

    public static Refusal? JudgeMerge(Account from, Account into) =>
        from.Id == into.Id ? Verdict.Refused(RefusalCode.InvalidInput, "Name two different Smart Accounts.", "into")
        : JudgeOpen(from, "from") ?? JudgeOpen(into, "into") ?? JudgeTypes(from.Type, into.Type);

    /// <param name="into">Null: a new account.</param>
    public static Refusal? JudgeSplit(Account from, Account? into) =>
        from.Id == into?.Id ? Verdict.Refused(RefusalCode.InvalidInput, "Name another Smart Account, or a new one.", "into")
        : from.Type == AccountType.LimitedUse
            ? Verdict.Refused(RefusalCode.AccountTypeForbids, "A Limited Use account is one person's and is not split.", "from")
        : JudgeOpen(from, "from") ?? (into is null ? null : JudgeOpen(into, "into") ?? JudgeTypes(from.Type, into.Type));

    /// <summary>The virtual accounts of a split: the default stays, because every account has one; with each goes what lies below it.</summary>
    public static Verdict<IReadOnlySet<long>> Choose(IReadOnlyCollection<VirtualAccount> all, IReadOnlyCollection<long> chosen)
    {
        if (chosen.Count == 0)
        {
            return Verdict.Refused(RefusalCode.InvalidInput, "Choose at least one virtual account.", "virtualAccountIds");
        }

        var tree = new VirtualAccountTree(all.Select(row => (row.Id, row.ParentId)));
        if (chosen.Any(id => !tree.Has(id)))
        {
            return Verdict.Refused(RefusalCode.NotFound, "A virtual account that was chosen is not in this Smart Account.", "virtualAccountIds");
        }

        var places = chosen.SelectMany(tree.WithDescendants).ToHashSet();
        return all.First(row => row.IsDefault) is { } first && places.Contains(first.Id)
            ? Verdict.Refused(
                RefusalCode.VirtualAccountIsDefault,
                $"\"{first.Name}\" is the default virtual account{(chosen.Contains(first.Id) ? "" : " and lies below a chosen one")}. Make another one the default first: each Smart Account keeps one.",
                "virtualAccountIds")
            : places;
    }

    /// <summary>Whether the same virtual accounts can go back: all are there, and nobody has built on them since.</summary>
    public static Refusal? JudgeUndo(IReadOnlyDictionary<long, MergedPlace> before, IReadOnlyCollection<VirtualAccount> there)
    {
        var present = there.Select(row => row.Id).ToHashSet();
        var gone = before.Values.Where(place => !present.Contains(place.VirtualAccountId)).Select(place => place.NameAfter).ToList();
        if (gone.Count > 0)
        {
            return InTheWay($"Not there any more, deleted or gone on to another Smart Account: {List(gone)}. What happened later is undone first.");
        }

        if (there.FirstOrDefault(row => row.IsDefault && before.ContainsKey(row.Id)) is { } first)
        {
            return InTheWay($"\"{first.Name}\" was made the default virtual account since. Make another one the default first.");
        }

        var below = there.Where(row => !before.ContainsKey(row.Id) && row.ParentId is { } parent && before.ContainsKey(parent)).Select(row => row.Name).ToList();
        return below.Count > 0 ? InTheWay($"Put below them since: {List(below)}. Move these elsewhere first.") : null;
    }

    private static Refusal InTheWay(string detail) => Verdict.Refused(RefusalCode.Conflict, detail);

    private static string List(List<string> names) =>
        string.Join(", ", names.Take(5).Select(name => $"\"{name}\"")) + (names.Count > 5 ? FormattableString.Invariant($" and {names.Count - 5} more") : "");

    /// <summary>Parents first, names that are free over there, at most ten levels.</summary>
    /// <param name="mark">What tells a name apart that is taken: the domain it comes from.</param>
    /// <param name="shape">The parent wanted for each; null is the top level.</param>
    public static Verdict<IReadOnlyList<PlannedPlace>> Plan(
        IReadOnlyCollection<VirtualAccount> moving, IReadOnlyCollection<VirtualAccount> there, string mark, Func<VirtualAccount, long?> shape, Func<VirtualAccount, bool> isDefault,
        Func<VirtualAccount, string> wantedName)
    {
        var names = there.Select(row => row.NameKey).ToHashSet(StringComparer.Ordinal);
        var levels = there.ToDictionary(row => row.Id, row => row.Level);
        var planned = new List<PlannedPlace>();
        var open = moving.OrderBy(row => row.Level).ThenBy(row => row.NameKey, StringComparer.Ordinal).ToList();
        while (open.Count > 0)
        {
            // What was put below another one since waits until that one is placed.
            var next = open.Find(row => shape(row) is not { } parent || levels.ContainsKey(parent)) ?? throw new InvalidOperationException("The tree has a ring");
            open.Remove(next);
            var above = shape(next);
            var level = above is { } known ? levels[known] + 1 : 1;
            if (level > VirtualAccountRules.DeepestLevel)
            {
                return Verdict.Refused(
                    RefusalCode.NestingTooDeep,
                    $"The virtual account \"{next.Name}\" would lie on level {level}; there are at most {VirtualAccountRules.DeepestLevel}. Choose a parent further up, or flatten the tree first.",
                    "parentId");
            }

            levels.Add(next.Id, level);
            planned.Add(new PlannedPlace(next, FreeName(wantedName(next), mark, names), above, level, isDefault(next)));
        }

        return planned;
    }

    /// <param name="taken">Upper-cased; the name that is found is added.</param>
    internal static string FreeName(string name, string mark, HashSet<string> taken)
    {
        if (taken.Add(NewVirtualAccount.KeyOf(name)))
        {
            return name;
        }

        for (var number = 1; ; number++)
        {
            var end = number == 1 ? $" ({mark})" : $" ({mark}, {number})";
            var free = name[..Math.Min(name.Length, Math.Max(1, VirtualAccountRules.LongestName - end.Length))] + end;
            if (taken.Add(NewVirtualAccount.KeyOf(free)))
            {
                return free;
            }
        }
    }

    private static Refusal? JudgeOpen(Account account, string field) => account.Status == AccountStatus.Active
        ? null
        : Verdict.Refused(RefusalCode.AccountInactive, $"The Smart Account {account.Domain} is not active.", field);

    private static Refusal? JudgeTypes(AccountType from, AccountType into) => into switch
    {
        AccountType.LimitedUse => Verdict.Refused(
            RefusalCode.AccountTypeForbids, "A Limited Use account has few users and virtual accounts. Its administrator upgrades it to a Customer account first.", "into"),
        AccountType.PartnerHolding when from != AccountType.PartnerHolding => Verdict.Refused(
            RefusalCode.AccountTypeForbids, "Nothing can be activated in a Partner Holding account, so only another holding account goes into it.", "into"),
        _ => null,
    };
}
