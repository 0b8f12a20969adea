using Microsoft.EntityFrameworkCore;
using Purser.Server.Alerts;
using Purser.Server.Commands;
using Purser.Server.Events;
using Purser.Server.Store;

namespace Purser.Server.Licenses;

/// <summary>The only writer of subscriptions billed by usage and of where they lie. The account's head is locked.</summary>
internal sealed class UsageBook(WriteScope scope, long accountId)
{
    private PurserContext Db => scope.Db;

    /// <summary>Subscriptions of a license beside the virtual account in which they lie.</summary>
    public static async Task<ILookup<long, UsageSubscription>> ByPlaceAsync(PurserContext db, long account, long license, CancellationToken cancellation = default) =>
        (await (
            from place in db.UsagePlaces
            join usage in db.UsageSubscriptions on new { place.AccountId, Id = place.UsageId } equals new { usage.AccountId, usage.Id }
            where place.AccountId == account && place.EntitlementId == license
            select new { place.VirtualAccountId, Usage = usage }).ToListAsync(cancellation))
        .ToLookup(row => row.VirtualAccountId, row => row.Usage);

    /// <summary>The rows in which reported use counts by usage: where an active subscription lies (domain rules 2.5).</summary>
    public static async Task<HashSet<PoolKey>> BilledAsync(PurserContext db, long account, CancellationToken cancellation = default) => await (
        from place in db.UsagePlaces
        join usage in db.UsageSubscriptions on new { place.AccountId, Id = place.UsageId } equals new { usage.AccountId, usage.Id }
        where place.AccountId == account && usage.State == SubscriptionState.Active
        select new PoolKey(place.VirtualAccountId, place.EntitlementId, Billing.Usage)).ToHashSetAsync(cancellation);

    /// <summary>A subscription arrives with its order.</summary>
    public async Task AddAsync(LineDraft draft, long virtualAccountId)
    {
        var row = new UsageSubscription
        {
            AccountId = accountId,
            Id = scope.NextId(IdKind.Line),
            EntitlementId = draft.EntitlementId,
            SubscriptionId = draft.SubscriptionId,
            State = draft.Terms.HasBegun(scope.Today) ? SubscriptionState.Active : SubscriptionState.Future,
            AcquiredAt = scope.Now,
            StartsOn = draft.Terms.StartsOn,
            EndsOn = draft.Terms.EndsOn,
            EndsAt = draft.Terms.EndsAt,
            OrderNumber = draft.OrderNumber,
            OrderLine = draft.OrderLine,
            Sku = draft.Sku,
            ProductFamily = draft.ProductFamily,
            CustomerName = draft.CustomerName,
        };
        Db.UsageSubscriptions.Add(row);
        await PutAsync(row, virtualAccountId);
        await SettleAsync(row.EntitlementId, [virtualAccountId]);
    }

    /// <summary>Moves and copies: it lies in <paramref name="there"/> from now on, and no longer in <paramref name="gone"/>.</summary>
    public async Task AssignAsync(UsageSubscription row, IReadOnlyCollection<long> there, IReadOnlyCollection<long> gone)
    {
        foreach (var place in gone)
        {
            await TakeAsync(row, place);
        }

        foreach (var place in there)
        {
            await PutAsync(row, place);
        }

        await SettleAsync(row.EntitlementId, [.. gone, .. there]);
    }

    /// <summary>The first day, the end, or an operator's cancellation.</summary>
    public async Task ChangeStateAsync(UsageSubscription row, SubscriptionState state)
    {
        row.State = state;
        await Db.SaveChangesAsync();
        var places = await Db.UsagePlaces.Where(place => place.AccountId == accountId && place.UsageId == row.Id).ToListAsync();
        if (state is SubscriptionState.Canceled or SubscriptionState.Expired)
        {
            foreach (var place in places)
            {
                await TakeAsync(row, place.VirtualAccountId);
            }
        }

        await SettleAsync(row.EntitlementId, places.ConvertAll(place => place.VirtualAccountId));
    }

    private async Task PutAsync(UsageSubscription row, long virtualAccountId)
    {
        Db.UsagePlaces.Add(new UsagePlace { AccountId = accountId, UsageId = row.Id, VirtualAccountId = virtualAccountId, EntitlementId = row.EntitlementId });

        // The row of the license table, from which it is read.
        await scope.Ledger(accountId).PoolAsync(new PoolKey(virtualAccountId, row.EntitlementId, Billing.Usage));
        await TellAsync(row, virtualAccountId, (license, place) => LicensingEvents.UsageAdded(license, row.SubscriptionId, place));
    }

    private async Task TakeAsync(UsageSubscription row, long virtualAccountId)
    {
        if (await Db.UsagePlaces.FindAsync(accountId, row.Id, virtualAccountId) is { } place)
        {
            Db.UsagePlaces.Remove(place);
            await TellAsync(row, virtualAccountId, (license, name) => LicensingEvents.UsageRemoved(license, row.SubscriptionId, name));
        }
    }

    private async Task TellAsync(UsageSubscription row, long virtualAccountId, Func<string, string, EventText> text) => scope.Journal(accountId).Append(
        text(await LedgerNames.LicenseAsync(scope, row.EntitlementId), await LedgerNames.VirtualAccountAsync(scope, accountId, virtualAccountId)),
        new EventPlace { VirtualAccountId = virtualAccountId, EntitlementId = row.EntitlementId });

    /// <summary>What reports tell is billed by usage from now on, or no longer.</summary>
    private async Task BillAsync(long license, long place, bool isByUsage)
    {
        var open = await Db.UsagePeriods.FirstOrDefaultAsync(row => row.AccountId == accountId && row.VirtualAccountId == place && row.EntitlementId == license && row.Until == null);
        if (isByUsage == open is not null)
        {
            return;
        }

        if (open is not null)
        {
            open.Until = scope.Now;
        }
        else if (await Db.UsagePeriods.FindAsync(accountId, place, license, scope.Now) is { } ended)
        {
            // It went and came back at the same second.
            ended.Until = null;
        }
        else
        {
            Db.UsagePeriods.Add(new UsagePeriod { AccountId = accountId, VirtualAccountId = place, EntitlementId = license, From = scope.Now });
        }

        await scope.Ledger(accountId).BillAsync(place, license, isByUsage ? Billing.Usage : Billing.Prepaid);
    }

    /// <summary>Use is billed as it says there, and "Duplicate Licenses" is open while any lies there (domain rules 2.5, 2.6).</summary>
    private async Task SettleAsync(long license, IReadOnlyCollection<long> places)
    {
        await Db.SaveChangesAsync();
        var byPlace = await ByPlaceAsync(Db, accountId, license);
        foreach (var place in places.Distinct().Order())
        {
            await BillAsync(license, place, byPlace[place].Any(row => row.State == SubscriptionState.Active));
            var subject = AlertSubjects.Duplicate(place, license);
            var duplicates = UsageRules.Duplicates(byPlace[place]);
            if (duplicates == 0)
            {
                await scope.Alerts(accountId).ClearAsync(subject);
                continue;
            }

            var text = AlertTexts.Duplicate(await LedgerNames.LicenseAsync(scope, license), await LedgerNames.VirtualAccountAsync(scope, accountId, place), duplicates);
            await scope.Alerts(accountId).RaiseAsync(new AlertDraft(AlertKind.DuplicateLicenses, AlertLevel.Minor, subject, text)
            {
                VirtualAccountId = place,
                EntitlementId = license,
                Count = duplicates,
            });
        }
    }
}
