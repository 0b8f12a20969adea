using Purser.Server.Accounts;
using Purser.Server.Alerts;
using Purser.Server.Events;
using Purser.Server.Licenses;
using Purser.Server.Pki;
using Purser.Server.Search;
using Purser.Server.Usage;
using static Purser.Server.Devices.Committing.ColumnType;

namespace Purser.Server.Devices.Committing;

/// <summary>Every write of a batch. Column lists stand here once; a test compares them with the schema.</summary>
internal static class BatchStatements
{
    public static readonly RowStatement<DeviceAnswer> InsertAnswer = RowStatement<DeviceAnswer>.Insert(
        "device_answer", "",
        new("nonce_hash", Bytes, row => row.NonceHash),
        new("request_hash", Bytes, row => row.RequestHash),
        new("response", Text, row => row.Response),
        new("awaits_signature", Bool, row => row.AwaitsSignature),
        new("at", Long, row => Seconds(row.At)));

    public static readonly RowStatement<IssuedWork> FinishAnswer = RowStatement<IssuedWork>.Update(
        "device_answer", ["nonce_hash"], "and target.awaits_signature",
        new("nonce_hash", Bytes, work => work.Message.NonceHash),
        new("response", Text, work => work.Reply),
        new("awaits_signature", Bool, _ => false));

    public static readonly RowStatement<IssuedWork> FinishCertificate = RowStatement<IssuedWork>.Update(
        "identity_certificate", ["serial"], "and target.state = 'Intended'",
        new("serial", Text, work => work.Serial),
        new("state", Text, _ => nameof(CertificateState.Issued)));

    /// <summary>The hot path: what an authorization changes in a device.</summary>
    public static readonly RowStatement<Device> ContactDevice = RowStatement<Device>.Update(
        "device", ["account_id", "id"], "",
        new("account_id", Long, row => row.AccountId),
        new("id", Long, row => row.Id),
        new("last_contact_at", Long, row => Seconds(row.LastContactAt)),
        new("silence_stage", Long, row => (long)row.SilenceStage),
        new("previous_certificate_serial", Text, row => row.PreviousCertificateSerial),
        new("authorized_at", Long, row => Seconds(row.AuthorizedAt)),
        new("told_out_of_compliance", Bool, row => row.ToldOutOfCompliance));

    public static readonly RowStatement<Device> WriteDevice = RowStatement<Device>.Upsert(
        "device", ["account_id", "id"],
        new("account_id", Long, row => row.AccountId),
        new("id", Long, row => row.Id),
        new("virtual_account_id", Long, row => row.VirtualAccountId),
        new("product_id", Long, row => row.ProductId),
        new("piid", Text, row => row.Piid),
        new("udi_pid", Text, row => row.UdiPid),
        new("udi_serial_number", Text, row => row.UdiSerialNumber),
        new("udi_vid", Text, row => row.UdiVid),
        new("uuid", Text, row => row.Uuid),
        new("suvi", Text, row => row.Suvi),
        new("host_identifier", Text, row => row.HostIdentifier),
        new("mac_address", Text, row => row.MacAddress),
        new("display_name", Text, row => row.DisplayName),
        new("search_text", Text, row => row.SearchText),
        new("state", Text, row => row.State.ToString()),
        new("mode", Text, row => row.Mode.ToString()),
        new("export_allowed", Bool, row => row.ExportAllowed),
        new("registered_at", Long, row => Seconds(row.RegisteredAt)),
        new("last_contact_at", Long, row => Seconds(row.LastContactAt)),
        new("removed_at", Long, row => Seconds(row.RemovedAt)),
        new("silence_stage", Long, row => (long)row.SilenceStage),
        new("certificate_serial", Text, row => row.CertificateSerial),
        new("previous_certificate_serial", Text, row => row.PreviousCertificateSerial),
        new("certificate_ends_at", Long, row => Seconds(row.CertificateEndsAt)),
        new("key_fingerprint", Bytes, row => row.KeyFingerprint),
        new("authorized_at", Long, row => Seconds(row.AuthorizedAt)),
        new("told_out_of_compliance", Bool, row => row.ToldOutOfCompliance),
        new("units", Text, row => row.Units),
        new("ha_sequence", Long, row => row.HaSequence),
        new("detached_at", Long, row => Seconds(row.DetachedAt)),
        new("detached_until", Long, row => Seconds(row.DetachedUntil)),
        new("silence_from", Long, row => Seconds(row.SilenceFrom)));

