using Purser.Server.Commands;

namespace Purser.Server.Accounts;

/// <summary>Where virtual accounts may lie and when they may go (domain rules 12.4).</summary>
public static class VirtualAccountRules
{
    public const int DeepestLevel = 10;
    public const int LongestName = 100;
    public const int LongestDescription = 500;

    public static Refusal? JudgeText(string? name, string? description) =>
        InputText.Problem(name, "Name", "a name", LongestName)
        ?? InputText.Problem(description, "Description", "a description", LongestDescription, isOptional: true);

    /// <summary>The whole account's administrators act everywhere, those of a virtual account below their own only (domain rules 12.3).</summary>
    public static Refusal? JudgeRight(Reach reach, long? parentId) =>
        reach.IsWhole || (parentId is { } parent && reach.Covers(parent))
            ? null
            : Verdict.Refused(
                RefusalCode.NotAllowed,
                "Virtual Account Administrators create and change virtual accounts below their own only. Ask a Smart Account Administrator.",
                "ParentId");

    public static Refusal? JudgeNewChild(VirtualAccountTree tree, long? parentId) =>
        parentId is { } parent && tree.LevelOf(parent) + 1 > DeepestLevel ? TooDeep() : null;

    /// <summary>A subtree moves whole: its deepest leaf counts, and it cannot come to lie below itself.</summary>
    public static Refusal? JudgeMove(VirtualAccountTree tree, long id, long? newParentId)
    {
        if (newParentId is not { } parent)
        {
            return null;
        }

        if (tree.WithDescendants(id).Contains(parent))
        {
            return Verdict.Refused(
                RefusalCode.NestingCycle, "The new parent is this virtual account itself or lies below it. Choose one outside of it.", "ParentId");
        }

        return tree.LevelOf(parent) + tree.HeightOf(id) > DeepestLevel ? TooDeep() : null;
    }

    public static Refusal? JudgeDelete(VirtualAccountContent content)
    {
        if (content.IsDefault)
        {
            return Verdict.Refused(
                RefusalCode.VirtualAccountIsDefault, "The default virtual account cannot be deleted. Make another one the default first.");
        }

        var reasons = content.Reasons().ToList();
        return reasons.Count == 0
            ? null
            : Verdict.Refused(
                RefusalCode.VirtualAccountNotEmpty, $"It still has {string.Join(", ", reasons)}. Transfer or remove them first; then it can be deleted.");
    }

    private static Refusal TooDeep() => Verdict.Refused(
        RefusalCode.NestingTooDeep, $"It would lie deeper than level {DeepestLevel}. Choose a parent further up.", "ParentId");
}

/// <summary>What keeps a virtual account from being deleted.</summary>
public sealed record VirtualAccountContent(bool IsDefault, long Licenses, int Devices, int Children, int LiveTokens)
{
    public IEnumerable<string> Reasons()
    {
        if (Licenses > 0)
        {
            yield return Licenses == 1 ? "1 license" : $"{Licenses} licenses";
        }

        if (Devices > 0)
        {
            yield return Devices == 1 ? "1 product instance" : $"{Devices} product instances";
        }

        if (Children > 0)
        {
            yield return Children == 1 ? "1 nested virtual account" : $"{Children} nested virtual accounts";
        }

        if (LiveTokens > 0)
        {
            yield return LiveTokens == 1 ? "1 registration token that still works" : $"{LiveTokens} registration tokens that still work";
        }
    }
}
