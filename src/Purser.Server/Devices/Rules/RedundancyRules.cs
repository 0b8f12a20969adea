using Purser.Protocol;
using Purser.Server.Licenses;

namespace Purser.Server.Devices.Rules;

/// <summary>
/// Application redundancy (domain rules 7.8): of two product instances that stand by for each other only the active one's use counts. A pair is what
/// names each other: a common application alone would let any number of devices hide behind one.
/// </summary>
public static class RedundancyRules
{
    /// <summary>A unit as pairs know it; both run the same product.</summary>
    public static string KeyOf(long productId, Udi udi) => FormattableString.Invariant($"{productId}/{udi.Key}");

    /// <summary>The unit of a key that <see cref="KeyOf"/> made.</summary>
    public static Udi UnitOf(string key) => Udi.OfKey(key[(key.IndexOf('/', StringComparison.Ordinal) + 1)..]);

    /// <summary>Each virtual account has its own licenses (domain rules 1.1), so peers that lie apart are counted apart.</summary>
    public static bool ArePeers(LicenseUse one, LicenseUse other) =>
        one.Application is not null && one.Application == other.Application && one.EntitlementId == other.EntitlementId
        && one.AccountId == other.AccountId && one.VirtualAccountId == other.VirtualAccountId && one.DeviceId != other.DeviceId
        && one.UnitKey == other.PeerKey && one.PeerKey == other.UnitKey;

    /// <summary>The use of a pair that is not counted; null: both are. What was released counts for nothing, so it covers nothing.</summary>
    public static LicenseUse? CoveredOf(LicenseUse one, LicenseUse other)
    {
        if (one.Released || other.Released)
        {
            return null;
        }

        if (one.ApplicationRole != other.ApplicationRole)
        {
            return one.ApplicationRole == ApplicationRole.Active ? other : one;
        }

        // Both claim to be active, or neither: the larger counts.
        return (one.Requested, other.DeviceId).CompareTo((other.Requested, one.DeviceId)) >= 0 ? other : one;
    }
}
