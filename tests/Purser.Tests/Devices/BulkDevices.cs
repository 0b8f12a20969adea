using System.Globalization;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Devices;

/// <summary>Many product instances at once, by SQL: names in order of their numbers, ids from a million on.</summary>
internal static class BulkDevices
{
    private const long FirstId = 1_000_000;

    public static async Task InsertAsync(TestInstallation installation, long accountId, long virtualAccountId, int count, int from = 0)
    {
        await using var connection = await installation.Database.ConnectAsync(TestContext.Current.CancellationToken);
        await using var command = connection.CreateCommand();
        var now = installation.Clock.Now.ToUnixTimeSeconds();
        var fingerprint = installation.Database.Engine == Server.Store.Engine.Sqlite ? "zeroblob(32)" : "decode(repeat('00', 32), 'hex')";
        var padded = installation.Database.Engine == Server.Store.Engine.Sqlite ? "printf('%07d', n)" : "lpad(n::text, 7, '0')";
        var numbers = installation.Database.Engine == Server.Store.Engine.Sqlite ? "0" : "false";
        command.CommandText = string.Create(CultureInfo.InvariantCulture, $"""
            with recursive numbers(n) as (select {from} union all select n + 1 from numbers where n + 1 < {from + count})
            insert into device (account_id, id, virtual_account_id, product_id, piid, udi_pid, udi_serial_number, udi_vid, uuid, suvi, host_identifier,
                mac_address, display_name, search_text, state, mode, export_allowed, registered_at, last_contact_at, silence_stage, certificate_serial,
                certificate_ends_at, key_fingerprint, told_out_of_compliance)
            select {accountId}, {FirstId} + n, {virtualAccountId}, 1, 'bulk-' || n, 'NW-9300-48', 'BULK' || {padded}, '', '', '', '', '',
                'bulk-' || {padded}, 'BULK-' || {padded} || ' NW-9300-48 BULK' || {padded}, 'Registered', 'Direct', {numbers}, {now}, {now} + n % 1000, 0, 'none',
                {now + 31_535_700}, {fingerprint}, {numbers}
            from numbers
            """);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}
