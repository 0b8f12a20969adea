using System.Data.Common;
using System.Globalization;
using Purser.Server.Store;

namespace Purser.Bench;

/// <summary>The naive loop's statements, prepared once per connection.</summary>
internal sealed class NaiveStatements : IAsyncDisposable
{
    private readonly List<NaiveStatement> all = [];

    public NaiveStatements(DbConnection connection, Engine engine)
    {
        NaiveStatement New(string sql)
        {
            var statement = new NaiveStatement(connection, sql);
            all.Add(statement);
            return statement;
        }

        var forUpdate = engine == Engine.Postgres ? " for update" : "";
        Answer = New("select response from device_answer where nonce_hash = @p0");
        Head = New($"select event_seq, event_hash from account_head where account_id = @p0{forUpdate}");
        Device = New("select certificate_serial from device where account_id = @p0 and id = @p1");
        Certificate = New("select state from identity_certificate where serial = @p0");
        Use = New("select requested from license_use where account_id = @p0 and device_id = @p1 and entitlement_id = @p2");
        Pool = New("select in_use from pool where account_id = @p0 and virtual_account_id = @p1 and entitlement_id = @p2 and billing = 'Prepaid'");
        InsertAnswer = New($"insert into device_answer (nonce_hash, request_hash, response, at, awaits_signature) values (@p0, @p1, @p2, @p3, {(engine == Engine.Postgres ? "false" : "0")})");
        UpdateDevice = New("update device set last_contact_at = @p0, authorized_at = @p1 where account_id = @p2 and id = @p3");
        UpsertUse = New(
            "insert into license_use (account_id, device_id, entitlement_id, virtual_account_id, requested, released, is_locked, since) "
            + $"values (@p0, @p1, @p2, @p3, @p4, {(engine == Engine.Postgres ? "false, false" : "0, 0")}, @p5) "
            + "on conflict (account_id, device_id, entitlement_id) do update set requested = excluded.requested, since = excluded.since");
        UpdatePool = New("update pool set in_use = in_use + @p0 where account_id = @p1 and virtual_account_id = @p2 and entitlement_id = @p3 and billing = 'Prepaid'");
        UpsertHistory = New(
            "insert into pool_history (account_id, virtual_account_id, entitlement_id, billing, hour, purchased, in_use, reserved, peak_in_use, pending, in_transition, lent, borrowed) "
            + "values (@p0, @p1, @p2, 'Prepaid', @p3, 1000000000, @p4, 0, @p4, 0, 0, 0, 0) "
            + "on conflict (account_id, virtual_account_id, entitlement_id, billing, hour) do update set in_use = excluded.in_use");
        InsertEvent = New(
            "insert into event (account_id, seq, at, kind, message, virtual_account_id, entitlement_id, device_id, actor_name, actor_is_staff, hash) "
            + $"values (@p0, @p1, @p2, @p3, @p4, @p5, @p6, @p7, @p8, {(engine == Engine.Postgres ? "false" : "0")}, @p9)");
        UpdateHead = New("update account_head set event_seq = @p0, event_hash = @p1 where account_id = @p2");
    }

    public NaiveStatement Answer { get; }

    public NaiveStatement Head { get; }

    public NaiveStatement Device { get; }

    public NaiveStatement Certificate { get; }

    public NaiveStatement Use { get; }

    public NaiveStatement Pool { get; }

    public NaiveStatement InsertAnswer { get; }

    public NaiveStatement UpdateDevice { get; }

    public NaiveStatement UpsertUse { get; }

    public NaiveStatement UpdatePool { get; }

    public NaiveStatement UpsertHistory { get; }

    public NaiveStatement InsertEvent { get; }

    public NaiveStatement UpdateHead { get; }

    public void Join(DbTransaction transaction)
    {
        foreach (var statement in all)
        {
            statement.Command.Transaction = transaction;
        }
    }

    public async Task<(long Seq, byte[] Hash)> ReadHeadAsync(long accountId)
    {
        Head.Bind(accountId);
        await using var reader = await Head.Command.ExecuteReaderAsync();
        await reader.ReadAsync();
        return (reader.GetInt64(0), reader.GetFieldValue<byte[]>(1));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var statement in all)
        {
            await statement.Command.DisposeAsync();
        }
    }
}

internal sealed class NaiveStatement
{
    private bool prepared;

    public NaiveStatement(DbConnection connection, string sql)
    {
        Command = connection.CreateCommand();
        Command.CommandText = sql;
    }

    public DbCommand Command { get; }

    public async Task<object?> ScalarAsync(params object[] values)
    {
        Bind(values);
        return await Command.ExecuteScalarAsync();
    }

    public async Task RunAsync(params object[] values)
    {
        Bind(values);
        await Command.ExecuteNonQueryAsync();
    }

    public void Bind(params object[] values)
    {
        if (Command.Parameters.Count == 0)
        {
            for (var index = 0; index < values.Length; index++)
            {
                var parameter = Command.CreateParameter();
                parameter.ParameterName = string.Create(CultureInfo.InvariantCulture, $"p{index}");
                parameter.Value = values[index];
                Command.Parameters.Add(parameter);
            }
        }
        else
        {
            for (var index = 0; index < values.Length; index++)
            {
                Command.Parameters[index].Value = values[index];
            }
        }

        if (!prepared)
        {
            Command.Prepare();
            prepared = true;
        }
    }
}
