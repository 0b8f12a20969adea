using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Alerts;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Devices;
using Purser.Server.Events;
using Purser.Server.Reservations;
using Purser.Server.Store;

namespace Purser.Server.Licenses;

/// <summary>
/// The only writer of an account's lines, holdings, entries, pools and uses (design 2). Its head is locked by the write path before anything is
/// loaded. Callers decide what may happen; the ledger keeps book and lets the constraints of the schema be the last guard.
/// </summary>
public sealed class Ledger(WriteScope scope, long accountId)
{
    /// <summary>What the transactions page names as source (help ch. 11).</summary>
    private const string UpgradeCompleted = "Upgrade Completed";

    private readonly Dictionary<PoolKey, TouchedPool> touched = [];
    private readonly HashSet<TermGroup> touchedTerms = [];
    private readonly Dictionary<string, List<long>> tiers = new(StringComparer.Ordinal);

    /// <summary>Where an active subscription lies; read when it is first asked for.</summary>
    private HashSet<PoolKey>? billedByUsage;

    private PurserContext Db => scope.Db;

    public async Task<LicenseLine> DepositAsync(LineDraft draft, long virtualAccountId, long transactionId)
    {
        var line = new LicenseLine
        {
            AccountId = accountId,
            Id = scope.NextId(IdKind.Line),
            EntitlementId = draft.EntitlementId,
            Billing = Billing.Prepaid,
            LicenseType = draft.Terms.Type,
            Quantity = draft.Quantity,
            State = draft.IsUpgradePending ? LineState.UpgradePending : draft.Terms.HasBegun(scope.Today) ? LineState.Active : LineState.Future,
            AcquiredAt = scope.Now,
            StartsOn = draft.Terms.StartsOn,
            EndsOn = draft.Terms.EndsOn,
            EndsAt = draft.Terms.EndsAt,
            Source = draft.Source,
            OrderNumber = draft.OrderNumber,
            OrderLine = draft.OrderLine,
            WebOrderId = draft.WebOrderId,
            PurchaseOrder = draft.PurchaseOrder,
            Sku = draft.Sku,
            ProductFamily = draft.ProductFamily,
            CustomerName = draft.CustomerName,
            ShipToCountry = draft.ShipToCountry,
            SubscriptionId = draft.SubscriptionId,
            ProductSku = draft.ProductSku,
            ProductSerial = draft.ProductSerial,
            DeviceDetails = draft.DeviceDetails,
            Pak = draft.Pak,
            SuiteName = draft.SuiteName,
            SourceTransactionId = draft.SourceTransactionId,
            IsUpgrade = draft.IsUpgradePending,
        };
        Db.LicenseLines.Add(line);
        var holding = AddHolding(line, virtualAccountId);
        holding.Held = draft.Quantity;
        await ChangePurchasedAsync(line, virtualAccountId, draft.Quantity);
        Enter(EntryKind.Deposit, line, draft.Quantity, (EndKind.Source, 0), (EndKind.VirtualAccount, virtualAccountId),
            draft.Reason ?? LicenseNames.Of(draft.Source), draft.Notes, transactionId);
        var (license, account) = await NamesAsync(draft.EntitlementId, virtualAccountId);
        scope.Journal(accountId).Append(
            draft.IsUpgradePending ? LicensingEvents.Upgrade(draft.Quantity, license, account, draft.Terms.Type) : LicensingEvents.NewLicenses(draft.Quantity, license, account),
            Place(virtualAccountId, draft.EntitlementId));
        return line;
    }

    /// <summary>An operator takes units out of a virtual account (RP-04). The caller has checked that they are free.</summary>
    public async Task RemoveAsync(LicenseLine line, Holding holding, long quantity, string notes, long transactionId)
    {
        await TakeOutAsync(line, holding, quantity, EntryKind.Removal, "Removed", notes, transactionId);
        if (!await HasUnitsLeftAsync(line, holding))
        {
            line.State = LineState.Removed;
        }

        var (license, account) = await NamesAsync(line.EntitlementId, holding.VirtualAccountId);
        scope.Journal(accountId).Append(LicensingEvents.Removed(quantity, license, account), Place(holding.VirtualAccountId, line.EntitlementId));
    }

    /// <summary>Units of a line change their virtual account. One event per call of <see cref="TransferredAsync"/>, not per line.</summary>
    public async Task MoveAsync(LicenseLine line, Holding from, long toVirtualAccountId, long quantity, long transactionId, EntryKind kind = EntryKind.Transfer, string reason = "Transfer")
    {
        from.Held -= quantity;
        var to = await Db.Holdings.FindAsync(accountId, line.Id, toVirtualAccountId) ?? AddHolding(line, toVirtualAccountId);
        to.Held += quantity;
        await ChangePurchasedAsync(line, from.VirtualAccountId, -quantity);
        await ChangePurchasedAsync(line, toVirtualAccountId, quantity);
        Enter(kind, line, quantity, (EndKind.VirtualAccount, from.VirtualAccountId), (EndKind.VirtualAccount, toVirtualAccountId), reason, "", transactionId);
    }

