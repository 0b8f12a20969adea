using Npgsql;
using NpgsqlTypes;
using Purser.Server.Catalog;
using Purser.Server.Devices.Door;
using Purser.Server.Store;

namespace Purser.Server.Devices.Committing;

/// <summary>Few round trips per batch, each statement over arrays (stack notes 2): directories, then lock and read, then pools, then all writes.</summary>
internal sealed class PostgresBatchStore(Database database) : BatchStore
{
    private NpgsqlConnection? connection;
    private NpgsqlTransaction? transaction;

    public override async Task BeginAsync(BatchState state, BatchNeeds needs, CatalogSnapshot catalog, bool wait, CancellationToken cancellation)
    {
        connection = (NpgsqlConnection)await database.ConnectAsync(cancellation);
        await AskDirectoriesAsync(state, needs, cancellation);
        needs.Gather(state);
        transaction = await connection.BeginTransactionAsync(cancellation);
        await LockAndReadAsync(state, needs, wait, cancellation);
        await ReadPeersAsync(state, needs, cancellation);
        await ReadPoolsAsync(state, needs, catalog, cancellation);
        await ReadStocksAsync(state, needs, catalog, cancellation);
    }

    public override async Task SaveAsync(BatchState state, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(connection, transaction);
        Add(batch, BatchStatements.AdvanceHead, state.ChangedHeads);
        Add(batch, BatchStatements.InsertAnswer, state.NewAnswers);
        Add(batch, BatchStatements.FinishAnswer, state.Issued);
        Add(batch, BatchStatements.FinishCertificate, state.Issued);
        Add(batch, BatchStatements.WriteDevice, state.DevicesWith(DeviceChange.Whole).Select(entry => entry.Row));
        Add(batch, BatchStatements.ContactDevice, state.DevicesWith(DeviceChange.Contact).Select(entry => entry.Row));
        Add(batch, BatchStatements.DeleteSearchEntry, state.RemovedSearchEntries);
        Add(batch, BatchStatements.InsertSearchEntry, state.NewSearchEntries);
        Add(batch, BatchStatements.DeleteDirectory, state.RemovedDirectory);
        Add(batch, BatchStatements.InsertDirectory, state.NewDirectory.Values);
        Add(batch, BatchStatements.DeleteUnit, state.RemovedUnits);
        Add(batch, BatchStatements.InsertUnit, state.NewUnits.Values);
        Add(batch, BatchStatements.InsertCertificate, state.NewCertificates);
        Add(batch, BatchStatements.RevokeCertificate, state.RevocationRows);
        Add(batch, BatchStatements.UseToken, state.ChangedTokens);
        Add(batch, BatchStatements.DeleteUse, state.RemovedUses);
        Add(batch, BatchStatements.WriteUse, state.ChangedUses);
        Add(batch, BatchStatements.EndStay, state.EndedStays);
        Add(batch, BatchStatements.LockHolding, state.ChangedHoldings);
        Add(batch, BatchStatements.DeleteLock, state.RemovedLocks);
        Add(batch, BatchStatements.WriteLock, state.ChangedLocks);
        Add(batch, BatchStatements.WritePool, state.ChangedPools);
        Add(batch, BatchStatements.WritePoolHistory, state.PoolHistoryRows);
        Add(batch, BatchStatements.InsertEvent, state.NewEvents);
        Add(batch, BatchStatements.RaiseAlert, state.RaisedAlerts);
        Add(batch, BatchStatements.ClearAlert, state.ClearedAlerts);
        if (batch.BatchCommands.Count > 0)
        {
            await batch.ExecuteNonQueryAsync(cancellation);
        }

        await transaction!.CommitAsync(cancellation);
    }

    public override async Task EndAsync()
    {
        if (transaction is not null)
        {
            await transaction.DisposeAsync();
            transaction = null;
        }

        if (connection is not null)
        {
            await connection.DisposeAsync();
            connection = null;
        }
    }

