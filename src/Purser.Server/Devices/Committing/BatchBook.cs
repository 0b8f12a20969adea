using Purser.Protocol.Wire;
using Purser.Server.Alerts;
using Purser.Server.Alerts.Thresholds;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Devices.Rules;
using Purser.Server.Events;
using Purser.Server.Licenses;
using Purser.Server.Store;

namespace Purser.Server.Devices.Committing;

/// <summary>
/// Keeps book of what a message does: uses, pools, events, alerts, contact. The write path's <see cref="Ledger"/> does the same for pages; both
/// settle by <see cref="PoolSettlement"/>, and the audit holds them to each other.
/// </summary>
internal sealed class BatchBook
{
    /// <summary>Whose name device events carry.</summary>
    public const string ActorName = "Smart Agent";

    private readonly BatchState state;
    private readonly CatalogSnapshot catalog;
    private readonly IdSource ids;
    private readonly PairBook pairs;
    private readonly List<(long AccountId, PoolKey Key, PoolEntry Pool)> touched = [];

    public BatchBook(BatchState state, CatalogSnapshot catalog, IdSource ids)
    {
        (this.state, this.catalog, this.ids) = (state, catalog, ids);
        pairs = new PairBook(state, ChangePool);
    }

    public BatchState State => state;

    public string VirtualAccountName(DeviceEntry device) => state.VirtualAccountNames.GetValueOrDefault((device.Row.AccountId, device.Row.VirtualAccountId), "?");

    public void Append(DeviceEntry device, EventText text, long? entitlementId = null, long? otherVirtualAccountId = null) => state.Append(new EventRow
    {
        AccountId = device.Row.AccountId,
        Kind = text.Kind,
        Message = text.Message,
        VirtualAccountId = device.Row.VirtualAccountId,
        OtherVirtualAccountId = otherVirtualAccountId,
        EntitlementId = entitlementId,
        DeviceId = device.Row.Id,
        ActorName = ActorName,
        Hash = [],
    });

    /// <summary>Any authenticated message is contact: alerts of silence close, and what was released counts as demand again (domain rules 7.4).</summary>
    public void Contact(DeviceEntry device)
    {
        var row = device.Row;
        row.LastContactAt = state.Now;
        device.Changed(DeviceChange.Contact);
        if (row.DetachedUntil <= state.Now)
        {
            Reattach(device, row.DetachedUntil.Value);
        }

        if (row.SilenceStage == 0)
        {
            return;
        }

        row.SilenceStage = 0;
        state.AlertChanges[(row.AccountId, AlertSubjects.Silence(row.Id))] = null;
        foreach (var use in device.Uses.Values.Where(use => use.Released))
        {
            use.Released = false;
            state.ChangedUses.Add(use);
            ChangePool(row.AccountId, use.Pool, use.Requested);
            pairs.Join(use);
        }
    }

    /// <summary>Silence is counted again, from <paramref name="from"/> (domain rules 7.9).</summary>
    public void Reattach(DeviceEntry device, DateTimeOffset from)
    {
        DetachedMode.Leave(device.Row, from);
        device.Changed(DeviceChange.Whole);
        Append(device, ProductInstanceEvents.Reattached(device.Row.DisplayName, VirtualAccountName(device)));
    }

    /// <summary>Sets what a device asks for of one license; 0 ends the use.</summary>
    public void SetUse(DeviceEntry device, long entitlementId, long count)
    {
        var row = device.Row;
        var known = device.Uses.GetValueOrDefault(entitlementId);
        if (known is not null)
        {
            pairs.Part(known);
        }

        if (known is { Released: false })
        {
            ChangePool(row.AccountId, known.Pool, -known.Requested);
        }

        ChangePool(row.AccountId, new PoolKey(row.VirtualAccountId, entitlementId), count);
        if (count == 0)
        {
            if (known is not null)
            {
                device.Uses.Remove(entitlementId);
                state.ChangedUses.Remove(known);
                state.RemovedUses.Add(known);
            }

            return;
        }

        if (known is null)
        {
            known = new LicenseUse { AccountId = row.AccountId, DeviceId = row.Id, EntitlementId = entitlementId };
            device.Uses.Add(entitlementId, known);
        }

        (known.VirtualAccountId, known.Billing) = (row.VirtualAccountId, Billing.Prepaid);
        known.Requested = count;
        known.Released = false;
        known.Since = state.Now;
        state.ChangedUses.Add(known);
        pairs.Join(known);
    }