    public async Task TransferredAsync(long entitlementId, long fromVirtualAccountId, long toVirtualAccountId, long quantity)
    {
        var (license, from) = await NamesAsync(entitlementId, fromVirtualAccountId);
        var to = await LedgerNames.VirtualAccountAsync(scope, accountId, toVirtualAccountId);
        scope.Journal(accountId).Append(
            LicensingEvents.Transferred(quantity, license, from, to),
            Place(fromVirtualAccountId, entitlementId) with { OtherVirtualAccountId = toVirtualAccountId });
    }

    /// <summary>
    /// Pending units become licenses of their own lines, with their terms and origin, in the virtual account in which they replace others
    /// (domain rules 6). The caller has decided of which lines.
    /// </summary>
    public async Task UpgradeAsync(IReadOnlyList<UpgradeTake> pending, IReadOnlyList<UpgradeTake> replaced, long toVirtualAccountId, long transactionId)
    {
        foreach (var (held, quantity) in replaced.Concat(pending))
        {
            await TakeOutAsync(held.Line, held.Holding, quantity, EntryKind.Upgrade, UpgradeCompleted, "", transactionId);
            if (!await HasUnitsLeftAsync(held.Line, held.Holding))
            {
                held.Line.State = LineState.Upgraded;
            }
        }

        var old = replaced[0].From.Line.EntitlementId;
        var (license, account) = await NamesAsync(old, toVirtualAccountId);
        scope.Journal(accountId).Append(LicensingEvents.Removed(replaced.Sum(take => take.Quantity), license, account), Place(toVirtualAccountId, old));
        foreach (var (held, quantity) in pending)
        {
            await DepositAsync(LineDraft.Of(held.Line, quantity) with { Reason = UpgradeCompleted }, toVirtualAccountId, transactionId);
        }
    }

    /// <summary>The first day of a line that was acquired for later: it enters its pools.</summary>
    public async Task StartAsync(LicenseLine line)
    {
        line.State = LineState.Active;
        foreach (var holding in await HoldingsAsync(line))
        {
            await ChangePurchasedAsync(line, holding.VirtualAccountId, holding.Held);
        }
    }

    /// <summary>
    /// A line's end: every unit leaves its pool, used or not, without grace (domain rules 2.3). What was reserved stays on the books as
    /// uncovered (8.5); what was locked counts on as use without cover (9.7).
    /// </summary>
    /// <returns>Virtual account → units that expired there.</returns>
    public async Task<IReadOnlyDictionary<long, long>> ExpireAsync(LicenseLine line, long transactionId)
    {
        var expired = await EndAsync(line, EntryKind.Expiry, "Expired", "", transactionId);
        foreach (var (place, quantity) in expired)
        {
            var (license, account) = await NamesAsync(line.EntitlementId, place);
            scope.Journal(accountId).Append(LicensingEvents.Expired(quantity, license, account), Place(place, line.EntitlementId));
        }

        line.State = line.CanceledAt is null ? LineState.Expired : LineState.Canceled;
        return expired;
    }

    /// <summary>A canceled subscription that ends at once: as at its end, what is reserved of it stays on the books (domain rules 8.5).</summary>
    public async Task CancelAsync(LicenseLine line, string notes, long transactionId)
    {
        foreach (var (place, quantity) in await EndAsync(line, EntryKind.Removal, "Canceled", notes, transactionId))
        {
            var (license, account) = await NamesAsync(line.EntitlementId, place);
            scope.Journal(accountId).Append(LicensingEvents.Removed(quantity, license, account), Place(place, line.EntitlementId));
        }

        line.State = LineState.Canceled;
    }

    /// <summary>A renewed subscription: it ends later, which settles the warnings of its old and of its new end (domain rules 2.8).</summary>
    public async Task ProlongAsync(LicenseLine line, DateOnly endsOn)
    {
        var places = await HoldingsAsync(line);
        Touch();
        (line.EndsOn, line.EndsAt, line.CanceledAt) = (endsOn, scope.DayZone.End(endsOn), null);
        Touch();

        void Touch() => touchedTerms.UnionWith(places.Select(holding => new TermGroup(holding.VirtualAccountId, line.EntitlementId, line.EndsAt!.Value)));
    }

    /// <summary>The demand of a device on a pool changed. Never refused: demand may exceed supply (domain rules 1.5).</summary>
    public async Task ChangeUseAsync(PoolKey key, long difference)
    {
        if (difference != 0)
        {
            (await PoolAsync(key)).InUse += difference;
        }
    }