    public static readonly RowStatement<SearchEntry> DeleteSearchEntry = RowStatement<SearchEntry>.Delete(
        "search_entry",
        new("account_id", Long, row => row.AccountId),
        new("kind", Text, row => row.Kind.ToString()),
        new("id", Long, row => row.Id));

    public static readonly RowStatement<SearchEntry> InsertSearchEntry = RowStatement<SearchEntry>.Insert(
        "search_entry", "",
        new("account_id", Long, row => row.AccountId),
        new("kind", Text, row => row.Kind.ToString()),
        new("id", Long, row => row.Id),
        new("virtual_account_id", Long, row => row.VirtualAccountId),
        new("text", Text, row => row.Text));

    public static readonly RowStatement<(string Udi, long ProductId)> DeleteDirectory = RowStatement<(string Udi, long ProductId)>.Delete(
        "device_directory",
        new("udi", Text, row => row.Udi),
        new("product_id", Long, row => row.ProductId));

    public static readonly RowStatement<DeviceDirectory> InsertDirectory = RowStatement<DeviceDirectory>.Insert(
        "device_directory", "",
        new("udi", Text, row => row.Udi),
        new("product_id", Long, row => row.ProductId),
        new("piid", Text, row => row.Piid),
        new("account_id", Long, row => row.AccountId),
        new("device_id", Long, row => row.DeviceId));

    public static readonly RowStatement<(string Udi, long ProductId)> DeleteUnit = RowStatement<(string Udi, long ProductId)>.Delete(
        "unit_directory",
        new("udi", Text, row => row.Udi),
        new("product_id", Long, row => row.ProductId));

    public static readonly RowStatement<UnitDirectory> InsertUnit = RowStatement<UnitDirectory>.Insert(
        "unit_directory", "",
        new("udi", Text, row => row.Udi),
        new("product_id", Long, row => row.ProductId),
        new("account_id", Long, row => row.AccountId),
        new("device_id", Long, row => row.DeviceId));

    public static readonly RowStatement<LicenseUse> DeleteUse = RowStatement<LicenseUse>.Delete(
        "license_use",
        new("account_id", Long, row => row.AccountId),
        new("device_id", Long, row => row.DeviceId),
        new("entitlement_id", Long, row => row.EntitlementId));

    public static readonly RowStatement<LicenseUse> WriteUse = RowStatement<LicenseUse>.Upsert(
        "license_use", ["account_id", "device_id", "entitlement_id"],
        new("account_id", Long, row => row.AccountId),
        new("device_id", Long, row => row.DeviceId),
        new("entitlement_id", Long, row => row.EntitlementId),
        new("virtual_account_id", Long, row => row.VirtualAccountId),
        new("requested", Long, row => row.Requested),
        new("released", Bool, row => row.Released),
        new("is_locked", Bool, row => row.IsLocked),
        new("since", Long, row => Seconds(row.Since)),
        new("application", Text, row => row.Application),
        new("application_role", Text, row => row.ApplicationRole?.ToString()),
        new("unit_key", Text, row => row.UnitKey),
        new("peer_key", Text, row => row.PeerKey),
        new("covered", Bool, row => row.Covered),
        new("billing", Text, row => row.Billing.ToString()));

    public static readonly RowStatement<ReportingStay> EndStay = RowStatement<ReportingStay>.Insert(
        "reporting_stay", "on conflict (account_id, device_id, \"from\") do update set virtual_account_id = null",
        new("account_id", Long, row => row.AccountId),
        new("device_id", Long, row => row.DeviceId),
        new("from", Long, row => Seconds(row.From)));

    /// <summary>What is held does not change by a message of a device, only what is bound to it.</summary>
    public static readonly RowStatement<Holding> LockHolding = RowStatement<Holding>.Update(
        "holding", ["account_id", "line_id", "virtual_account_id"], "",
        new("account_id", Long, row => row.AccountId),
        new("line_id", Long, row => row.LineId),
        new("virtual_account_id", Long, row => row.VirtualAccountId),
        new("locked", Long, row => row.Locked));

    public static readonly RowStatement<LicenseLock> DeleteLock = RowStatement<LicenseLock>.Delete(
        "license_lock",
        new("account_id", Long, row => row.AccountId),
        new("device_id", Long, row => row.DeviceId),
        new("line_id", Long, row => row.LineId));

