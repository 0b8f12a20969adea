using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Purser.Server.Settings;
using Purser.Server.Store;

namespace Purser.Bench;

/// <summary>A database of one engine with a real disk under it, and its copies.</summary>
internal sealed record BenchStore(Engine Engine, StoreSettings Settings, string? DatabaseName)
{
    public static string Folder { get; } = Environment.GetEnvironmentVariable("PURSER_BENCH_FOLDER") ?? Path.Combine(Path.GetTempPath(), "purser-bench");

    private static string PostgresServer => Environment.GetEnvironmentVariable("PURSER_BENCH_POSTGRES")
        ?? throw new InvalidOperationException("PURSER_BENCH_POSTGRES is not set; start through ./bench");

    public static async Task<BenchStore> NewAsync(Engine engine, string name)
    {
        var directory = Path.Combine(Folder, $"{engine}-{name}".ToLowerInvariant());
        Directory.CreateDirectory(directory);
        var settings = new StoreSettings { DataDirectory = directory };
        string? database = null;
        if (engine == Engine.Postgres)
        {
            database = $"bench_{name}";
            await OnServerAsync($"create database {database}");
            settings = settings with { ConnectionString = $"{PostgresServer};Database={database};Maximum Pool Size=40" };
        }

        var store = new BenchStore(engine, settings, database);
        await using var opened = new Database(settings);
        await new Migrator(opened, new DomainClock(TimeProvider.System), NullLogger<Migrator>.Instance).ApplyAsync();
        await Installation.EnsureHeadAsync(opened);
        return store;
    }

    /// <summary>A copy of the whole database while nobody uses it. Shares the master key.</summary>
    public async Task<BenchStore> CopyAsync(string name)
    {
        var directory = Path.Combine(Folder, $"{Engine}-{name}".ToLowerInvariant());
        Directory.CreateDirectory(directory);
        var settings = Settings with { DataDirectory = directory };
        var database = DatabaseName;
        foreach (var file in Directory.GetFiles(Settings.DataDirectory, "*.key").Concat(Directory.GetFiles(Settings.DataDirectory, "purser.db*")))
        {
            File.Copy(file, Path.Combine(directory, Path.GetFileName(file)));
        }

        if (Engine == Engine.Postgres)
        {
            NpgsqlConnection.ClearAllPools();
            database = $"bench_{name}";
            await OnServerAsync($"create database {database} template {DatabaseName}");
            settings = settings with { ConnectionString = $"{PostgresServer};Database={database};Maximum Pool Size=40" };
        }

        return new BenchStore(Engine, settings, database);
    }

    public async Task DropAsync()
    {
        if (DatabaseName is not null)
        {
            NpgsqlConnection.ClearAllPools();
            await OnServerAsync($"drop database if exists {DatabaseName} with (force)");
        }

        Directory.Delete(Settings.DataDirectory, recursive: true);
    }

    private static async Task OnServerAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create($"{PostgresServer};Database=postgres;Pooling=false");
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