    /// <summary>All that a device uses is released, except what is locked to it; the uses stay on record where <paramref name="keepDemand"/> (90 days of silence).</summary>
    public async Task ReleaseUsesAsync(long deviceId, bool keepDemand)
    {
        var pairs = new LedgerPairs(scope, this);
        foreach (var use in await Db.LicenseUses.Where(use => use.AccountId == accountId && use.DeviceId == deviceId && !use.IsLocked).ToListAsync())
        {
            await pairs.PartAsync(use);
            if (!use.Released)
            {
                await ChangeUseAsync(use.Pool, -use.Requested);
            }

            if (keepDemand)
            {
                use.Released = true;
            }
            else
            {
                Db.LicenseUses.Remove(use);
            }
        }
    }

    /// <summary>A device changed its virtual account: its use moves as demand, licenses stay; what is locked to it is not meant (domain rules 7.5).</summary>
    public async Task MoveUsesAsync(long deviceId, long toVirtualAccountId)
    {
        var pairs = new LedgerPairs(scope, this);
        var mode = (await Db.Devices.FindAsync(accountId, deviceId))!.Mode;
        foreach (var use in await Db.LicenseUses.Where(use => use.AccountId == accountId && use.DeviceId == deviceId && !use.IsLocked).ToListAsync())
        {
            await pairs.PartAsync(use);
            var from = use.Pool;
            (use.VirtualAccountId, use.Billing) = (toVirtualAccountId, await BillingOfAsync(mode, toVirtualAccountId, use.EntitlementId));
            if (!use.Released)
            {
                await ChangeUseAsync(from, -use.Requested);
                await ChangeUseAsync(use.Pool, use.Requested);
            }

            await pairs.JoinAsync(use);
        }
    }

    /// <summary>In which row of the license the use of a product instance counts (domain rules 2.5).</summary>
    public async Task<Billing> BillingOfAsync(DeviceMode mode, long virtualAccountId, long entitlementId)
    {
        if (!UsageRules.MayConsume(mode))
        {
            return Billing.Prepaid;
        }

        billedByUsage ??= await UsageBook.BilledAsync(Db, accountId);
        return billedByUsage.Contains(new PoolKey(virtualAccountId, entitlementId, Billing.Usage)) ? Billing.Usage : Billing.Prepaid;
    }

    /// <summary>Use that is told by reports counts from now on in the row that it belongs to: a subscription came to the virtual account, or left it.</summary>
    public async Task BillAsync(long virtualAccountId, long entitlementId, Billing billing)
    {
        billedByUsage = null;
        var uses = Db.LicenseUses.Where(use => use.AccountId == accountId && use.VirtualAccountId == virtualAccountId && use.EntitlementId == entitlementId && !use.IsLocked
            && use.Billing != billing && Db.Devices.Any(device => device.AccountId == accountId && device.Id == use.DeviceId && UsageRules.Consuming.Contains(device.Mode)));
        var moved = await uses.Where(use => !use.Released && !use.Covered).SumAsync(use => use.Requested);
        await uses.ExecuteUpdateAsync(set => set.SetProperty(use => use.Billing, billing));
        await ChangeUseAsync(new PoolKey(virtualAccountId, entitlementId, billing == Billing.Usage ? Billing.Prepaid : Billing.Usage), -moved);
        await ChangeUseAsync(new PoolKey(virtualAccountId, entitlementId, billing), moved);
    }

    /// <summary>The pool's row, made on first touch. Its balance at first touch is remembered for the settlement.</summary>
    public async Task<Pool> PoolAsync(PoolKey key)
    {
        if (touched.TryGetValue(key, out var known))
        {
            touched[key] = known with { IsNeighbour = false };
            return known.Pool;
        }

        var pool = await Db.Pools.FindAsync(accountId, key.VirtualAccountId, key.EntitlementId, key.Billing);
        if (pool is null)
        {
            pool = new Pool { AccountId = accountId, VirtualAccountId = key.VirtualAccountId, EntitlementId = key.EntitlementId, Billing = key.Billing };
            Db.Pools.Add(pool);
        }

        touched.Add(key, new TouchedPool(key, pool, pool.Balance, pool.InUse, pool.Pending));
        await TouchTiersAsync(key);
        return pool;
    }

    /// <summary>The other tiers here may lend to this pool or borrow from it: they are settled together (domain rules 5).</summary>
    private async Task TouchTiersAsync(PoolKey key)
    {
        if (key.Billing != Billing.Prepaid || (await Db.Entitlements.FindAsync(key.EntitlementId))?.TierGroup is not { Length: > 0 } group)
        {
            return;
        }

        if (!tiers.TryGetValue(group, out var licenses))
        {
            licenses = await Db.Entitlements.Where(row => row.TierGroup == group).Select(row => row.Id).ToListAsync();
            tiers.Add(group, licenses);
        }

        foreach (var other in licenses.Select(license => key with { EntitlementId = license }).Where(other => !touched.ContainsKey(other)))
        {
            if (await Db.Pools.FindAsync(accountId, other.VirtualAccountId, other.EntitlementId, other.Billing) is { } neighbour)
            {
                touched.Add(other, new TouchedPool(other, neighbour, neighbour.Balance, neighbour.InUse, neighbour.Pending) { IsNeighbour = true });
            }
        }
    }

