using System.Data.Common;
using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;
using SQLitePCL;

namespace Purser.Server.Store;

/// <summary>
/// Write-ahead log with full sync: a commit that was answered survives a power cut. Sizes as measured (stack notes 2). Connections come back from
/// a pool with what was set on them: they are asked once, not each time they are taken, which was an eighth of a page's time.
/// </summary>
internal sealed class SqlitePragmas : DbConnectionInterceptor
{
    private const string Pragmas =
        "pragma journal_mode=wal; pragma synchronous=full; pragma foreign_keys=on; pragma busy_timeout=30000; "
        + "pragma cache_size=-65536; pragma wal_autocheckpoint=10000; pragma temp_store=memory;";

    private static readonly ConditionalWeakTable<sqlite3, object> Set = [];

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
    {
        if (!IsSet(connection))
        {
            using var command = connection.CreateCommand();
            command.CommandText = Pragmas;
            command.ExecuteNonQuery();
            Remember(connection);
        }
    }

    public override Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default) =>
        ApplyAsync(connection, cancellationToken);

    public static async Task ApplyAsync(DbConnection connection, CancellationToken cancellation)
    {
        if (!IsSet(connection))
        {
            await using var command = connection.CreateCommand();
            command.CommandText = Pragmas;
            await command.ExecuteNonQueryAsync(cancellation);
            Remember(connection);
        }
    }

    private static bool IsSet(DbConnection connection) => ((SqliteConnection)connection).Handle is { } handle && Set.TryGetValue(handle, out _);

    private static void Remember(DbConnection connection)
    {
        if (((SqliteConnection)connection).Handle is { } handle)
        {
            Set.AddOrUpdate(handle, Set);
        }
    }
}
