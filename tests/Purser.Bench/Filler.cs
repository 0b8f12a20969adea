using Purser.Server.Store;

namespace Purser.Bench;

/// <summary>Fills tables by SQL inside the database: a million rows in seconds.</summary>
internal static class Filler
{
    private const long FirstFilledDevice = 2_000_000_000;
    private const long FirstFilledPerson = 2_000_000_000;

    // Product instances that were silent for long would keep the server's jobs busy while it is measured.
    private static readonly long Now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();

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

    /// <summary>What the engine does by itself some minutes after so many rows came.</summary>
    public static IEnumerable<string> Settle(Engine engine) => [engine == Engine.Postgres ? "vacuum analyze" : "analyze"];

    public static IEnumerable<string> Devices(Engine engine, long count, int accounts)
    {
        var no = engine == Engine.Postgres ? "false" : "0";
        yield return Numbers(engine, count,
            "insert into device (account_id, id, virtual_account_id, product_id, piid, udi_pid, udi_serial_number, udi_vid, uuid, suvi, host_identifier, mac_address, "
            + "display_name, search_text, state, mode, export_allowed, registered_at, last_contact_at, silence_stage, certificate_serial, certificate_ends_at, "
            + "key_fingerprint, told_out_of_compliance)",
            $"1 + n % {accounts}, {FirstFilledDevice} + n, 1 + n % {accounts}, 1, 'filled-' || n, 'NW-9300-48', 'FILL' || n, '', '', '', '', '', "
            + $"'switch-' || n, 'SWITCH-' || n || ' NW-9300-48 FILL' || n, 'Registered', 'Direct', {no}, {Now} - 86400, {Now} - n % 86400, 0, 'F' || n, 1900000000, {Bytes(engine)}, {no}");
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
            "insert into license_use (account_id, device_id, entitlement_id, virtual_account_id, requested, released, is_locked, since)",
            $"1 + n % {accounts}, {FirstFilledDevice} + n, 1 + n % {entitlements}, 1 + n % {accounts}, 1 + n % 3, {no}, {no}, {Now} - n % 86400");
    }

    /// <summary>Filled rows come past the server: what searches find them by is made of them.</summary>
    public static IEnumerable<string> SearchEntries()
    {
        yield return "insert into search_entry (account_id, kind, id, virtual_account_id, text) select account_id, kind, id, virtual_account_id, text from search_source "
            + $"where (kind = 'Device' and id > {FirstFilledDevice}) or (kind = 'Person' and id > {FirstFilledPerson})";
    }

    /// <summary>People of the first account, each with a role in it: "Mara Lindqvist 17", mara.lindqvist.17@bench0.example. Nobody of them signs in.</summary>
    public static IEnumerable<string> People(Engine engine, long count)
    {
        var no = engine == Engine.Postgres ? "false" : "0";
        var first = "case n % 5 when 0 then 'Mara' when 1 then 'Jonas' when 2 then 'Aiko' when 3 then 'Ravi' else 'Chloe' end";
        var last = "case n % 7 when 0 then 'Lindqvist' when 1 then 'Okafor' when 2 then 'Tanaka' when 3 then 'Ferreira' when 4 then 'Novak' when 5 then 'Haddad' else 'Berger' end";
        var mail = $"lower({first} || '.' || {last}) || '.' || n || '@bench0.example'";
        yield return Numbers(engine, count,
            "insert into person (id, display_name, mail_domain, email, user_name, normalized_email, normalized_user_name, created_at, is_disabled, email_confirmed, "
            + "phone_number_confirmed, two_factor_enabled, lockout_enabled, access_failed_count)",
            $"{FirstFilledPerson} + n, {first} || ' ' || {last} || ' ' || n, 'bench0.example', {mail}, {mail}, upper({mail}), upper({mail}), 1780000000, {no}, {no}, {no}, {no}, {no}, 0");
        yield return Numbers(engine, count,
            "insert into role_grant (account_id, id, person_id, role, includes_children, granted_at, granted_by)",
            $"1, {FirstFilledPerson} + n, {FirstFilledPerson} + n, 'SmartAccountUser', {no}, 1780000000, 'bench'");
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
