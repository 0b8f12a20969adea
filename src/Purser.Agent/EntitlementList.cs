using Purser.Agent.State;
using Purser.Protocol;
using Purser.Protocol.Wire;

namespace Purser.Agent;

/// <summary>What the product uses, changed by its own calls. Counts add up: two parts of a product need not know of each other.</summary>
internal static class EntitlementList
{
    public static WireResult<IReadOnlyList<EntitlementUse>> Request(IReadOnlyList<EntitlementUse> uses, string license, long count, DateTimeOffset now)
    {
        if (count is < 1 or > WireLimits.Count)
        {
            return new WireRefusal(WireCode.InvalidCount, $"the count must be 1 to {WireLimits.Count}");
        }

        if (license.StartsWith("regid.", StringComparison.Ordinal) && !Tag.TryParse(license, out _))
        {
            return new WireRefusal(WireCode.InvalidTag, $"'{license}' is no entitlement tag; expected regid.<yyyy-mm>.<reversed domain>.<NAME>,<version>_<uuid>");
        }

        if (license.Length is 0 or > WireLimits.Text)
        {
            return new WireRefusal(WireCode.InvalidTag, $"a license name has 1 to {WireLimits.Text} characters");
        }

        if (Find(uses, license) is not { } use)
        {
            return uses.Count < WireLimits.Entitlements
                ? Ok([.. uses, new EntitlementUse { Requested = license, Tag = Tag.TryParse(license, out var tag) ? tag.Text : null, Count = count, RequestedAt = now }])
                : new WireRefusal(WireCode.InvalidCount, $"a device uses at most {WireLimits.Entitlements} licenses");
        }

        var total = use.Count + count;
        return total <= WireLimits.Count
            ? Ok(Replace(uses, use, use with { Count = total, RequestedAt = now }))
            : new WireRefusal(WireCode.InvalidCount, $"{use.Count} are in use already; together at most {WireLimits.Count}");
    }

    public static WireResult<IReadOnlyList<EntitlementUse>> Release(IReadOnlyList<EntitlementUse> uses, string license, long count)
    {
        if (Find(uses, license) is not { } use)
        {
            return new WireRefusal(WireCode.InvalidTag, $"'{license}' is not in use here; 'show license usage' lists what is");
        }

        if (count < 1 || count > use.Count)
        {
            return new WireRefusal(WireCode.InvalidCount, $"the count must be 1 to {use.Count}, which are in use");
        }

        return count == use.Count
            ? Ok([.. uses.Where(one => one != use)])
            : Ok(Replace(uses, use, use with { Count = use.Count - count }));
    }

    /// <summary>Asked for as a restricted license from now on.</summary>
    public static WireResult<IReadOnlyList<EntitlementUse>> AsRestricted(IReadOnlyList<EntitlementUse> uses, string license) =>
        Find(uses, license) is { } use ? Ok(Replace(uses, use, use with { AsRestricted = true })) : Ok([.. uses]);

    /// <summary>Takes a request back that was refused.</summary>
    public static WireResult<IReadOnlyList<EntitlementUse>> Restore(IReadOnlyList<EntitlementUse> uses, EntitlementUse refused, EntitlementUse? before) => before is null
        ? Ok([.. uses.Where(use => use != refused)])
        : Ok(Replace(uses, refused, refused with { Count = before.Count, AsRestricted = before.AsRestricted }));

    /// <summary>A license asked for once by name and once by tag is one license.</summary>
    public static List<EntitlementUse> Merged(IEnumerable<EntitlementUse> known, out bool merged)
    {
        var uses = new List<EntitlementUse>();
        merged = false;
        foreach (var use in known)
        {
            var twin = use.Tag is null ? -1 : uses.FindIndex(other => other.Tag == use.Tag);
            if (twin < 0)
            {
                uses.Add(use);
                continue;
            }

            uses[twin] = uses[twin] with { Count = uses[twin].Count + use.Count };
            merged = true;
        }

        return uses;
    }

    public static EntitlementUse? Find(IReadOnlyList<EntitlementUse> uses, string license) => uses.FirstOrDefault(use => use.IsCalled(license));

    private static EntitlementUse[] Replace(IReadOnlyList<EntitlementUse> uses, EntitlementUse old, EntitlementUse changed) =>
        [.. uses.Select(use => use == old ? changed : use)];

    private static WireResult<IReadOnlyList<EntitlementUse>> Ok(EntitlementUse[] uses) => uses;
}
