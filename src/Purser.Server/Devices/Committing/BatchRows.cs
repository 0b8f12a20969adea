using System.Data.Common;
using Purser.Server.Accounts;
using Purser.Server.Catalog;
using Purser.Server.Devices.Rules;
using Purser.Server.Licenses;
using Purser.Server.Search;
using Purser.Server.Tokens;

namespace Purser.Server.Devices.Committing;

/// <summary>Column lists of the batch's queries and the rows made of them; the same for both engines.</summary>
internal static class BatchRows
{
    public const string Device =
        "d.account_id, d.id, d.virtual_account_id, d.product_id, d.piid, d.udi_pid, d.udi_serial_number, d.udi_vid, d.uuid, d.suvi, d.host_identifier, "
        + "d.mac_address, d.display_name, d.search_text, d.state, d.mode, d.export_allowed, d.registered_at, d.last_contact_at, d.removed_at, d.silence_stage, "
        + "d.certificate_serial, d.previous_certificate_serial, d.certificate_ends_at, d.key_fingerprint, d.authorized_at, d.told_out_of_compliance, "
        + "d.units, d.ha_sequence, d.detached_at, d.detached_until, d.silence_from, v.name, a.name, a.type, a.status, a.agreement_version, a.holds_restricted_licenses";

    public const string Use =
        "u.account_id, u.device_id, u.entitlement_id, u.virtual_account_id, u.requested, u.released, u.is_locked, u.since, u.application, u.application_role, "
        + "u.unit_key, u.peer_key, u.covered, u.billing";

    public const string Token =
        "t.account_id, t.id, t.virtual_account_id, t.export_controlled, t.maximum_uses, t.uses, t.expires_at, t.revoked_at, t.text_hash, "
        + "v.name, a.name, a.type, a.status, a.agreement_version, a.holds_restricted_licenses";

    public const string Pool =
        "p.account_id, p.virtual_account_id, p.entitlement_id, p.purchased, p.pending, p.firm, p.in_transition, p.uncovered, p.locked, p.in_use, p.short_since, "
        + "p.lent, p.borrowed, p.warn_at_percent, p.warn_below, p.threshold_since, p.billing";

    public const string Lock = "k.account_id, k.device_id, k.line_id, k.virtual_account_id, k.entitlement_id, k.quantity";

    /// <summary>What restricted licenses may be locked of, and are.</summary>
    public const string Stock =
        "h.account_id, h.virtual_account_id, h.entitlement_id, h.line_id, h.held, h.firm, h.in_transition, h.locked, l.license_type, l.ends_at";

    public const string StockSource =
        "join license_line l on l.account_id = h.account_id and l.id = h.line_id and l.state = 'Active' and l.billing = 'Prepaid'";

    public static void AddHead(BatchState state, DbDataReader reader)
    {
        var head = new AccountHead { AccountId = reader.GetInt64(0), EventSeq = reader.GetInt64(1), EventHash = (byte[])reader[2], EntryHash = [], AuditHash = [] };
        state.Heads[head.AccountId] = head;
    }

    public static void AddAnswer(BatchState state, DbDataReader reader) =>
        state.Answers[Digest.From((byte[])reader[0])] = new StoredAnswer((byte[])reader[1], reader.GetString(2), reader.GetBoolean(3));

    public static void AddDevice(BatchState state, DbDataReader reader)
    {
        var row = new Device
        {
            AccountId = reader.GetInt64(0),
            Id = reader.GetInt64(1),
            VirtualAccountId = reader.GetInt64(2),
            ProductId = reader.GetInt64(3),
            Piid = reader.GetString(4),
            UdiPid = reader.GetString(5),
            UdiSerialNumber = reader.GetString(6),
            UdiVid = reader.GetString(7),
            Uuid = reader.GetString(8),
            Suvi = reader.GetString(9),
            HostIdentifier = reader.GetString(10),
            MacAddress = reader.GetString(11),
            DisplayName = reader.GetString(12),
            SearchText = reader.GetString(13),
            State = Enum.Parse<DeviceState>(reader.GetString(14)),
            Mode = Enum.Parse<DeviceMode>(reader.GetString(15)),
            ExportAllowed = reader.GetBoolean(16),
            RegisteredAt = Instant(reader, 17),
            LastContactAt = Instant(reader, 18),
            RemovedAt = InstantOrNull(reader, 19),
            SilenceStage = reader.GetInt32(20),
            CertificateSerial = reader.GetString(21),
            PreviousCertificateSerial = reader.IsDBNull(22) ? null : reader.GetString(22),
            CertificateEndsAt = Instant(reader, 23),
            KeyFingerprint = (byte[])reader[24],
            AuthorizedAt = InstantOrNull(reader, 25),
            ToldOutOfCompliance = reader.GetBoolean(26),
            Units = reader.GetString(27),
            HaSequence = reader.GetInt64(28),
            DetachedAt = InstantOrNull(reader, 29),
            DetachedUntil = InstantOrNull(reader, 30),
            SilenceFrom = InstantOrNull(reader, 31),
        };
        state.VirtualAccountNames[(row.AccountId, row.VirtualAccountId)] = reader.GetString(32);
        var entry = new DeviceEntry(row, Account(reader, row.AccountId, 33)) { Found = SearchEntry.Of(row) };

        // A peer may be in the batch itself.
        state.Devices.TryAdd(entry.Place, entry);
    }

