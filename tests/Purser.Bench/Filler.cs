using Purser.Server.Store;

namespace Purser.Bench;

/// <summary>Fills tables by SQL inside the database: a million rows in seconds.</summary>
internal static class Filler
{
    private const long FirstFilledDevice = 2_000_000_000;

    public static async Task RunAsync(Database database, IEnumerable<string> statements)
    {
        await using var connection = await database.ConnectAsync();
        foreach (var sql in statements)
        {
            await using var command = connection.CreateCommand();
            command.CommandText = sql;
            command.CommandTimeout = 600;
            await command.ExecuteNonQueryAsync();
        }
    }

    public static IEnumerable<string> Devices(Engine engine, long count, int accounts)
    {
        var no = engine == Engine.Postgres ? "false" : "0";
        yield return Numbers(engine, count,
            "insert into device (account_id, id, virtual_account_id, product_id, piid, udi_pid, udi_serial_number, udi_vid, uuid, suvi, host_identifier, mac_address, "
            + "display_name, search_text, state, mode, export_allowed, registered_at, last_contact_at, silence_stage, certificate_serial, certificate_ends_at, "
            + "key_fingerprint, told_out_of_compliance)",
            $"1 + n % {accounts}, {FirstFilledDevice} + n, 1 + n % {accounts}, 1, 'filled-' || n, 'NW-9300-48', 'FILL' || n, '', '', '', '', '', "
            + $"'switch-' || n, 'SWITCH-' || n || ' NW-9300-48 FILL' || n, 'Registered', 'Direct', {no}, 1780000000, 1780000000 + n % 86400, 0, 'F' || n, 1900000000, {Bytes(engine)}, {no}");
        yield return Numbers(engine, count,
            "insert into device_directory (udi, product_id, piid, account_id, device_id)",
            $"'P:NW-9300-48,S:FILL' || n, 1, 'filled-' || n, 1 + n % {accounts}, {FirstFilledDevice} + n");
        yield return Numbers(engine, count,
            "insert into identity_certificate (serial, account_id, device_id, piid, issuing_key_id, state, content_hash, not_before, not_after, revocation_reason)",
            $"'F' || n, 1 + n % {accounts}, {FirstFilledDevice} + n, 'filled-' || n, 1, 'Issued', {Bytes(engine)}, 1780000000, 1900000000, ''");
    }

    public static IEnumerable<string> Uses(Engine engine, long count, int accounts, int entitlements)
    {
        var no = engine == Engine.Postgres ? "false" : "0";
        yield return Numbers(engine, count,
            "insert into license_use (account_id, device_id, entitlement_id, virtual_account_id, requested, released, since)",
            $"1 + n % {accounts}, {FirstFilledDevice} + n, 1 + n % {entitlements}, 1 + n % {accounts}, 1 + n % 3, {no}, 1780000000 + n % 86400");
    }

    /// <summary>Filled rows come past the server: what searches find them by is made of them.</summary>
    public static IEnumerable<string> SearchEntries()
    {
        yield return "insert into search_entry (account_id, kind, id, virtual_account_id, text) select account_id, kind, id, virtual_account_id, text from search_source "
            + $"where kind = 'Device' and id > {FirstFilledDevice}";
    }

    /// <summary>Events of the first account, numbered after those it has. Their hashes are not a chain: this database is only looked at.</summary>
    public static IEnumerable<string> Events(Engine engine, long count)
    {
        var no = engine == Engine.Postgres ? "false" : "0";
        yield return Numbers(engine, count,
            "insert into event (account_id, seq, at, kind, message, virtual_account_id, entitlement_id, device_id, actor_name, actor_is_staff, hash)",
            $"1, 1000 + n, 1780000000 + n, 'Product Instance Requested License', 'The product instance switch-' || (1 + n % 100000) || ' requested ' || (1 + n % 3) || ' licenses.', "
            + $"1, 1 + n % 20, {FirstFilledDevice} + 1 + n % 100000, 'switch-' || (1 + n % 100000), {no}, {Bytes(engine)}");
        yield return $"update account_head set event_seq = {1000 + count} where account_id = 1";
    }

    /// <summary><c>insert … select …</c> over n = 1 … count.</summary>
    public static string Numbers(Engine engine, long count, string insert, string values) => engine == Engine.Postgres
        ? $"{insert} select {values} from generate_series(1, {count}) as n"
        : $"with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < {count}) {insert} select {values} from numbers";

    private static string Bytes(Engine engine) => engine == Engine.Postgres ? "'\\x00'::bytea" : "x'00'";
}
