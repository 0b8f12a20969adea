using Microsoft.EntityFrameworkCore;
using Purser.Protocol.Usage;
using Purser.Server.Accounts;
using Purser.Server.Store;

namespace Purser.Server.Usage.Policies;

/// <summary>Who chose the policy that is in force.</summary>
public enum PolicyOrigin
{
    /// <summary>Nobody: every product instance knows it.</summary>
    BuiltIn,
    Operator,
    Account,
}

/// <summary>The policy by which the product instances of a Smart Account report.</summary>
/// <param name="Number">0: nobody chose one yet, and none is delivered.</param>
public sealed record PolicyInForce(ReportingPolicy Policy, PolicyOrigin Origin, long Number, DateTimeOffset? At)
{
    /// <summary>What goes to product instances with their acknowledgements; null: they keep to their built-in one.</summary>
    public DeliveredPolicy? Delivered => At is { } at ? new DeliveredPolicy(Policy, Number, at) : null;
}

/// <summary>Finds the policy in force: the Smart Account's own, otherwise the operator's, otherwise the built-in one (SP-01).</summary>
public static class PolicyBook
{
    /// <param name="account">0: what the operator chose for all.</param>
    public static async Task<PolicyInForce> FindAsync(PurserContext db, long account, CancellationToken cancellation = default)
    {
        var choices = await db.PolicyChoices.AsNoTracking().Where(row => row.AccountId == account || row.AccountId == AccountHead.Installation).ToListAsync(cancellation);
        return Decide(choices, account);
    }

    /// <summary>Pure. A choice that was taken away raises the number too: what is in force then replaces it on devices.</summary>
    internal static PolicyInForce Decide(IReadOnlyCollection<PolicyChoice> choices, long account)
    {
        var newest = choices.MaxBy(row => row.Number);
        var chosen = choices.Where(row => row.Text is not null).OrderByDescending(row => row.AccountId == account).FirstOrDefault();
        var origin = chosen is null ? PolicyOrigin.BuiltIn : chosen.AccountId == AccountHead.Installation ? PolicyOrigin.Operator : PolicyOrigin.Account;
        var policy = chosen is null ? ReportingPolicy.Default : DeliveredPolicy.Read(chosen.Text!).Value.Policy;
        return new PolicyInForce(policy, origin, newest?.Number ?? 0, newest?.At);
    }
}
