namespace Purser.Server.Devices.Rules;

/// <summary>A restricted license in a request, with what the books say about it.</summary>
/// <param name="Wanted">Units asked for; 0 gives all of them back.</param>
/// <param name="Covered">Units that are locked to the product instance.</param>
/// <param name="Free">Units that could be locked besides.</param>
public readonly record struct RestrictedDemand(long EntitlementId, long Wanted, long Covered, long Free)
{
    public bool Fits => Wanted - Covered <= Free;
}

/// <summary>
/// Restricted licenses are locked to the product instance that asks for them, all that a request asks for or nothing (domain rules 9.2). What it
/// had stays its own when it asks for more and is refused; giving back is never refused.
/// </summary>
public static class RestrictedRules
{
    /// <returns>License → units that are locked from now on.</returns>
    public static IReadOnlyDictionary<long, long> Decide(IReadOnlyList<RestrictedDemand> demands)
    {
        var fits = demands.All(demand => demand.Fits);
        return demands.ToDictionary(demand => demand.EntitlementId, demand => fits ? demand.Wanted : Math.Min(demand.Wanted, demand.Covered));
    }

    /// <summary>What a pool can still give: what its lines have free, never what others use (domain rules 1.4).</summary>
    /// <param name="balance">Of the pool.</param>
    /// <param name="uncovered">Units that the instance itself uses without a line behind them (domain rules 9.7): they are counted already.</param>
    public static long Free(long freeOfLines, long balance, long uncovered) => Math.Min(freeOfLines, Math.Max(0, balance + uncovered));
}
