using System.Data.Common;
using Microsoft.Data.Sqlite;
using Purser.Server.Catalog;
using Purser.Server.Devices.Door;
using Purser.Server.Store;

namespace Purser.Server.Devices.Committing;

/// <summary>
/// Prepared row statements inside one transaction, on a connection that is kept: set-based statements were measured slower on this engine
/// (stack notes 2). The write gate makes this the only writer, so heads need no lock of their own.
/// </summary>
internal sealed class SqliteBatchStore(Database database) : BatchStore
{
    private readonly Dictionary<string, SqliteCommand> prepared = new(StringComparer.Ordinal);
    private SqliteConnection? connection;
    private IDisposable? pass;
    private bool isOpen;

    public override async Task BeginAsync(BatchState state, BatchNeeds needs, CatalogSnapshot catalog, bool wait, CancellationToken cancellation)
    {
        pass = await database.WriteGate.EnterAsync(cancellation);
        connection ??= (SqliteConnection)await database.ConnectAsync(cancellation);
        Execute("begin immediate");
        isOpen = true;
        AskDirectories(state, needs);
        needs.Gather(state);
        Read(state, needs);
        foreach (var (accountId, unitKey) in needs.PeersOf(state))
        {
            Each(Peers, state, BatchRows.AddDevice, accountId, unitKey);
            Each(PeerUses, state, BatchRows.AddUse, accountId, unitKey);
        }

        foreach (var (accountId, key) in needs.PoolsOf(state, catalog))
        {
            Each(Pools, state, BatchRows.AddPool, accountId, key.VirtualAccountId, key.EntitlementId, key.Billing.ToString());
        }

        foreach (var device in state.DevicesWithLocks)
        {
            Each(Locks, state, BatchRows.AddLock, device.AccountId, device.DeviceId);
        }

        foreach (var (accountId, key) in needs.StocksOf(state, catalog))
        {
            Each(Stocks, state, BatchRows.AddStock, accountId, key.VirtualAccountId, key.EntitlementId);
        }
    }

    public override Task SaveAsync(BatchState state, CancellationToken cancellation)
    {
        Write(BatchStatements.AdvanceHead, state.ChangedHeads);
        Write(BatchStatements.InsertAnswer, state.NewAnswers);
        Write(BatchStatements.FinishAnswer, state.Issued);
        Write(BatchStatements.FinishCertificate, state.Issued);
        Write(BatchStatements.WriteDevice, state.DevicesWith(DeviceChange.Whole).Select(entry => entry.Row));
        Write(BatchStatements.ContactDevice, state.DevicesWith(DeviceChange.Contact).Select(entry => entry.Row));
        Write(BatchStatements.DeleteSearchEntry, state.RemovedSearchEntries);
        Write(BatchStatements.InsertSearchEntry, state.NewSearchEntries);
        Write(BatchStatements.DeleteDirectory, state.RemovedDirectory);
        Write(BatchStatements.InsertDirectory, state.NewDirectory.Values);
        Write(BatchStatements.DeleteUnit, state.RemovedUnits);
        Write(BatchStatements.InsertUnit, state.NewUnits.Values);
        Write(BatchStatements.InsertCertificate, state.NewCertificates);
        Write(BatchStatements.RevokeCertificate, state.RevocationRows);
        Write(BatchStatements.UseToken, state.ChangedTokens);
        Write(BatchStatements.DeleteUse, state.RemovedUses);
        Write(BatchStatements.WriteUse, state.ChangedUses);
        Write(BatchStatements.EndStay, state.EndedStays);
        Write(BatchStatements.LockHolding, state.ChangedHoldings);
        Write(BatchStatements.DeleteLock, state.RemovedLocks);
        Write(BatchStatements.WriteLock, state.ChangedLocks);
        Write(BatchStatements.WritePool, state.ChangedPools);
        Write(BatchStatements.WritePoolHistory, state.PoolHistoryRows);
        Write(BatchStatements.InsertEvent, state.NewEvents);
        Write(BatchStatements.RaiseAlert, state.RaisedAlerts);
        Write(BatchStatements.ClearAlert, state.ClearedAlerts);
        Execute("commit");
        isOpen = false;
        return Task.CompletedTask;
    }

