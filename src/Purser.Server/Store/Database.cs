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
    private static readonly DbContextOptions<PostgresPurserContext> PostgresOptions =
        new DbContextOptionsBuilder<PostgresPurserContext>().UseIdentitySchema().UseNpgsql().Options;

    private readonly NpgsqlDataSource? postgres;
    private readonly string sqliteConnectionString = "";
    private readonly DbContextOptions<SqlitePurserContext>? sqliteOptions;

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
            };
            postgres = NpgsqlDataSource.Create(text);
        }
        else
        {
            Engine = Engine.Sqlite;
            sqliteConnectionString = new SqliteConnectionStringBuilder { DataSource = settings.SqliteFile, Pooling = true, DefaultTimeout = 30 }.ToString();
            sqliteOptions = new DbContextOptionsBuilder<SqlitePurserContext>()
                .UseIdentitySchema()
                .UseSqlite(sqliteConnectionString)
                .AddInterceptors(new SqlitePragmas())
                .Options;
        }
    }

    public Engine Engine { get; }

    /// <summary>SQLite has one writer: every writer of this process passes here in order of arrival (stack notes 2). Free on PostgreSQL.</summary>
    public WriteGate WriteGate { get; } = new();

    /// <summary>A context for work across accounts.</summary>
    public PurserContext Open() => Open(tenant: null);

    /// <summary>A context that sees the tenant rows of one account only.</summary>
    public PurserContext Open(long? tenant)
    {
        if (postgres is null)
        {
            return new SqlitePurserContext(sqliteOptions!) { Tenant = tenant };
        }

        var context = new PostgresPurserContext(PostgresOptions) { Tenant = tenant };
        context.Database.SetDbConnection(postgres.CreateConnection(), contextOwnsConnection: true);
        return context;
    }

    /// <summary>A context for reading: nothing is tracked.</summary>
    public PurserContext Read(long? tenant = null)
    {
        var context = Open(tenant);
        context.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking;
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
        }
        else
        {
            SqliteConnection.ClearPool(new SqliteConnection(sqliteConnectionString));
        }

        WriteGate.Dispose();
    }
}
