using Purser.Server.Accounts;
using Purser.Server.Alerts;
using Purser.Server.Catalog;
using Purser.Server.Devices.Door;
using Purser.Server.Devices.Rules;
using Purser.Server.Events;
using Purser.Server.Licenses;
using Purser.Server.Pki;
using Purser.Server.Search;
using Purser.Server.Tokens;
using Purser.Server.Usage;

namespace Purser.Server.Devices.Committing;

internal enum DeviceChange
{
    None,

    /// <summary>Contact and authorization only: the narrow update of the hot path.</summary>
    Contact,

    /// <summary>Any column; the row may be new.</summary>
    Whole,
}

/// <summary>A product instance in a batch, with what it uses.</summary>
internal sealed class DeviceEntry(Device row, AccountFacts account)
{
    public Device Row => row;

    public AccountFacts Account => account;

    public DevicePlace Place => new(row.AccountId, row.Id);

    /// <summary>Entitlement → use.</summary>
    public Dictionary<long, LicenseUse> Uses { get; } = [];

    /// <summary>Line → what of it is locked to this device; loaded where a use is locked.</summary>
    public Dictionary<long, LicenseLock> Locks { get; } = [];

    public long LockedOf(long entitlementId) => Locks.Values.Where(one => one.EntitlementId == entitlementId).Sum(one => one.Quantity);

    /// <summary>How searches found it when it was read; null for a new one.</summary>
    public SearchEntry? Found { get; init; }

    public DeviceChange Change { get; private set; }

    public void Changed(DeviceChange change)
    {
        if (change > Change)
        {
            Change = change;
        }
    }
}

/// <summary>A line of restricted licenses as it lies in a virtual account.</summary>
internal sealed record LockableLine(Holding Holding, LicenseType Type, DateTimeOffset? EndsAt);

internal sealed class PoolEntry(Pool row)
{
    public Pool Row => row;

    /// <summary>The balance before the message at hand; null when it has not touched the pool.</summary>
    public long? BalanceBefore { get; set; }

    public bool IsChanged { get; set; }

    public long PeakInUse { get; set; } = row.InUse;

    /// <summary>When a shortage ended in this batch.</summary>
    public DateTimeOffset? RecoveredAt { get; set; }
}

internal sealed record TokenEntry(RegistrationToken Row, AccountFacts Account)
{
    public bool IsChanged { get; set; }
}

internal sealed record StoredAnswer(byte[] RequestHash, string Response, bool AwaitsSignature);

/// <summary>The rows that a batch of messages works on, and what it has changed in them. Lives for one transaction.</summary>
internal sealed class BatchState(DateTimeOffset now)
{
    private readonly HashSet<long> grown = [];

    /// <summary>Domain time of all that the batch writes.</summary>
    public DateTimeOffset Now => now;

    // What is known.

    /// <summary>The heads that are locked; a wanted account that is missing here is held by somebody else.</summary>
    public Dictionary<long, AccountHead> Heads { get; } = [];
    public Dictionary<DevicePlace, DeviceEntry> Devices { get; } = [];
    public Dictionary<(string Udi, long ProductId), DeviceDirectory> Directory { get; } = [];

    /// <summary>Of the UDIs that the batch names: where they are units of a high availability set.</summary>
    public Dictionary<(string Udi, long ProductId), UnitDirectory> Units { get; } = [];
    public Dictionary<Digest, TokenEntry> Tokens { get; } = [];
    public Dictionary<(long AccountId, long VirtualAccountId), string> VirtualAccountNames { get; } = [];
    public Dictionary<(long AccountId, PoolKey Key), PoolEntry> Pools { get; } = [];

    /// <summary>Pool → its lines; loaded for restricted licenses that are locked to devices.</summary>
    private readonly Dictionary<(long AccountId, PoolKey Key), List<LockableLine>> stocks = [];

    /// <summary>By nonce.</summary>
    public Dictionary<Digest, StoredAnswer> Answers { get; } = [];
    public int? NewestAgreement { get; set; }

    /// <summary>A token that the directory led to was not there under the locks: it went to another Smart Account this very moment.</summary>
    public bool HasLostToken { get; set; }

    // What is changed.

    public List<DeviceAnswer> NewAnswers { get; } = [];
    public List<EventRow> NewEvents { get; } = [];
    public Dictionary<(string Udi, long ProductId), DeviceDirectory> NewDirectory { get; } = [];

    /// <summary>Deleted before the new ones are written.</summary>
    public HashSet<(string Udi, long ProductId)> RemovedDirectory { get; } = [];