    public override async ValueTask DisposeAsync() => await EndAsync();

    /// <summary>Outside the transaction: where serials, tokens and devices lie is looked at again under the locks.</summary>
    private async Task AskDirectoriesAsync(BatchState state, BatchNeeds needs, CancellationToken cancellation)
    {
        if (needs.Unplaced.Count == 0 && !needs.HasRegistrations && needs.Units.Count == 0)
        {
            return;
        }

        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(Command(
            "select serial, account_id, device_id from identity_certificate where serial = any($1)", Texts(needs.Unplaced.Select(key => key.Serial))));
        batch.BatchCommands.Add(Command("select account_id, token_id from token_directory where text_hash = any($1)", Bytes(needs.Tokens.Values)));
        batch.BatchCommands.Add(Command(Directories, Texts(needs.Udis.Select(one => one.Udi)), Longs(needs.Udis.Select(one => one.ProductId))));
        batch.BatchCommands.Add(Command(UnitsOf, Texts(needs.Units)));
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        var unplaced = needs.Unplaced.ToLookup(key => key.Serial);
        while (await reader.ReadAsync(cancellation))
        {
            foreach (var key in unplaced[reader.GetString(0)])
            {
                key.Place = new DevicePlace(reader.GetInt64(1), reader.GetInt64(2));
            }
        }

        await reader.NextResultAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            needs.TokenPlaces.Add(new DevicePlace(reader.GetInt64(0), reader.GetInt64(1)));
        }

