using System.Diagnostics;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Events;
using Purser.Server.Store;

namespace Purser.Bench;

/// <summary>The naive reference of registrations: the same rows, one transaction each, no certificate, no HTTP.</summary>
internal static class NaiveRegistrations
{
    private static long number;

    public static async Task<double> RunAsync(BenchStore store, double seconds)
    {
        await using var database = new Database(store.Settings);
        var connections = store.Engine == Engine.Postgres ? 4 : 1;
        var watch = Stopwatch.StartNew();
        var counts = await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(() => WorkAsync(database, watch, seconds))));
        return counts.Sum() / seconds;
    }

    private static async Task<long> WorkAsync(Database database, Stopwatch watch, double seconds)
    {
        await using var connection = await database.ConnectAsync();
        var no = database.Engine == Engine.Postgres ? "false" : "0";
        var forUpdate = database.Engine == Engine.Postgres ? " for update" : "";
        NaiveStatement New(string sql) => new(connection, sql);
        var statements = new
        {
            Answer = New("select response from device_answer where nonce_hash = @p0"),
            Token = New("select token_id from token_directory where text_hash = @p0"),
            Head = New($"select event_seq, event_hash from account_head where account_id = @p0{forUpdate}"),
            TokenRow = New("select uses from registration_token where account_id = @p0 and id = @p1"),
            Directory = New("select device_id from device_directory where udi = @p0 and product_id = 1"),
            InsertAnswer = New($"insert into device_answer (nonce_hash, request_hash, response, at, awaits_signature) values (@p0, @p1, @p2, @p3, {no})"),
            InsertDevice = New(
                "insert into device (account_id, id, virtual_account_id, product_id, piid, udi_pid, udi_serial_number, udi_vid, uuid, suvi, host_identifier, mac_address, "
                + "display_name, search_text, state, mode, export_allowed, registered_at, last_contact_at, silence_stage, certificate_serial, certificate_ends_at, "
                + $"key_fingerprint, told_out_of_compliance) values (@p0, @p1, @p2, 1, @p3, 'NW-9300-48', @p4, '', '', '', '', '', @p4, @p4, 'Registered', 'Direct', {no}, @p5, @p5, 0, @p6, @p5, @p7, {no})"),
            InsertDirectory = New("insert into device_directory (udi, product_id, piid, account_id, device_id) values (@p0, 1, @p1, @p2, @p3)"),
            InsertCertificate = New(
                "insert into identity_certificate (serial, account_id, device_id, piid, issuing_key_id, state, content_hash, not_before, not_after, revocation_reason) "
                + "values (@p0, @p1, @p2, @p3, 1, 'Issued', @p4, @p5, @p5, '')"),
            UpdateToken = New("update registration_token set uses = uses + 1, last_used_at = @p0 where account_id = @p1 and id = @p2"),
            InsertEvent = New(
                "insert into event (account_id, seq, at, kind, message, virtual_account_id, device_id, actor_name, actor_is_staff, hash) "
                + $"values (@p0, @p1, @p2, @p3, @p4, @p5, @p6, @p7, {no}, @p8)"),
            UpdateHead = New("update account_head set event_seq = @p0, event_hash = @p1 where account_id = @p2"),
        };
        var all = new[]
        {
            statements.Answer, statements.Token, statements.Head, statements.TokenRow, statements.Directory, statements.InsertAnswer, statements.InsertDevice,
            statements.InsertDirectory, statements.InsertCertificate, statements.UpdateToken, statements.InsertEvent, statements.UpdateHead,
        };
        long done = 0;
        while (watch.Elapsed.TotalSeconds < seconds)
        {
            var turn = Interlocked.Increment(ref number);
            var account = Estate.AccountId((int)(turn % Estate.Accounts));
            var virtualAccount = Estate.VirtualAccountId((int)(turn % Estate.Accounts));
            var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
            var id = 1_000_000_000 + turn;
            var serial = $"NAIVE{turn:D10}";
            var hash = RandomNumberGenerator.GetBytes(32);
            await using var transaction = await connection.BeginTransactionAsync();
            foreach (var statement in all)
            {
                statement.Command.Transaction = transaction;
            }

            await statements.Answer.ScalarAsync(hash);
            await statements.Token.ScalarAsync(hash);
            statements.Head.Bind(account);
            long seq;
            byte[] previous;
            await using (var reader = await statements.Head.Command.ExecuteReaderAsync())
            {
                await reader.ReadAsync();
                (seq, previous) = (reader.GetInt64(0), reader.GetFieldValue<byte[]>(1));
            }

            await statements.TokenRow.ScalarAsync(account, 1L + (turn % Estate.Accounts));
            await statements.Directory.ScalarAsync($"P:NW-9300-48,S:{serial}");
            var text = ProductInstanceEvents.Added(serial, "DEFAULT");
            var row = new EventRow
            {
                AccountId = account, Seq = seq + 1, At = DateTimeOffset.FromUnixTimeSeconds(now), Kind = text.Kind, Message = text.Message,
                VirtualAccountId = virtualAccount, DeviceId = id, ActorName = serial, Hash = [],
            };
            row.Hash = HashChain.Of(row, previous);
            await statements.InsertAnswer.RunAsync(hash, RandomNumberGenerator.GetBytes(32), new string('x', 2400), now);
            await statements.InsertDevice.RunAsync(account, id, virtualAccount, serial, serial, now, serial, hash);
            await statements.InsertDirectory.RunAsync($"P:NW-9300-48,S:{serial}", serial, account, id);
            await statements.InsertCertificate.RunAsync(serial, account, id, serial, hash, now);
            await statements.UpdateToken.RunAsync(now, account, 1L + (turn % Estate.Accounts));
            await statements.InsertEvent.RunAsync(account, row.Seq, now, row.Kind, row.Message, virtualAccount, id, serial, row.Hash);
            await statements.UpdateHead.RunAsync(row.Seq, row.Hash, account);
            await transaction.CommitAsync();
            done++;
        }

        return done;
    }
}