    /// <summary>Deleted before the new ones are written.</summary>
    public HashSet<(string Udi, long ProductId)> RemovedUnits { get; } = [];
    public Dictionary<(string Udi, long ProductId), UnitDirectory> NewUnits { get; } = [];
    public HashSet<LicenseUse> ChangedUses { get; } = [];

    /// <summary>Deleted before the changed ones are written, so that a use may end and begin again in one batch.</summary>
    public HashSet<LicenseUse> RemovedUses { get; } = [];

    /// <summary>Product instances whose reports tell of nothing from now on: they register, or go.</summary>
    public HashSet<DevicePlace> EndedReporting { get; } = [];

    public HashSet<Holding> ChangedHoldings { get; } = [];
    public HashSet<LicenseLock> ChangedLocks { get; } = [];

    /// <summary>Deleted before the changed ones are written.</summary>
    public HashSet<LicenseLock> RemovedLocks { get; } = [];

    /// <summary>Subject → the alert that is to be open, or null where none is to be.</summary>
    public Dictionary<(long AccountId, string Subject), Alert?> AlertChanges { get; } = [];
    public List<IdentityCertificate> NewCertificates { get; } = [];

    /// <summary>Serial → reason.</summary>
    public Dictionary<string, string> Revocations { get; } = [];
    public List<IssuedWork> Issued { get; } = [];

    public IEnumerable<DevicePlace> DevicesWithLocks => Devices.Values.Where(entry => entry.Uses.Values.Any(use => use.IsLocked)).Select(entry => entry.Place);

    public List<LockableLine> StockOf(long accountId, PoolKey key)
    {
        if (!stocks.TryGetValue((accountId, key), out var lines))
        {
            lines = [];
            stocks.Add((accountId, key), lines);
        }

        return lines;
    }

    public IEnumerable<DeviceEntry> DevicesWith(DeviceChange change) => Devices.Values.Where(entry => entry.Change == change);

    /// <summary>Devices that are found otherwise than before: new, renamed, moved or removed. An authorization changes none of it.</summary>
    private IEnumerable<(SearchEntry? Before, SearchEntry? After)> SearchChanges =>
        DevicesWith(DeviceChange.Whole).Select(entry => (Before: entry.Found, After: SearchEntry.Of(entry.Row))).Where(change => change.Before != change.After);

    /// <summary>Deleted before the new ones are written.</summary>
    public IEnumerable<SearchEntry> RemovedSearchEntries => SearchChanges.Select(change => change.Before).OfType<SearchEntry>();

    public IEnumerable<SearchEntry> NewSearchEntries => SearchChanges.Select(change => change.After).OfType<SearchEntry>();

    public IEnumerable<PoolEntry> ChangedPools => Pools.Values.Where(entry => entry.IsChanged);

    public IEnumerable<TokenEntry> ChangedTokens => Tokens.Values.Where(entry => entry.IsChanged);

    /// <summary>Heads whose chain grew.</summary>
    public IEnumerable<AccountHead> ChangedHeads => Heads.Values.Where(head => grown.Contains(head.AccountId));

    public IEnumerable<(string Serial, string Reason, DateTimeOffset At)> RevocationRows => Revocations.Select(one => (one.Key, one.Value, now));

    public IEnumerable<ReportingStay> EndedStays => EndedReporting.Select(place => new ReportingStay { AccountId = place.AccountId, DeviceId = place.DeviceId, From = now });

    public IEnumerable<(PoolEntry Entry, DateTimeOffset Hour)> PoolHistoryRows => ChangedPools.Select(entry => (entry, PoolHours.Of(now)));

    public IEnumerable<Alert> RaisedAlerts => AlertChanges.Values.OfType<Alert>();

    public IEnumerable<(long AccountId, string Subject, DateTimeOffset At)> ClearedAlerts =>
        AlertChanges.Where(one => one.Value is null).Select(one => (one.Key.AccountId, one.Key.Subject, now));

    /// <summary>Appends to an account's chain: number, hash, time.</summary>
    public void Append(EventRow row)
    {
        var head = Heads[row.AccountId];
        row.Seq = ++head.EventSeq;
        row.At = now;
        row.Hash = head.EventHash = HashChain.Of(row, head.EventHash);
        NewEvents.Add(row);
        grown.Add(row.AccountId);
    }

    /// <summary>The pool's row; a pool that was never touched before begins empty.</summary>
    public PoolEntry Pool(long accountId, PoolKey key)
    {
        if (!Pools.TryGetValue((accountId, key), out var entry))
        {
            entry = new PoolEntry(new Pool { AccountId = accountId, VirtualAccountId = key.VirtualAccountId, EntitlementId = key.EntitlementId, Billing = key.Billing });
            Pools.Add((accountId, key), entry);
        }

        return entry;
    }
}