    public static readonly RowStatement<LicenseLock> WriteLock = RowStatement<LicenseLock>.Upsert(
        "license_lock", ["account_id", "device_id", "line_id"],
        new("account_id", Long, row => row.AccountId),
        new("device_id", Long, row => row.DeviceId),
        new("line_id", Long, row => row.LineId),
        new("entitlement_id", Long, row => row.EntitlementId),
        new("virtual_account_id", Long, row => row.VirtualAccountId),
        new("quantity", Long, row => row.Quantity));

    /// <summary>Only what device messages change, with what follows from it: the mirror of what is reporting only, and what tiers lend. The rest belongs to the ledger. The account's head is locked.</summary>
    public static readonly RowStatement<PoolEntry> WritePool = RowStatement<PoolEntry>.Insert(
        "pool",
        "on conflict (account_id, virtual_account_id, entitlement_id, billing) do update set in_use = excluded.in_use, locked = excluded.locked, short_since = excluded.short_since, "
        + "purchased = excluded.purchased, lent = excluded.lent, borrowed = excluded.borrowed, threshold_since = excluded.threshold_since",
        new("account_id", Long, entry => entry.Row.AccountId),
        new("virtual_account_id", Long, entry => entry.Row.VirtualAccountId),
        new("entitlement_id", Long, entry => entry.Row.EntitlementId),
        new("billing", Text, entry => entry.Row.Billing.ToString()),
        new("purchased", Long, entry => entry.Row.Purchased),
        new("pending", Long, entry => entry.Row.Pending),
        new("firm", Long, entry => entry.Row.Firm),
        new("in_transition", Long, entry => entry.Row.InTransition),
        new("uncovered", Long, entry => entry.Row.Uncovered),
        new("locked", Long, entry => entry.Row.Locked),
        new("in_use", Long, entry => entry.Row.InUse),
        new("lent", Long, entry => entry.Row.Lent),
        new("borrowed", Long, entry => entry.Row.Borrowed),
        new("short_since", Long, entry => Seconds(entry.Row.ShortSince)),
        new("threshold_since", Long, entry => Seconds(entry.Row.ThresholdSince)));

    /// <summary>With the hour of the batch, which is not the entry's own.</summary>
    public static readonly RowStatement<(PoolEntry Entry, DateTimeOffset Hour)> WritePoolHistory = RowStatement<(PoolEntry Entry, DateTimeOffset Hour)>.Insert(
        "pool_history",
        "on conflict (account_id, virtual_account_id, entitlement_id, billing, hour) do update set purchased = excluded.purchased, in_use = excluded.in_use, "
        + "reserved = excluded.reserved, pending = excluded.pending, in_transition = excluded.in_transition, lent = excluded.lent, borrowed = excluded.borrowed, "
        + "short_since = excluded.short_since, recovered_at = coalesce(excluded.recovered_at, pool_history.recovered_at), peak_in_use = case when excluded.peak_in_use > pool_history.peak_in_use then excluded.peak_in_use else pool_history.peak_in_use end",
        new("account_id", Long, row => row.Entry.Row.AccountId),
        new("virtual_account_id", Long, row => row.Entry.Row.VirtualAccountId),
        new("entitlement_id", Long, row => row.Entry.Row.EntitlementId),
        new("billing", Text, row => row.Entry.Row.Billing.ToString()),
        new("hour", Long, row => Seconds(row.Hour)),
        new("purchased", Long, row => row.Entry.Row.Purchased),
        new("in_use", Long, row => row.Entry.Row.InUse),
        new("reserved", Long, row => row.Entry.Row.Reserved),
        new("peak_in_use", Long, row => row.Entry.PeakInUse),
        new("pending", Long, row => row.Entry.Row.Pending),
        new("in_transition", Long, row => row.Entry.Row.InTransition),
        new("lent", Long, row => row.Entry.Row.Lent),
        new("borrowed", Long, row => row.Entry.Row.Borrowed),
        new("short_since", Long, row => Seconds(row.Entry.Row.ShortSince)),
        new("recovered_at", Long, row => Seconds(row.Entry.RecoveredAt)));

