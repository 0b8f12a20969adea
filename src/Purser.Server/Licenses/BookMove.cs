using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Reservations;
using Purser.Server.Store;

namespace Purser.Server.Licenses;

/// <summary>
/// Virtual accounts go from one Smart Account to another with everything in them (SA-15). Each book is closed in itself: units depart in the one
/// and arrive in the other, in the same transaction. Pools, uses and history go as they are, so no balance changes. Both heads are locked.
/// </summary>
internal sealed class BookMove(WriteScope scope, long from, long into, IReadOnlyCollection<long> places)
{
    private readonly Dictionary<long, LicenseLine> received = [];
    private readonly long transactionId = scope.NextId(IdKind.Transaction);

    private PurserContext Db => scope.Db;

    /// <returns>Units that went.</returns>
    public async Task<long> RunAsync(CancellationToken cancellation)
    {
        var holdings = await Db.Holdings.Where(row => row.AccountId == from && places.Contains(row.VirtualAccountId))
            .OrderBy(row => row.LineId).ThenBy(row => row.VirtualAccountId).ToListAsync(cancellation);
        var lines = await LinesAsync(holdings, cancellation);
        await RecognizeAsync(lines.Values, cancellation);
        foreach (var holding in holdings.Where(row => row.Held > 0))
        {
            Carry(lines[holding.LineId], holding);
        }

        Db.Holdings.RemoveRange(holdings);
        await Db.SaveChangesAsync(cancellation);
        await CloseEmptyAsync(lines.Values, cancellation);
        await CarryTagsAsync(cancellation);
        await CarryUsageAsync(cancellation);
        await CarryLocksAsync(cancellation);
        await ReservationMove.CarryAsync(Db, from, into, places, received.ToDictionary(line => line.Key, line => line.Value.Id), cancellation);
        await FollowAsync(cancellation);
        return holdings.Sum(row => row.Held);
    }

    private async Task<Dictionary<long, LicenseLine>> LinesAsync(List<Holding> holdings, CancellationToken cancellation)
    {
        var ids = holdings.Where(row => row.Held > 0).Select(row => row.LineId).ToHashSet();
        var lines = await Db.LicenseLines
            .Where(line => line.AccountId == from && Db.Holdings.Any(row => row.AccountId == from && row.LineId == line.Id && row.Held > 0 && places.Contains(row.VirtualAccountId)))
            .ToDictionaryAsync(line => line.Id, cancellation);
        return lines.Count == ids.Count ? lines : throw new InvalidOperationException("A holding has no line");
    }

    /// <summary>Lines over there that these units came from, or that earlier units of these lines went to: what belongs together joins again.</summary>
    private async Task RecognizeAsync(IReadOnlyCollection<LicenseLine> lines, CancellationToken cancellation)
    {
        var origins = lines.Where(line => line.CameFromAccountId == into).ToDictionary(line => line.Id, line => line.CameFromLineId!.Value);
        var ids = origins.Values.ToHashSet();
        var there = await Db.LicenseLines
            .Where(line => line.AccountId == into && (ids.Contains(line.Id) || line.CameFromAccountId == from)).ToListAsync(cancellation);
        foreach (var line in lines)
        {
            var known = origins.TryGetValue(line.Id, out var origin)
                ? there.Find(other => other.Id == origin)
                : there.Find(other => other.CameFromAccountId == from && other.CameFromLineId == line.Id);
            if (known is not null && Joins(known, line))
            {
                known.State = line.State;
                received[line.Id] = known;
            }
        }
    }

    /// <summary>A term's first day may have been booked in one of the two accounts only: then they stay apart.</summary>
    private static bool Joins(LicenseLine known, LicenseLine line) => known.State == line.State || known.State is not (LineState.Active or LineState.Future or LineState.UpgradePending);