    public static void AddUse(BatchState state, DbDataReader reader)
    {
        var use = new LicenseUse
        {
            AccountId = reader.GetInt64(0),
            DeviceId = reader.GetInt64(1),
            EntitlementId = reader.GetInt64(2),
            VirtualAccountId = reader.GetInt64(3),
            Requested = reader.GetInt64(4),
            Released = reader.GetBoolean(5),
            IsLocked = reader.GetBoolean(6),
            Since = Instant(reader, 7),
            Application = TextOrNull(reader, 8),
            ApplicationRole = TextOrNull(reader, 9) is { } role ? Enum.Parse<ApplicationRole>(role) : null,
            UnitKey = TextOrNull(reader, 10),
            PeerKey = TextOrNull(reader, 11),
            Covered = reader.GetBoolean(12),
            Billing = Enum.Parse<Billing>(reader.GetString(13)),
        };
        state.Devices[new(use.AccountId, use.DeviceId)].Uses[use.EntitlementId] = use;
    }

    public static void AddToken(BatchState state, DbDataReader reader)
    {
        var row = new RegistrationToken
        {
            AccountId = reader.GetInt64(0),
            Id = reader.GetInt64(1),
            VirtualAccountId = reader.GetInt64(2),
            ExportControlled = reader.GetBoolean(3),
            MaximumUses = reader.IsDBNull(4) ? null : reader.GetInt32(4),
            Uses = reader.GetInt32(5),
            ExpiresAt = Instant(reader, 6),
            RevokedAt = InstantOrNull(reader, 7),
            TextHash = (byte[])reader[8],
            SealedText = [],
            CreatedBy = "",
        };
        state.VirtualAccountNames[(row.AccountId, row.VirtualAccountId)] = reader.GetString(9);
        state.Tokens[Digest.From(row.TextHash)] = new TokenEntry(row, Account(reader, row.AccountId, 10));
    }

    public static void AddPool(BatchState state, DbDataReader reader)
    {
        var pool = new Pool
        {
            AccountId = reader.GetInt64(0),
            VirtualAccountId = reader.GetInt64(1),
            EntitlementId = reader.GetInt64(2),
            Billing = Enum.Parse<Billing>(reader.GetString(16)),
            Purchased = reader.GetInt64(3),
            Pending = reader.GetInt64(4),
            Firm = reader.GetInt64(5),
            InTransition = reader.GetInt64(6),
            Uncovered = reader.GetInt64(7),
            Locked = reader.GetInt64(8),
            InUse = reader.GetInt64(9),
            ShortSince = InstantOrNull(reader, 10),
            Lent = reader.GetInt64(11),
            Borrowed = reader.GetInt64(12),
            WarnAtPercent = reader.IsDBNull(13) ? null : reader.GetInt32(13),
            WarnBelow = reader.IsDBNull(14) ? null : reader.GetInt64(14),
            ThresholdSince = InstantOrNull(reader, 15),
        };
        state.Pools[(pool.AccountId, new PoolKey(pool.VirtualAccountId, pool.EntitlementId, pool.Billing))] = new PoolEntry(pool);
    }

    public static void AddLock(BatchState state, DbDataReader reader)
    {
        var row = new LicenseLock
        {
            AccountId = reader.GetInt64(0), DeviceId = reader.GetInt64(1), LineId = reader.GetInt64(2), VirtualAccountId = reader.GetInt64(3),
            EntitlementId = reader.GetInt64(4), Quantity = reader.GetInt64(5),
        };
        state.Devices[new(row.AccountId, row.DeviceId)].Locks[row.LineId] = row;
    }

    public static void AddStock(BatchState state, DbDataReader reader)
    {
        var holding = new Holding
        {
            AccountId = reader.GetInt64(0), VirtualAccountId = reader.GetInt64(1), EntitlementId = reader.GetInt64(2), LineId = reader.GetInt64(3),
            Held = reader.GetInt64(4), Firm = reader.GetInt64(5), InTransition = reader.GetInt64(6), Locked = reader.GetInt64(7),
        };
        state.StockOf(holding.AccountId, new PoolKey(holding.VirtualAccountId, holding.EntitlementId))
            .Add(new LockableLine(holding, Enum.Parse<LicenseType>(reader.GetString(8)), InstantOrNull(reader, 9)));
    }

    public static void AddDirectory(BatchState state, DbDataReader reader)
    {
        var row = new DeviceDirectory
        {
            Udi = reader.GetString(0), ProductId = reader.GetInt64(1), Piid = reader.GetString(2), AccountId = reader.GetInt64(3), DeviceId = reader.GetInt64(4),
        };
        state.Directory[(row.Udi, row.ProductId)] = row;
    }

    public static void AddUnit(BatchState state, DbDataReader reader)
    {
        var row = new UnitDirectory { Udi = reader.GetString(0), ProductId = reader.GetInt64(1), AccountId = reader.GetInt64(2), DeviceId = reader.GetInt64(3) };
        state.Units[(row.Udi, row.ProductId)] = row;
    }

    private static string? TextOrNull(DbDataReader reader, int at) => reader.IsDBNull(at) ? null : reader.GetString(at);

    private static AccountFacts Account(DbDataReader reader, long id, int at) => new(
        id,
        reader.GetString(at),
        Enum.Parse<AccountType>(reader.GetString(at + 1)),
        Enum.Parse<AccountStatus>(reader.GetString(at + 2)),
        reader.IsDBNull(at + 3) ? null : reader.GetInt32(at + 3),
        reader.GetBoolean(at + 4));

    private static DateTimeOffset Instant(DbDataReader reader, int at) => DateTimeOffset.FromUnixTimeSeconds(reader.GetInt64(at));

    private static DateTimeOffset? InstantOrNull(DbDataReader reader, int at) => reader.IsDBNull(at) ? null : Instant(reader, at);
}