    /// <summary>What tiers lend each other and what mirrors its use, as it follows from the changes so far: for previews. The settlement does it too.</summary>
    public Task SubstituteAsync() => LedgerSettlement.SubstituteAsync(scope, touched.Values);

    /// <summary>What follows from this command's changes: the write path calls it once, before saving.</summary>
    internal Task SettleAsync(ExpiryPeriods periods) => new LedgerSettlement(scope, accountId, periods).RunAsync(touched.Values, touchedTerms);

    /// <summary>Every unit of a line leaves its pools, bound or not.</summary>
    private async Task<Dictionary<long, long>> EndAsync(LicenseLine line, EntryKind kind, string reason, string notes, long transactionId)
    {
        var ended = new Dictionary<long, long>();
        foreach (var holding in await HoldingsAsync(line))
        {
            var quantity = holding.Held;
            await ReservationAlerts.ExpiredAsync(scope, accountId, await new ReservationBook(scope, accountId).EndLineAsync(holding));
            holding.Locked = 0;
            await new LicenseLockBook(scope, accountId).PassOnAsync(line.Id, holding.VirtualAccountId);
            await TakeOutAsync(line, holding, quantity, kind, reason, notes, transactionId);
            ended.Add(holding.VirtualAccountId, quantity);
        }

        return ended;
    }

    private async Task TakeOutAsync(
        LicenseLine line, Holding holding, long quantity, EntryKind kind, string reason, string notes, long transactionId)
    {
        holding.Held -= quantity;
        await ChangePurchasedAsync(line, holding.VirtualAccountId, -quantity);
        Enter(kind, line, quantity, (EndKind.VirtualAccount, holding.VirtualAccountId), (EndKind.Sink, 0), reason, notes, transactionId);
    }

    private async Task ChangePurchasedAsync(LicenseLine line, long virtualAccountId, long difference)
    {
        if (line.State == LineState.Future)
        {
            return;
        }

        var pool = await PoolAsync(new PoolKey(virtualAccountId, line.EntitlementId, line.Billing));
        if (line.State == LineState.UpgradePending)
        {
            pool.Pending += difference;
            return;
        }

        pool.Purchased += difference;
        if (line.EndsAt is { } end)
        {
            touchedTerms.Add(new TermGroup(virtualAccountId, line.EntitlementId, end));
        }
    }

    private Task<List<Holding>> HoldingsAsync(LicenseLine line) =>
        Db.Holdings.Where(row => row.AccountId == accountId && row.LineId == line.Id && row.Held > 0).OrderBy(row => row.VirtualAccountId).ToListAsync();

    private async Task<bool> HasUnitsLeftAsync(LicenseLine line, Holding changed) =>
        changed.Held > 0
        || await Db.Holdings.AnyAsync(row => row.AccountId == accountId && row.LineId == line.Id
            && row.VirtualAccountId != changed.VirtualAccountId && row.Held > 0);

    private Holding AddHolding(LicenseLine line, long virtualAccountId)
    {
        var holding = new Holding { AccountId = accountId, LineId = line.Id, VirtualAccountId = virtualAccountId, EntitlementId = line.EntitlementId };
        Db.Holdings.Add(holding);
        return holding;
    }

    private void Enter(
        EntryKind kind, LicenseLine line, long quantity, (EndKind Kind, long Id) from, (EndKind Kind, long Id) to, string reason, string notes, long transactionId) =>
        scope.Journal(accountId).Append(new LedgerEntry
        {
            TransactionId = transactionId,
            Kind = kind,
            LineId = line.Id,
            EntitlementId = line.EntitlementId,
            Quantity = quantity,
            FromKind = from.Kind,
            FromId = from.Id,
            ToKind = to.Kind,
            ToId = to.Id,
            Reason = reason,
            Notes = notes,
            ActorName = "",
            Hash = [],
        });

    private async Task<(string License, string VirtualAccount)> NamesAsync(long entitlementId, long virtualAccountId) =>
        (await LedgerNames.LicenseAsync(scope, entitlementId), await LedgerNames.VirtualAccountAsync(scope, accountId, virtualAccountId));

    private static EventPlace Place(long virtualAccountId, long entitlementId) =>
        new() { VirtualAccountId = virtualAccountId, EntitlementId = entitlementId };
}
