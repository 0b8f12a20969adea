using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Purser.Server.Settings;
using Purser.Server.Store;

namespace Purser.Tests.Infrastructure;

/// <summary>Databases for tests: each gets its own, copied from a template that is made once per process.</summary>
internal static class TestEngines
{
    private const string Variable = "PURSER_TEST_POSTGRES";

    private static readonly Lazy<Task<string>> SqliteTemplate = new(MakeSqliteTemplateAsync);
    private static readonly Lazy<Task<string>> PostgresTemplate = new(MakePostgresTemplateAsync);
    private static int count;

    /// <summary>"Host=…;Port=…;Username=…" of a server on which databases may be made.</summary>
    public static string? PostgresServer { get; } = Environment.GetEnvironmentVariable(Variable);

    public static string? WhyNoPostgres => PostgresServer is null ? $"PostgreSQL is not configured ({Variable}); ./test sets it" : null;

    /// <summary>A fresh database with the schema; dispose the returned lease to drop it.</summary>
    public static async Task<StoreLease> NewAsync(Engine engine)
    {
        var directory = Directory.CreateTempSubdirectory("purser-test-").FullName;
        if (engine == Engine.Sqlite)
        {
            File.Copy(await SqliteTemplate.Value, Path.Combine(directory, "purser.db"));
            return new StoreLease(new StoreSettings { DataDirectory = directory }, directory, null);
        }

        var name = $"purser_test_{Environment.ProcessId}_{Interlocked.Increment(ref count)}";
        await OnServerAsync($"create database {name} template {await PostgresTemplate.Value}");
        return new StoreLease(new StoreSettings { DataDirectory = directory, ConnectionString = $"{PostgresServer};Database={name};Maximum Pool Size=20" }, directory, name);
    }

    /// <summary>A database without any table.</summary>
    public static async Task<StoreLease> NewEmptyAsync(Engine engine)
    {
        var directory = Directory.CreateTempSubdirectory("purser-test-").FullName;
        if (engine == Engine.Sqlite)
        {
            return new StoreLease(new StoreSettings { DataDirectory = directory }, directory, null);
        }

        var name = $"purser_test_{Environment.ProcessId}_{Interlocked.Increment(ref count)}";
        await OnServerAsync($"create database {name}");
        return new StoreLease(new StoreSettings { DataDirectory = directory, ConnectionString = $"{PostgresServer};Database={name};Maximum Pool Size=20" }, directory, name);
    }

    internal static async Task OnServerAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create($"{PostgresServer};Database=postgres;Pooling=false");
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<string> MakeSqliteTemplateAsync()
    {
        var directory = Directory.CreateTempSubdirectory("purser-template-").FullName;
        var settings = new StoreSettings { DataDirectory = directory };
        await MigrateAsync(settings);
        return settings.SqliteFile;
    }

    private static async Task<string> MakePostgresTemplateAsync()
    {
        var name = $"purser_template_{Environment.ProcessId}";
        await OnServerAsync($"drop database if exists {name}");
        await OnServerAsync($"create database {name}");
        await MigrateAsync(new StoreSettings { ConnectionString = $"{PostgresServer};Database={name};Pooling=false" });
        return name;
    }

    private static async Task MigrateAsync(StoreSettings settings)
    {
        await using var database = new Database(settings);
        await new Migrator(database, new DomainClock(TimeProvider.System), NullLogger<Migrator>.Instance).ApplyAsync();
        await Installation.EnsureHeadAsync(database);
        if (!settings.IsPostgres)
        {
            // The template must be one file: fold the write-ahead log into it.
            await using var connection = await database.ConnectAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = "pragma wal_checkpoint(truncate)";
            await command.ExecuteNonQueryAsync();
        }
    }
}

internal sealed record StoreLease(StoreSettings Settings, string Directory, string? PostgresDatabase) : IAsyncDisposable
{
    public async ValueTask DisposeAsync()
    {
        if (PostgresDatabase is not null)
        {
            await TestEngines.OnServerAsync($"drop database if exists {PostgresDatabase} with (force)");
        }

        System.IO.Directory.Delete(Directory, recursive: true);
    }
}
