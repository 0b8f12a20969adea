using System.Data;
using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Purser.Server.Store;

/// <summary>A view of the database as it was at one instant, while the server goes on writing.</summary>
internal sealed class Snapshot : IAsyncDisposable
{
    private readonly DbTransaction transaction;

    private Snapshot(PurserContext db, DbTransaction transaction)
    {
        Db = db;
        this.transaction = transaction;
    }

    public PurserContext Db { get; }

    public static async Task<Snapshot> TakeAsync(Database database, long? account, CancellationToken cancellation)
    {
        var db = database.Read(account);
        try
        {
            await db.Database.OpenConnectionAsync(cancellation);
            var connection = db.Database.GetDbConnection();

            // On SQLite a deferred transaction reads without holding up the one writer.
            var begun = connection is SqliteConnection sqlite
                ? sqlite.BeginTransaction(deferred: true)
                : await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
            await db.Database.UseTransactionAsync(begun, cancellation);
            return new Snapshot(db, begun);
        }
        catch
        {
            await db.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await transaction.DisposeAsync();
        await Db.DisposeAsync();
    }
}