    private void Carry(LicenseLine line, Holding holding)
    {
        if (!received.TryGetValue(line.Id, out var other))
        {
            other = Copy(line);
            received.Add(line.Id, other);
            Db.LicenseLines.Add(other);
        }

        other.Quantity += holding.Held;
        line.Quantity -= holding.Held;
        Db.Holdings.Add(new Holding
        {
            AccountId = into, LineId = other.Id, VirtualAccountId = holding.VirtualAccountId, EntitlementId = holding.EntitlementId,
            Held = holding.Held, Firm = holding.Firm, InTransition = holding.InTransition, Locked = holding.Locked,
        });
        Enter(from, line, EntryKind.Departure, holding.Held, (EndKind.VirtualAccount, holding.VirtualAccountId), (EndKind.Account, into));
        Enter(into, other, EntryKind.Arrival, holding.Held, (EndKind.Account, from), (EndKind.VirtualAccount, holding.VirtualAccountId));
    }

    private LicenseLine Copy(LicenseLine line) => new()
    {
        AccountId = into,
        Id = scope.NextId(IdKind.Line),
        EntitlementId = line.EntitlementId,
        Billing = line.Billing,
        LicenseType = line.LicenseType,
        State = line.State,
        AcquiredAt = line.AcquiredAt,
        StartsOn = line.StartsOn,
        EndsOn = line.EndsOn,
        EndsAt = line.EndsAt,
        Source = line.Source,
        OrderNumber = line.OrderNumber,
        OrderLine = line.OrderLine,
        WebOrderId = line.WebOrderId,
        PurchaseOrder = line.PurchaseOrder,
        Sku = line.Sku,
        ProductFamily = line.ProductFamily,
        CustomerName = line.CustomerName,
        ShipToCountry = line.ShipToCountry,
        SubscriptionId = line.SubscriptionId,
        ProductSku = line.ProductSku,
        ProductSerial = line.ProductSerial,
        DeviceDetails = line.DeviceDetails,
        Pak = line.Pak,
        SuiteName = line.SuiteName,
        SourceTransactionId = line.SourceTransactionId,
        IsUpgrade = line.IsUpgrade,
        CanceledAt = line.CanceledAt,
        CameFromAccountId = from,
        CameFromLineId = line.Id,
    };

    private void Enter(long account, LicenseLine line, EntryKind kind, long quantity, (EndKind Kind, long Id) source, (EndKind Kind, long Id) target) =>
        scope.Journal(account).Append(new LedgerEntry
        {
            TransactionId = transactionId,
            Kind = kind,
            LineId = line.Id,
            EntitlementId = line.EntitlementId,
            Quantity = quantity,
            FromKind = source.Kind,
            FromId = source.Id,
            ToKind = target.Kind,
            ToId = target.Id,
            Reason = "Virtual account moved",
            ActorName = "",
            Hash = [],
        });

    private async Task CloseEmptyAsync(IReadOnlyCollection<LicenseLine> lines, CancellationToken cancellation)
    {
        var ids = lines.Select(line => line.Id).ToList();
        var left = await Db.Holdings.Where(row => row.AccountId == from && row.Held > 0 && ids.Contains(row.LineId)).Select(row => row.LineId).ToHashSetAsync(cancellation);
        foreach (var line in lines.Where(line => !left.Contains(line.Id)))
        {
            line.State = LineState.Moved;
        }

        await Db.SaveChangesAsync(cancellation);
    }

    /// <summary>Tags of licenses belong to their virtual account; those of lines name the lines of the other book.</summary>
    private async Task CarryTagsAsync(CancellationToken cancellation)
    {
        var uses = await Db.LicenseTagUses
            .Where(use => use.AccountId == from && Db.LicenseTags.Any(tag => tag.AccountId == from && tag.Id == use.TagId && places.Contains(tag.VirtualAccountId)))
            .ToListAsync(cancellation);
        Db.LicenseTagUses.RemoveRange(uses);
        Db.LicenseTagUses.AddRange(uses.Where(use => use.LineId == LicenseTagUse.WholeLicense || received.ContainsKey(use.LineId)).Select(use => new LicenseTagUse
        {
            AccountId = into, TagId = use.TagId, EntitlementId = use.EntitlementId,
            LineId = use.LineId == LicenseTagUse.WholeLicense ? use.LineId : received[use.LineId].Id,
        }));
        await Db.SaveChangesAsync(cancellation);
        await MassChange.MoveAsync(scope, Db.LicenseTags.Where(row => row.AccountId == from && places.Contains(row.VirtualAccountId)), row => row.Id, from, into, cancellation);
    }