    /// <summary>Sets with whom a license is shared, as what; null: with nobody.</summary>
    public void Share(DeviceEntry device, long entitlementId, ApplicationShare? share)
    {
        var use = device.Uses[entitlementId];
        var productId = device.Row.ProductId;
        ApplicationRole? role = share is null ? null : Enum.Parse<ApplicationRole>(share.Role);
        var unit = share is null ? null : RedundancyRules.KeyOf(productId, HaUnits.ActiveUdi(device.Row));
        var peer = share is null ? null : RedundancyRules.KeyOf(productId, share.Peer.ToUdi());
        if ((use.Application, use.ApplicationRole, use.UnitKey, use.PeerKey) == (share?.Key, role, unit, peer))
        {
            return;
        }

        pairs.Part(use);
        (use.Application, use.ApplicationRole, use.UnitKey, use.PeerKey) = (share?.Key, role, unit, peer);
        state.ChangedUses.Add(use);
        pairs.Join(use);
    }

    /// <summary>As <see cref="SetUse"/>, of a restricted license that is locked to the device.</summary>
    public void SetLocked(DeviceEntry device, long entitlementId, long count)
    {
        var before = device.Uses.GetValueOrDefault(entitlementId) is { IsLocked: true } known ? known.Requested : 0;
        SetUse(device, entitlementId, count);
        Pool(device, entitlementId).Locked += count - before;
        if (device.Uses.GetValueOrDefault(entitlementId) is { } use)
        {
            use.IsLocked = true;
        }
    }

    /// <summary>What is locked stays: only its own rules release it.</summary>
    public void EndUses(DeviceEntry device)
    {
        foreach (var entitlement in device.Uses.Values.Where(use => !use.IsLocked).Select(use => use.EntitlementId).Order().ToList())
        {
            SetUse(device, entitlement, 0);
        }
    }

    /// <summary>The device changes its virtual account; its use moves as demand, licenses stay (domain rules 7.5).</summary>
    public void Move(DeviceEntry device, long toVirtualAccountId)
    {
        var row = device.Row;
        foreach (var use in device.Uses.Values)
        {
            pairs.Part(use);
            var from = use.Pool;
            use.VirtualAccountId = toVirtualAccountId;
            Recount(use, from);
            pairs.Join(use);
        }

        row.VirtualAccountId = toVirtualAccountId;
        device.Changed(DeviceChange.Whole);
    }

    /// <summary>Whatever it reports from now on tells of nothing here: its use is told otherwise, or it goes.</summary>
    public void EndReporting(DeviceEntry device)
    {
        if (device.Row.Mode == DeviceMode.Policy)
        {
            state.EndedReporting.Add(device.Place);
        }
    }

    /// <summary>What it used by reports until now it uses directly connected: that consumes prepaid (help ch. 4, 6; domain rules 2.5).</summary>
    public void BillPrepaid(DeviceEntry device)
    {
        foreach (var use in device.Uses.Values.Where(use => use.Billing != Billing.Prepaid))
        {
            var from = use.Pool;
            use.Billing = Billing.Prepaid;
            Recount(use, from);
        }
    }

    private void Recount(LicenseUse use, PoolKey from)
    {
        if (!use.Released)
        {
            ChangePool(use.AccountId, from, -use.Requested);
            ChangePool(use.AccountId, use.Pool, use.Requested);
        }

        state.ChangedUses.Add(use);
    }

    public Pool Pool(DeviceEntry device, long entitlementId) =>
        state.Pool(device.Row.AccountId, new PoolKey(device.Row.VirtualAccountId, entitlementId)).Row;

    /// <summary>After each message: shortage events and alerts of the pools that it touched.</summary>
    public void Settle()
    {
        Substitute();
        foreach (var (accountId, key, entry) in touched)
        {
            var pool = entry.Row;
            if (!entry.IsChanged)
            {
                entry.BalanceBefore = null;
                continue;
            }

            var settlement = PoolSettlement.Of(entry.BalanceBefore!.Value, pool.Balance, pool.ShortSince, state.Now);
            var wasShort = pool.ShortSince is not null;
            pool.ShortSince = settlement.ShortSince;
            entry.BalanceBefore = null;
            entry.PeakInUse = Math.Max(entry.PeakInUse, pool.InUse);
            StepOverThreshold(accountId, key, pool);
            if (settlement.IsShort)
            {
                ReportShortage(accountId, key, settlement);
            }
            else if (wasShort)
            {
                entry.RecoveredAt = state.Now;
                state.AlertChanges[(accountId, AlertSubjects.Insufficient(key))] = null;
            }
        }

        touched.Clear();
    }

