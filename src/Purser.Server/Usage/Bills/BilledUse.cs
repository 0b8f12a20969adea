using Microsoft.EntityFrameworkCore;
using Purser.Server.Licenses;
using Purser.Server.Store;
using Purser.Server.Usage.Bills.Rules;

namespace Purser.Server.Usage.Bills;

/// <summary>
/// Which part of what was measured is billed by usage: what was used while such a subscription lay in the virtual account, and is covered neither by a
/// reservation nor by an authorization code as they are now (domain rules 2.5).
/// </summary>
internal sealed class BilledUse(ILookup<long, UsagePeriod> periods, IReadOnlyDictionary<(long Device, long License), long> covered)
{
    public static async Task<BilledUse> LoadAsync(PurserContext db, long account, long virtualAccount, DateTimeOffset begin, DateTimeOffset end, CancellationToken cancellation)
    {
        var lying = await db.UsagePeriods
            .Where(row => row.AccountId == account && row.VirtualAccountId == virtualAccount && row.From < end && (row.Until == null || row.Until > begin)).ToListAsync(cancellation);
        var licenses = lying.Select(row => row.EntitlementId).Distinct().ToList();
        var units = new Dictionary<(long, long), long>();
        if (licenses.Count > 0)
        {
            await foreach (var reserved in db.ReservedUses.Where(row => row.AccountId == account && licenses.Contains(row.EntitlementId)).AsAsyncEnumerable().WithCancellation(cancellation))
            {
                units[(reserved.DeviceId, reserved.EntitlementId)] = reserved.Covered ?? long.MaxValue;
            }

            await foreach (var use in db.LicenseUses.Where(row => row.AccountId == account && row.VirtualAccountId == virtualAccount && row.IsLocked && licenses.Contains(row.EntitlementId)).AsAsyncEnumerable().WithCancellation(cancellation))
            {
                units[(use.DeviceId, use.EntitlementId)] = use.Requested;
            }
        }

        return new BilledUse(lying.ToLookup(row => row.EntitlementId), units);
    }

    /// <param name="times">When the product instance lay here.</param>
    public IEnumerable<(Billing Billing, IReadOnlyList<UseCount> Counts, IReadOnlyList<TimeHere> Times)> Split(
        long device, long license, IReadOnlyList<UseCount> counts, IReadOnlyList<TimeHere> times)
    {
        if (!periods.Contains(license))
        {
            return [(Billing.Prepaid, counts, times)];
        }

        var cover = covered.GetValueOrDefault((device, license));
        var parts = times.SelectMany(time => BillingTimes.Of(periods[license], time.From, time.To)).ToLookup(part => part.Billing, part => new TimeHere(part.From, part.To));
        IReadOnlyList<TimeHere> byUsage = [.. parts[Billing.Usage]], otherwise = [.. parts[Billing.Prepaid]];
        return
        [
            (Billing.Prepaid, counts, otherwise),
            (Billing.Prepaid, [.. counts.Select(count => count with { Quantity = Math.Min(count.Quantity, cover) })], byUsage),
            (Billing.Usage, [.. counts.Select(count => count with { Quantity = Math.Max(0, count.Quantity - cover) })], byUsage),
        ];
    }
}
