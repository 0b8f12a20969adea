using Purser.Protocol;
using Purser.Protocol.Wire;
using Purser.Server.Catalog;

namespace Purser.Server.Devices.Rules;

/// <summary>One line of an authorization request with what the catalog says about it.</summary>
/// <param name="MayUse">The product is entitled to this license, as far as the catalog limits it.</param>
public sealed record AskedLicense(EntitlementRequest Request, Entitlement? Entitlement, bool MayUse);

/// <summary>A license whose requested count changes; <see cref="After"/> 0 ends the use.</summary>
public readonly record struct UseChange(long EntitlementId, long Before, long After);

/// <param name="Demands">Entitlement → count that is asked for from now on; nothing else is.</param>
/// <param name="Changes">What differs from before, in order of the request, ended uses last.</param>
public sealed record AuthorizationDecision(IReadOnlyDictionary<long, long> Demands, IReadOnlyList<UseChange> Changes);

/// <summary>
/// Authorization requests carry the whole set with absolute counts, so a repeated or reordered one does no harm. Demand is never refused for want
/// of licenses (domain rules 1.5); a tag that is unknown or not allowed is left out, the rest proceeds.
/// </summary>
public static class AuthorizationRules
{
    public static AuthorizationDecision Decide(IReadOnlyList<AskedLicense> asked, IReadOnlyDictionary<long, long> present, bool exportAllowed)
    {
        var demands = new Dictionary<long, long>();
        var order = new List<long>();
        foreach (var one in asked)
        {
            if (RefusalOf(one, exportAllowed) is null)
            {
                // The same license once by tag and once by name counts together (docs/wire.md).
                var known = demands.TryGetValue(one.Entitlement!.Id, out var count);
                demands[one.Entitlement.Id] = Math.Min(count + one.Request.Count, WireLimits.Count);
                if (!known)
                {
                    order.Add(one.Entitlement.Id);
                }
            }
        }

        var changes = new List<UseChange>();
        foreach (var entitlement in order.Concat(present.Keys.Where(key => !demands.ContainsKey(key)).Order()))
        {
            var (before, after) = (present.GetValueOrDefault(entitlement), demands.GetValueOrDefault(entitlement));
            if (before != after)
            {
                changes.Add(new UseChange(entitlement, before, after));
            }
        }

        return new AuthorizationDecision(demands, changes);
    }

    /// <summary>Null: it is granted, whatever the balance. Otherwise the status that this line is answered with.</summary>
    public static string? RefusalOf(AskedLicense asked, bool exportAllowed) => asked switch
    {
        { Entitlement: null } => EntitlementStatus.InvalidTag,
        { MayUse: false } => EntitlementStatus.NotAuthorized,

        // "…or it is a regular entitlement tag: fails the request and returns appropriate messages" (help ch. 6).
        { Request.ExportAuthorization: true, Entitlement.Enforcement: not Enforcement.ExportRestricted } => EntitlementStatus.NotAuthorized,

        // Restricted encryption is for devices registered with a token that permits it (domain rules 9.1).
        { Entitlement.Enforcement: Enforcement.ExportRestricted } when !exportAllowed && asked.Request.Count > 0 => EntitlementStatus.NotAuthorized,
        _ => null,
    };
}