    public static readonly RowStatement<EventRow> InsertEvent = RowStatement<EventRow>.Insert(
        "event", "",
        new("account_id", Long, row => row.AccountId),
        new("seq", Long, row => row.Seq),
        new("at", Long, row => Seconds(row.At)),
        new("kind", Text, row => row.Kind),
        new("message", Text, row => row.Message),
        new("virtual_account_id", Long, row => row.VirtualAccountId),
        new("other_virtual_account_id", Long, row => row.OtherVirtualAccountId),
        new("entitlement_id", Long, row => row.EntitlementId),
        new("device_id", Long, row => row.DeviceId),
        new("actor_name", Text, row => row.ActorName),
        new("actor_is_staff", Bool, row => row.ActorIsStaff),
        new("hash", Bytes, row => row.Hash));

    /// <summary>At most one alert of a subject is open; its figures are kept current (domain rules 10.2).</summary>
    public static readonly RowStatement<Alert> RaiseAlert = RowStatement<Alert>.Insert(
        "alert",
        "on conflict (account_id, subject) where state = 'Open' do update set message = excluded.message, count = excluded.count, due_at = excluded.due_at",
        new("account_id", Long, row => row.AccountId),
        new("id", Long, row => row.Id),
        new("kind", Text, row => row.Kind.ToString()),
        new("level", Text, row => row.Level.ToString()),
        new("state", Text, row => row.State.ToString()),
        new("subject", Text, row => row.Subject),
        new("virtual_account_id", Long, row => row.VirtualAccountId),
        new("entitlement_id", Long, row => row.EntitlementId),
        new("device_id", Long, row => row.DeviceId),
        new("count", Long, row => row.Count),
        new("period", Long, row => (long)row.Period),
        new("message", Text, row => row.Message),
        new("raised_at", Long, row => Seconds(row.RaisedAt)),
        new("due_at", Long, row => Seconds(row.DueAt)),
        new("closed_by", Text, row => row.ClosedBy));

    public static readonly RowStatement<(long AccountId, string Subject, DateTimeOffset At)> ClearAlert =
        RowStatement<(long AccountId, string Subject, DateTimeOffset At)>.Update(
            "alert", ["account_id", "subject"], "and target.state = 'Open'",
            new("account_id", Long, row => row.AccountId),
            new("subject", Text, row => row.Subject),
            new("state", Text, _ => nameof(AlertState.Cleared)),
            new("closed_at", Long, row => Seconds(row.At)),
            new("hidden_until", Long, _ => null));

    public static readonly RowStatement<TokenEntry> UseToken = RowStatement<TokenEntry>.Update(
        "registration_token", ["account_id", "id"], "",
        new("account_id", Long, entry => entry.Row.AccountId),
        new("id", Long, entry => entry.Row.Id),
        new("uses", Long, entry => (long)entry.Row.Uses),
        new("last_used_at", Long, entry => Seconds(entry.Row.LastUsedAt)));

    public static readonly RowStatement<IdentityCertificate> InsertCertificate = RowStatement<IdentityCertificate>.Insert(
        "identity_certificate", "",
        new("serial", Text, row => row.Serial),
        new("account_id", Long, row => row.AccountId),
        new("device_id", Long, row => row.DeviceId),
        new("piid", Text, row => row.Piid),
        new("issuing_key_id", Long, row => row.IssuingKeyId),
        new("state", Text, row => row.State.ToString()),
        new("content_hash", Bytes, row => row.ContentHash),
        new("not_before", Long, row => Seconds(row.NotBefore)),
        new("not_after", Long, row => Seconds(row.NotAfter)),
        new("revocation_reason", Text, row => row.RevocationReason));

    public static readonly RowStatement<(string Serial, string Reason, DateTimeOffset At)> RevokeCertificate =
        RowStatement<(string Serial, string Reason, DateTimeOffset At)>.Update(
            "identity_certificate", ["serial"], "and target.state <> 'Revoked'",
            new("serial", Text, row => row.Serial),
            new("state", Text, _ => nameof(CertificateState.Revoked)),
            new("revoked_at", Long, row => Seconds(row.At)),
            new("revocation_reason", Text, row => row.Reason));

    public static readonly RowStatement<AccountHead> AdvanceHead = RowStatement<AccountHead>.Update(
        "account_head", ["account_id"], "",
        new("account_id", Long, row => row.AccountId),
        new("event_seq", Long, row => row.EventSeq),
        new("event_hash", Bytes, row => row.EventHash));

    private static object? Seconds(DateTimeOffset? instant) => instant?.ToUnixTimeSeconds();
}