    public override async Task EndAsync()
    {
        try
        {
            if (isOpen)
            {
                isOpen = false;
                await DropAsync();
            }
        }
        finally
        {
            pass?.Dispose();
            pass = null;
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await EndAsync();
        await DropAsync();
    }

    /// <summary>Closing rolls back. After an error nothing of the connection is used again.</summary>
    private async Task DropAsync()
    {
        foreach (var command in prepared.Values)
        {
            await command.DisposeAsync();
        }

        prepared.Clear();
        if (connection is not null)
        {
            try
            {
                Execute("rollback");
            }
            catch (SqliteException)
            {
                // No transaction was open, or the engine has rolled back by itself.
            }

            foreach (var command in prepared.Values)
            {
                await command.DisposeAsync();
            }

            prepared.Clear();
            await connection.DisposeAsync();
            connection = null;
        }
    }

    private void AskDirectories(BatchState state, BatchNeeds needs)
    {
        foreach (var key in needs.Unplaced)
        {
            Each("select account_id, device_id from identity_certificate where serial = $1", key,
                static (key, row) => key.Place = new DevicePlace(row.GetInt64(0), row.GetInt64(1)), key.Serial);
        }

        foreach (var hash in needs.Tokens.Values)
        {
            Each("select account_id, token_id from token_directory where text_hash = $1", needs,
                static (needs, row) => needs.TokenPlaces.Add(new DevicePlace(row.GetInt64(0), row.GetInt64(1))), hash);
        }

        foreach (var (udi, productId) in needs.Udis)
        {
            Each("select udi, product_id, piid, account_id, device_id from device_directory where udi = $1 and product_id = $2", state, BatchRows.AddDirectory, udi, productId);
        }

        foreach (var unit in needs.Units)
        {
            Each("select udi, product_id, account_id, device_id from unit_directory where udi = $1", state, BatchRows.AddUnit, unit);
        }
    }

    private void Read(BatchState state, BatchNeeds needs)
    {
        foreach (var unit in needs.Units)
        {
            Each("select udi, product_id, piid, account_id, device_id from device_directory where udi = $1", state, BatchRows.AddDirectory, unit);
        }

        foreach (var account in needs.Accounts)
        {
            Each("select account_id, event_seq, event_hash from account_head where account_id = $1", state, BatchRows.AddHead, account);
        }

        foreach (var nonce in needs.Nonces)
        {
            Each("select nonce_hash, request_hash, response, awaits_signature from device_answer where nonce_hash = $1", state, BatchRows.AddAnswer, nonce);
        }

        foreach (var place in needs.Places)
        {
            Each(Devices, state, BatchRows.AddDevice, place.AccountId, place.DeviceId);
            Each(Uses, state, BatchRows.AddUse, place.AccountId, place.DeviceId);
        }

        foreach (var place in needs.TokenPlaces)
        {
            Each(Tokens, state, BatchRows.AddToken, place.AccountId, place.DeviceId);
        }

        if (needs.HasRegistrations)
        {
            Each("select max(version) from agreement", state, static (state, row) => state.NewestAgreement = row.IsDBNull(0) ? null : row.GetInt32(0));
        }
    }

    private const string Devices =
        $"select {BatchRows.Device} from device d join virtual_account v on v.account_id = d.account_id and v.id = d.virtual_account_id "
        + "join account a on a.id = d.account_id where d.account_id = $1 and d.id = $2";

    private const string PeersOf = "in (select p.account_id, p.device_id from license_use p where p.account_id = $1 and p.unit_key = $2)";

    private const string Peers =
        $"select {BatchRows.Device} from device d join virtual_account v on v.account_id = d.account_id and v.id = d.virtual_account_id "
        + $"join account a on a.id = d.account_id where (d.account_id, d.id) {PeersOf}";

    private const string PeerUses = $"select {BatchRows.Use} from license_use u where (u.account_id, u.device_id) {PeersOf}";

    private const string Uses = $"select {BatchRows.Use} from license_use u where u.account_id = $1 and u.device_id = $2";

    private const string Tokens =
        $"select {BatchRows.Token} from registration_token t join virtual_account v on v.account_id = t.account_id and v.id = t.virtual_account_id "
        + "join account a on a.id = t.account_id where t.account_id = $1 and t.id = $2";

    private const string Pools =
        $"select {BatchRows.Pool} from pool p where p.account_id = $1 and p.virtual_account_id = $2 and p.entitlement_id = $3 and p.billing = $4";

    private const string Locks = $"select {BatchRows.Lock} from license_lock k where k.account_id = $1 and k.device_id = $2";

    private const string Stocks =
        $"select {BatchRows.Stock} from holding h {BatchRows.StockSource} "
        + "where h.account_id = $1 and h.virtual_account_id = $2 and h.entitlement_id = $3 and h.held > 0";

    private void Each<TTarget>(string sql, TTarget target, Action<TTarget, DbDataReader> add, params ReadOnlySpan<object> parameters)
    {
        var command = Prepared(sql, parameters.Length);
        for (var index = 0; index < parameters.Length; index++)
        {
            command.Parameters[index].Value = parameters[index];
        }

        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            add(target, reader);
        }
    }

    private void Write<TRow>(RowStatement<TRow> statement, IEnumerable<TRow> rows)
    {
        SqliteCommand? command = null;
        foreach (var row in rows)
        {
            command ??= Prepared(statement.Sqlite, statement.Columns.Count);
            for (var index = 0; index < statement.Columns.Count; index++)
            {
                command.Parameters[index].Value = statement.Columns[index].Value(row) ?? DBNull.Value;
            }

            command.ExecuteNonQuery();
        }
    }

    private void Execute(string sql) => Prepared(sql, 0).ExecuteNonQuery();

    private SqliteCommand Prepared(string sql, int parameters)
    {
        if (prepared.TryGetValue(sql, out var command))
        {
            return command;
        }

        command = connection!.CreateCommand();
        command.CommandText = sql;
        for (var number = 1; number <= parameters; number++)
        {
            command.Parameters.Add(new SqliteParameter { ParameterName = FormattableString.Invariant($"${number}") });
        }

        prepared.Add(sql, command);
        return command;
    }
}