    /// <summary>What is reporting only mirrors its use; what tiers lend each other follows from their figures (domain rules 2.4, 5).</summary>
    private void Substitute()
    {
        var tiers = new List<(long AccountId, Entitlement License, PoolEntry Entry)>();
        foreach (var (accountId, key, entry) in touched)
        {
            if (key.Billing == Billing.Prepaid && catalog.FindEntitlement(key.EntitlementId) is { } license)
            {
                PoolSettlement.Mirror(entry.Row, license);
                if (license.TierGroup is not null)
                {
                    tiers.Add((accountId, license, entry));
                }
            }
        }

        foreach (var group in tiers.GroupBy(tier => (tier.AccountId, tier.Entry.Row.VirtualAccountId, tier.License.TierGroup)))
        {
            var changed = TierSubstitution.Settle([.. group.Select(tier => (tier.License, tier.Entry.Row))]);
            foreach (var tier in group.Where(tier => changed.Contains(tier.Entry.Row)))
            {
                tier.Entry.IsChanged = true;
            }
        }
    }

    private void ReportShortage(long accountId, PoolKey key, PoolSettlement settlement)
    {
        var license = catalog.FindEntitlement(key.EntitlementId)?.Name ?? "?";
        var virtualAccount = state.VirtualAccountNames.GetValueOrDefault((accountId, key.VirtualAccountId), "?");
        if (settlement.ReportsShortage)
        {
            var text = LicensingEvents.Insufficient(settlement.Shortage, license, virtualAccount);
            state.Append(new EventRow
            {
                AccountId = accountId, Kind = text.Kind, Message = text.Message, VirtualAccountId = key.VirtualAccountId, EntitlementId = key.EntitlementId,
                ActorName = ActorName, Hash = [],
            });
        }

        Raise(
            accountId, key, AlertKind.InsufficientLicenses, AlertLevel.Major, AlertSubjects.Insufficient(key),
            AlertTexts.Insufficient(virtualAccount, license, settlement.Shortage), settlement.Shortage);
    }

    private void StepOverThreshold(long accountId, PoolKey key, Pool pool)
    {
        switch (ThresholdRules.Step(pool, state.Now))
        {
            case ThresholdStep.Clear:
                state.AlertChanges[(accountId, AlertSubjects.Threshold(key))] = null;
                break;
            case ThresholdStep.Raise:
                var license = catalog.FindEntitlement(key.EntitlementId)?.Name ?? "?";
                var virtualAccount = state.VirtualAccountNames.GetValueOrDefault((accountId, key.VirtualAccountId), "?");
                Raise(
                    accountId, key, AlertKind.LicenseThreshold, AlertLevel.Minor, AlertSubjects.Threshold(key),
                    AlertTexts.Threshold(virtualAccount, license, ThresholdRules.Of(pool).Text), count: 0);
                break;
        }
    }

    /// <summary>An alert about a device.</summary>
    public void Raise(Device row, long? entitlementId, AlertKind kind, AlertLevel level, string subject, string message) =>
        state.AlertChanges[(row.AccountId, subject)] = new Alert
        {
            AccountId = row.AccountId,
            Id = ids.Next(nameof(IdKind.Alert)),
            Kind = kind,
            Level = level,
            State = AlertState.Open,
            Subject = subject,
            VirtualAccountId = row.VirtualAccountId,
            EntitlementId = entitlementId,
            DeviceId = row.Id,
            Message = message,
            RaisedAt = state.Now,
        };

    public void Clear(Device row, string subject) => state.AlertChanges[(row.AccountId, subject)] = null;

    private void Raise(long accountId, PoolKey key, AlertKind kind, AlertLevel level, string subject, string message, long count) =>
        state.AlertChanges[(accountId, subject)] = new Alert
        {
            AccountId = accountId,
            Id = ids.Next(nameof(IdKind.Alert)),
            Kind = kind,
            Level = level,
            State = AlertState.Open,
            Subject = subject,
            VirtualAccountId = key.VirtualAccountId,
            EntitlementId = key.EntitlementId,
            Count = count,
            Message = message,
            RaisedAt = state.Now,
        };

    private void ChangePool(long accountId, PoolKey key, long difference)
    {
        if (difference == 0)
        {
            return;
        }

        var entry = state.Pool(accountId, key);
        Touch(accountId, key, entry);
        foreach (var other in key.Billing == Billing.Prepaid ? catalog.OtherTiersOf(key.EntitlementId) : [])
        {
            var otherKey = key with { EntitlementId = other };
            if (state.Pools.TryGetValue((accountId, otherKey), out var neighbour))
            {
                Touch(accountId, otherKey, neighbour);
            }
        }

        entry.Row.InUse += difference;
        entry.IsChanged = true;
    }

    private void Touch(long accountId, PoolKey key, PoolEntry entry)
    {
        if (entry.BalanceBefore is null)
        {
            entry.BalanceBefore = entry.Row.Balance;
            touched.Add((accountId, key, entry));
        }
    }
}