        await reader.NextResultAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            BatchRows.AddDirectory(state, reader);
        }

        await reader.NextResultAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            BatchRows.AddUnit(state, reader);
        }
    }

    private async Task LockAndReadAsync(BatchState state, BatchNeeds needs, bool wait, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(connection, transaction);
        if (wait)
        {
            batch.BatchCommands.Add(Command("set local lock_timeout = '10s'"));
        }

        // Lock first, read in the next statements: each sees what the lock waited for (stack notes 2).
        batch.BatchCommands.Add(Command(
            "select account_id, event_seq, event_hash from account_head where account_id = any($1) order by account_id for update" + (wait ? "" : " skip locked"),
            Longs(needs.Accounts)));
        batch.BatchCommands.Add(Command(
            "select nonce_hash, request_hash, response, awaits_signature from device_answer where nonce_hash = any($1)", Bytes(needs.Nonces)));
        batch.BatchCommands.Add(Command(
            $"select {BatchRows.Device} from unnest($1, $2) as k(account_id, id) join device d on d.account_id = k.account_id and d.id = k.id "
            + "join virtual_account v on v.account_id = d.account_id and v.id = d.virtual_account_id join account a on a.id = d.account_id",
            Longs(needs.Places.Select(place => place.AccountId)), Longs(needs.Places.Select(place => place.DeviceId))));
        batch.BatchCommands.Add(Command(
            $"select {BatchRows.Use} from unnest($1, $2) as k(account_id, id) join license_use u on u.account_id = k.account_id and u.device_id = k.id",
            Longs(needs.Places.Select(place => place.AccountId)), Longs(needs.Places.Select(place => place.DeviceId))));
        if (needs.Units.Count > 0)
        {
            batch.BatchCommands.Add(Command(UnitsOf, Texts(needs.Units)));
            batch.BatchCommands.Add(Command(DirectoriesOf, Texts(needs.Units)));
        }

        if (needs.HasRegistrations)
        {
            batch.BatchCommands.Add(Command(
                $"select {BatchRows.Token} from unnest($1, $2) as k(account_id, id) join registration_token t on t.account_id = k.account_id and t.id = k.id "
                + "join virtual_account v on v.account_id = t.account_id and v.id = t.virtual_account_id join account a on a.id = t.account_id",
                Longs(needs.TokenPlaces.Select(place => place.AccountId)), Longs(needs.TokenPlaces.Select(place => place.DeviceId))));
            batch.BatchCommands.Add(Command("select max(version) from agreement"));
        }

        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        await ReadAsync(reader, state, BatchRows.AddHead, cancellation);
        await ReadAsync(reader, state, BatchRows.AddAnswer, cancellation);
        await ReadAsync(reader, state, BatchRows.AddDevice, cancellation);
        await ReadAsync(reader, state, BatchRows.AddUse, cancellation);
        if (needs.Units.Count > 0)
        {
            // Looked at again under the locks; who registers is among the units.
            state.Units.Clear();
            state.Directory.Clear();
            await ReadAsync(reader, state, BatchRows.AddUnit, cancellation);
            await ReadAsync(reader, state, BatchRows.AddDirectory, cancellation);
        }

        if (needs.HasRegistrations)
        {
            await ReadAsync(reader, state, BatchRows.AddToken, cancellation);
            state.HasLostToken = state.Tokens.Count < needs.TokenPlaces.Count;
            await ReadAsync(reader, state, static (state, row) => state.NewestAgreement = row.IsDBNull(0) ? null : row.GetInt32(0), cancellation);
        }
    }

    private async Task ReadPeersAsync(BatchState state, BatchNeeds needs, CancellationToken cancellation)
    {
        var peers = needs.PeersOf(state);
        if (peers.Count == 0)
        {
            return;
        }

        await using var batch = new NpgsqlBatch(connection, transaction);
        batch.BatchCommands.Add(Command(
            $"select {BatchRows.Device} from device d join virtual_account v on v.account_id = d.account_id and v.id = d.virtual_account_id "
            + $"join account a on a.id = d.account_id where (d.account_id, d.id) in ({Peers})", Keys()));
        batch.BatchCommands.Add(Command($"select {BatchRows.Use} from license_use u where (u.account_id, u.device_id) in ({Peers})", Keys()));
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        await ReadAsync(reader, state, BatchRows.AddDevice, cancellation);
        await ReadAsync(reader, state, BatchRows.AddUse, cancellation);

        NpgsqlParameter[] Keys() => [Longs(peers.Select(peer => peer.AccountId)), Texts(peers.Select(peer => peer.UnitKey))];
    }

    private async Task ReadPoolsAsync(BatchState state, BatchNeeds needs, CatalogSnapshot catalog, CancellationToken cancellation)
    {
        var pools = needs.PoolsOf(state, catalog);
        if (pools.Count == 0)
        {
            return;
        }

        await using var batch = new NpgsqlBatch(connection, transaction);
        batch.BatchCommands.Add(Command(
            $"select {BatchRows.Pool} from unnest($1, $2, $3, $4) as k(account_id, virtual_account_id, entitlement_id, billing) join pool p on p.account_id = k.account_id "
            + "and p.virtual_account_id = k.virtual_account_id and p.entitlement_id = k.entitlement_id and p.billing = k.billing",
            Longs(pools.Select(pool => pool.AccountId)), Longs(pools.Select(pool => pool.Key.VirtualAccountId)), Longs(pools.Select(pool => pool.Key.EntitlementId)),
            Texts(pools.Select(pool => pool.Key.Billing.ToString()))));
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        await ReadAsync(reader, state, BatchRows.AddPool, cancellation);
    }

    /// <summary>Only where restricted licenses are concerned: no round trip otherwise.</summary>
    private async Task ReadStocksAsync(BatchState state, BatchNeeds needs, CatalogSnapshot catalog, CancellationToken cancellation)
    {
        var stocks = needs.StocksOf(state, catalog);
        if (stocks.Count == 0)
        {
            return;
        }

        var devices = state.DevicesWithLocks.ToList();
        await using var batch = new NpgsqlBatch(connection, transaction);
        batch.BatchCommands.Add(Command(
            $"select {BatchRows.Lock} from unnest($1, $2) as w(account_id, id) join license_lock k on k.account_id = w.account_id and k.device_id = w.id",
            Longs(devices.Select(place => place.AccountId)), Longs(devices.Select(place => place.DeviceId))));
        batch.BatchCommands.Add(Command(
            $"select {BatchRows.Stock} from unnest($1, $2, $3) as w(account_id, virtual_account_id, entitlement_id) join holding h on h.account_id = w.account_id "
            + $"and h.virtual_account_id = w.virtual_account_id and h.entitlement_id = w.entitlement_id and h.held > 0 {BatchRows.StockSource}",
            Longs(stocks.Select(stock => stock.AccountId)), Longs(stocks.Select(stock => stock.Key.VirtualAccountId)), Longs(stocks.Select(stock => stock.Key.EntitlementId))));
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        await ReadAsync(reader, state, BatchRows.AddLock, cancellation);
        await ReadAsync(reader, state, BatchRows.AddStock, cancellation);
    }

    private const string UnitsOf = "select udi, product_id, account_id, device_id from unit_directory where udi = any($1)";

    private const string DirectoriesOf = "select udi, product_id, piid, account_id, device_id from device_directory where udi = any($1)";

    private const string Peers =
        "select u.account_id, u.device_id from unnest($1, $2) as k(account_id, unit_key) join license_use u on u.account_id = k.account_id and u.unit_key = k.unit_key";

    private const string Directories =
        "select r.udi, r.product_id, r.piid, r.account_id, r.device_id from unnest($1, $2) as k(udi, product_id) "
        + "join device_directory r on r.udi = k.udi and r.product_id = k.product_id";

    private static async Task ReadAsync(NpgsqlDataReader reader, BatchState state, Action<BatchState, NpgsqlDataReader> add, CancellationToken cancellation)
    {
        while (await reader.ReadAsync(cancellation))
        {
            add(state, reader);
        }

        await reader.NextResultAsync(cancellation);
    }

    private static void Add<TRow>(NpgsqlBatch batch, RowStatement<TRow> statement, IEnumerable<TRow> rows)
    {
        var list = rows.ToList();
        if (list.Count == 0)
        {
            return;
        }

        batch.BatchCommands.Add(Command(statement.Postgres, statement.Columns.Select(column => ArrayOf(column, list)).ToArray()));
    }

    private static NpgsqlParameter ArrayOf<TRow>(Column<TRow> column, List<TRow> rows) => column.Type switch
    {
        ColumnType.Long => Parameter(NpgsqlDbType.Bigint, rows.ConvertAll(row => (long?)column.Value(row)).ToArray()),
        ColumnType.Text => Parameter(NpgsqlDbType.Text, rows.ConvertAll(row => (string?)column.Value(row)).ToArray()),
        ColumnType.Bytes => Parameter(NpgsqlDbType.Bytea, rows.ConvertAll(row => (byte[]?)column.Value(row)).ToArray()),
        ColumnType.Bool => Parameter(NpgsqlDbType.Boolean, rows.ConvertAll(row => (bool)column.Value(row)!).ToArray()),
        _ => throw new ArgumentOutOfRangeException(nameof(column)),
    };

    private static NpgsqlBatchCommand Command(string sql, params NpgsqlParameter[] parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(parameter);
        }

        return command;
    }

    private static NpgsqlParameter Longs(IEnumerable<long> values) => Parameter(NpgsqlDbType.Bigint, values.ToArray());

    private static NpgsqlParameter Texts(IEnumerable<string> values) => Parameter(NpgsqlDbType.Text, values.ToArray());

    private static NpgsqlParameter Bytes(IEnumerable<byte[]> values) => Parameter(NpgsqlDbType.Bytea, values.ToArray());

    private static NpgsqlParameter Parameter(NpgsqlDbType element, object value) => new() { NpgsqlDbType = NpgsqlDbType.Array | element, Value = value };
}
