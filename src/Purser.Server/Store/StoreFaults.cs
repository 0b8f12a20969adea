using System.Data.Common;
using System.Net.Sockets;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Purser.Server.Commands;

namespace Purser.Server.Store;

/// <summary>Sorts the database's errors: what to repeat, what to explain, what is a bug.</summary>
public static class StoreFaults
{
    private const int SqliteBusy = 5;
    private const int SqliteIoError = 10;
    private const int SqliteFull = 13;
    private const int SqliteCannotOpen = 14;

    /// <summary>Deadlock, serialization failure, lost connection: the whole transaction again.</summary>
    public static bool IsWorthRetrying(Exception fault) => Unwrap(fault) switch
    {
        PostgresException { SqlState: PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure } => true,
        PostgresException => false,
        NpgsqlException { IsTransient: true } => true,
        SqliteException { SqliteErrorCode: SqliteBusy } => true,
        _ => false,
    };

    /// <summary>A fault of the machine as a refusal that says what to do; null for a bug. Nothing was written: the transaction was rolled back.</summary>
    public static Refusal? Explain(Exception fault) => Unwrap(fault) switch
    {
        SqliteException { SqliteErrorCode: SqliteFull } or PostgresException { SqlState: PostgresErrorCodes.DiskFull } =>
            Unavailable("The disk of the database is full. Free space on it and repeat; nothing was changed."),
        SqliteException { SqliteErrorCode: SqliteIoError or SqliteCannotOpen or SqliteBusy } =>
            Unavailable("The database file cannot be read or written. Check the data directory and its disk; nothing was changed."),
        PostgresException { SqlState: PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.CrashShutdown } =>
            Unavailable("The database is restarting. Repeat in a moment; nothing was changed."),
        PostgresException => null,
        NpgsqlException or SocketException =>
            Unavailable("The database cannot be reached. Repeat in a moment; nothing was changed."),
        _ => null,
    };

    private static Refusal Unavailable(string detail) => Verdict.Refused(RefusalCode.StoreUnavailable, detail);

    private static Exception Unwrap(Exception fault) =>
        fault is DbUpdateException or InvalidOperationException && fault.InnerException is DbException inner ? inner : fault;
}
