using Purser.Server.Commands;
using Purser.Server.Devices;

namespace Purser.Server.Licenses;

/// <summary>Which of several subscriptions counts in a virtual account, and where a license may be put (domain rules 2.6, 2.7). Pure.</summary>
public static class UsageRules
{
    public const int MostPlaces = 1000;

    /// <summary>Licenses billed by usage are consumed through usage reports and satellites only; a directly connected device consumes prepaid (help ch. 4, 6; domain rules 2.5).</summary>
    public static readonly IReadOnlyList<DeviceMode> Consuming = [DeviceMode.Policy, DeviceMode.Reserved, DeviceMode.Satellite];

    public static bool MayConsume(DeviceMode mode) => Consuming.Contains(mode);

    /// <summary>Of those that lie in one virtual account: the active one of the earliest start is enabled, the other active ones are duplicates.</summary>
    public static UsageSubscription? Enabled(IEnumerable<UsageSubscription> here, DayZone zone) => here.Where(row => row.State == SubscriptionState.Active)
        .OrderBy(row => row.StartsOn ?? zone.DayOf(row.AcquiredAt)).ThenBy(row => row.AcquiredAt).ThenBy(row => row.Id).FirstOrDefault();

    public static int Duplicates(IEnumerable<UsageSubscription> here) => Math.Max(0, here.Count(row => row.State == SubscriptionState.Active) - 1);

    /// <param name="ticked">Where it is to lie.</param>
    /// <param name="known">Virtual accounts of which the person may choose.</param>
    public static Refusal? Judge(UsageSubscription subscription, IReadOnlyCollection<long> ticked, IReadOnlySet<long> known) =>
        subscription.State is SubscriptionState.Canceled or SubscriptionState.Expired
            ? Verdict.Refused(RefusalCode.Conflict, $"The subscription {subscription.SubscriptionId} has ended. It lies nowhere any more.")
        : ticked.Count == 0
            ? Verdict.Refused(RefusalCode.InvalidInput, "Choose at least one virtual account: a subscription lies somewhere until it ends.", "virtualAccounts")
        : ticked.Count > MostPlaces
            ? Verdict.Refused(RefusalCode.InvalidInput, $"Choose at most {MostPlaces} virtual accounts.", "virtualAccounts")
        : ticked.FirstOrDefault(place => !known.Contains(place)) is var stranger and not 0
            ? Verdict.Refused(RefusalCode.NotFound, $"There is no virtual account {stranger} in which you may change licenses.", "virtualAccounts")
        : null;
}