    /// <summary>Licenses billed by usage go with their virtual accounts; one that stays in others is in both Smart Accounts from then on.</summary>
    private async Task CarryUsageAsync(CancellationToken cancellation)
    {
        var here = await Db.UsagePlaces.Where(row => row.AccountId == from && places.Contains(row.VirtualAccountId)).ToListAsync(cancellation);
        foreach (var group in here.GroupBy(row => row.UsageId))
        {
            var usage = await Db.UsageSubscriptions.SingleAsync(row => row.AccountId == from && row.Id == group.Key, cancellation);
            var same = await Db.UsageSubscriptions.FirstOrDefaultAsync(
                row => row.AccountId == into && row.EntitlementId == usage.EntitlementId && row.SubscriptionId == usage.SubscriptionId
                    && row.OrderNumber == usage.OrderNumber && row.OrderLine == usage.OrderLine, cancellation);
            if (same is null)
            {
                same = new UsageSubscription
                {
                    AccountId = into, Id = scope.NextId(IdKind.Line), EntitlementId = usage.EntitlementId, SubscriptionId = usage.SubscriptionId, State = usage.State,
                    AcquiredAt = usage.AcquiredAt, StartsOn = usage.StartsOn, EndsOn = usage.EndsOn, EndsAt = usage.EndsAt, CanceledAt = usage.CanceledAt,
                    OrderNumber = usage.OrderNumber, OrderLine = usage.OrderLine, Sku = usage.Sku, ProductFamily = usage.ProductFamily, CustomerName = usage.CustomerName,
                };
                Db.UsageSubscriptions.Add(same);
            }

            Db.UsagePlaces.RemoveRange(group);
            Db.UsagePlaces.AddRange(group.Select(row => new UsagePlace { AccountId = into, UsageId = same.Id, VirtualAccountId = row.VirtualAccountId, EntitlementId = row.EntitlementId }));
            if (!await Db.UsagePlaces.AnyAsync(row => row.AccountId == from && row.UsageId == usage.Id && !places.Contains(row.VirtualAccountId), cancellation))
            {
                Db.UsageSubscriptions.Remove(usage);
            }
        }

        await Db.SaveChangesAsync(cancellation);
    }

    /// <summary>What is locked to devices names the lines of the other book.</summary>
    private async Task CarryLocksAsync(CancellationToken cancellation)
    {
        var locks = await Db.LicenseLocks.Where(row => row.AccountId == from && places.Contains(row.VirtualAccountId)).ToListAsync(cancellation);
        Db.LicenseLocks.RemoveRange(locks);
        Db.LicenseLocks.AddRange(locks.Select(row => new LicenseLock
        {
            AccountId = into, DeviceId = row.DeviceId, LineId = received[row.LineId].Id, EntitlementId = row.EntitlementId, VirtualAccountId = row.VirtualAccountId,
            Quantity = row.Quantity,
        }));
        await Db.SaveChangesAsync(cancellation);
    }

    /// <summary>What follows from book and demand lies by virtual account, whose number never changes: it goes as it is.</summary>
    private async Task FollowAsync(CancellationToken cancellation)
    {
        await Db.Pools.Where(row => row.AccountId == from && places.Contains(row.VirtualAccountId))
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.AccountId, into), cancellation);
        await Db.PoolHistory.Where(row => row.AccountId == from && places.Contains(row.VirtualAccountId))
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.AccountId, into), cancellation);
        await Db.UsagePeriods.Where(row => row.AccountId == from && places.Contains(row.VirtualAccountId))
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.AccountId, into), cancellation);
        await Db.LicenseUses.Where(row => row.AccountId == from && places.Contains(row.VirtualAccountId))
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.AccountId, into), cancellation);
    }
}
