using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Purser.Server.Settings;

namespace Purser.Server.Store;

public enum Engine
{
    Sqlite,
    Postgres,
}

/// <summary>The one place that knows which engine is in use and how to open it.</summary>
public sealed class Database : IAsyncDisposable
{
    // One for the process, and so one model and one cache of queries: with a data source in its options each database would have its own.
    private static readonly ByUse<PostgresPurserContext> PostgresOptions = new(options => options.UseNpgsql());

    private readonly NpgsqlDataSource? postgres;
    private readonly NpgsqlDataSource? unprepared;
    private readonly string sqliteConnectionString = "";
    private readonly ByUse<SqlitePurserContext>? sqliteOptions;

    public Database(StoreSettings settings)
    {
        if (settings.IsPostgres)
        {
            Engine = Engine.Postgres;
            var text = new NpgsqlConnectionStringBuilder(settings.ConnectionString)
            {
                // Prepared statements were worth 20 to 40 % on the hot path (stack notes 2).
                MaxAutoPrepare = 60,
                AutoPrepareMinUsages = 2,

                // Nothing here leaves a setting or a lock of the session behind, and a page asks some twenty times.
                NoResetOnClose = true,
            };
            postgres = NpgsqlDataSource.Create(text);
            text.MaxAutoPrepare = 0;
            text.MaxPoolSize = Math.Max(2, text.MaxPoolSize / 4);
            unprepared = NpgsqlDataSource.Create(text);
        }
        else
        {
            Engine = Engine.Sqlite;
            sqliteConnectionString = new SqliteConnectionStringBuilder { DataSource = settings.SqliteFile, Pooling = true, DefaultTimeout = 30 }.ToString();
            sqliteOptions = new(options => options.UseSqlite(sqliteConnectionString).AddInterceptors(new SqlitePragmas()));
        }
    }

    public Engine Engine { get; }

    /// <summary>SQLite has one writer: every writer of this process passes here in order of arrival (stack notes 2). Free on PostgreSQL.</summary>
    public WriteGate WriteGate { get; } = new();

    /// <summary>A context for work across accounts.</summary>
    public PurserContext Open() => Open(tenant: null);

    /// <summary>A context that sees the tenant rows of one account only.</summary>
    public PurserContext Open(long? tenant) => New(tenant, isReader: false);

    /// <summary>A context for reading: nothing is tracked.</summary>
    /// <param name="planned">
    /// PostgreSQL plans each statement with its values, for lists narrowed by what somebody typed and for those that join large tables: the plan of a
    /// prepared statement knows no values, and the advanced search took ten times as long with it. For everything else planning costs more than it gives.
    /// </param>
    public PurserContext Read(long? tenant = null, bool planned = false) => New(tenant, isReader: true, planned);

    private PurserContext New(long? tenant, bool isReader, bool isPlanned = false)
    {
        if (postgres is null)
        {
            return new SqlitePurserContext(sqliteOptions!.For(isReader)) { Tenant = tenant };
        }

        var context = new PostgresPurserContext(PostgresOptions.For(isReader)) { Tenant = tenant };
        context.Database.SetDbConnection((isPlanned ? unprepared! : postgres).CreateConnection(), contextOwnsConnection: true);
        return context;
    }

    /// <summary>A plain connection, opened, for the hot path and for tools.</summary>
    public async Task<DbConnection> ConnectAsync(CancellationToken cancellation = default)
    {
        if (Engine == Engine.Postgres)
        {
            return await postgres!.OpenConnectionAsync(cancellation);
        }

        var connection = new SqliteConnection(sqliteConnectionString);
        await connection.OpenAsync(cancellation);
        await SqlitePragmas.ApplyAsync(connection, cancellation);
        return connection;
    }

    public async ValueTask DisposeAsync()
    {
        if (postgres is not null)
        {
            await postgres.DisposeAsync();
            await unprepared!.DisposeAsync();
        }
        else
        {
            SqliteConnection.ClearPool(new SqliteConnection(sqliteConnectionString));
        }

        WriteGate.Dispose();
    }

    /// <summary>Options for writing and for reading: to tell a context afterwards that it only reads costs more than to make it.</summary>
    private sealed class ByUse<TContext>(Action<DbContextOptionsBuilder<TContext>> choose)
        where TContext : DbContext
    {
        private readonly DbContextOptions<TContext> write = Build(choose, QueryTrackingBehavior.TrackAll);
        private readonly DbContextOptions<TContext> read = Build(choose, QueryTrackingBehavior.NoTracking);

        public DbContextOptions<TContext> For(bool isReader) => isReader ? read : write;

        private static DbContextOptions<TContext> Build(Action<DbContextOptionsBuilder<TContext>> choose, QueryTrackingBehavior tracking)
        {
            var options = new DbContextOptionsBuilder<TContext>().UseIdentitySchema().UseQueryTrackingBehavior(tracking);
            choose(options);
            return options.Options;
        }
    }
}
