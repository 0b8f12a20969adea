using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Purser.Cli.Collector.Store;

/// <summary>
/// A folder with the collector's database and the key of its secrets. Commands may use it while the collector runs: each change is one transaction, written through
/// to the disk.
/// </summary>
internal sealed class CollectorStore
{
    private const int Schema = 1;

    private readonly DbContextOptions<CollectorContext> options;

    private CollectorStore(string folder, TimeProvider clock)
    {
        Folder = folder;
        Clock = clock;
        options = new DbContextOptionsBuilder<CollectorContext>()
            .UseSqlite(new SqliteConnectionStringBuilder { DataSource = Path.Combine(folder, "collector.db"), ForeignKeys = true }.ConnectionString)
            .Options;
        Protection = DataProtectionProvider.Create(new DirectoryInfo(Path.Combine(folder, "keys")), static set => set.SetApplicationName("purser-collector"));
    }

    public string Folder { get; }

    public TimeProvider Clock { get; }

    /// <summary>Its keys lie in the folder <c>keys</c>: a copy of the database alone gives no secret away.</summary>
    public IDataProtectionProvider Protection { get; }

    public DateTimeOffset Now => DateTimeOffset.FromUnixTimeSeconds(Clock.GetUtcNow().ToUnixTimeSeconds());

    public static async Task<CollectorStore> OpenAsync(string folder, TimeProvider clock, CancellationToken cancel)
    {
        try
        {
            var full = Path.GetFullPath(folder);
            MakeFolder(full);
            var store = new CollectorStore(full, clock);
            await store.PrepareAsync(cancel);
            return store;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or SqliteException)
        {
            throw new CommandException($"{folder} cannot be used as the collector's folder: {problem.Message}");
        }
    }

    public CollectorContext Open() => new(options);

    public string Protect(string secret) => Secrets.Protect(secret);

    public string Unprotect(string secret)
    {
        try
        {
            return Secrets.Unprotect(secret);
        }
        catch (CryptographicException)
        {
            throw new CommandException($"a secret in {Folder} cannot be read: its folder 'keys' is missing or is another one. Bring it back, or set the secret anew");
        }
    }

    /// <summary>Who reads what it decides on and then writes holds the store for that long: SQLite has one writer.</summary>
    public async Task<T> ChangeAsync<T>(Func<CollectorContext, Task<T>> act, CancellationToken cancel)
    {
        await using var db = Open();
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var result = await act(db);
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return result;
    }

    public async Task<CollectorSettings> SettingsAsync(CancellationToken cancel)
    {
        await using var db = Open();
        return await db.Settings.SingleAsync(cancel);
    }

    public Task ConfigureAsync(Action<CollectorSettings> change, CancellationToken cancel) => ChangeAsync(
        async db =>
        {
            change(await db.Settings.SingleAsync(cancel));
            return true;
        },
        cancel);

    private IDataProtector Secrets => Protection.CreateProtector("secrets");

    private static void MakeFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private async Task PrepareAsync(CancellationToken cancel)
    {
        await using var db = Open();
        await db.Database.OpenConnectionAsync(cancel);
        await db.Database.ExecuteSqlRawAsync("PRAGMA journal_mode = WAL", cancel);
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var version = await db.Database.SqlQueryRaw<int>("SELECT user_version AS Value FROM pragma_user_version").SingleAsync(cancel);
        if (version > Schema)
        {
            throw new CommandException($"{Folder} was written by a later version of this program; use that one");
        }

        if (version == 0)
        {
            await db.Database.ExecuteSqlRawAsync(db.Database.GenerateCreateScript(), cancel);
            db.Settings.Add(new CollectorSettings { Maker = new Guid(RandomNumberGenerator.GetBytes(16)).ToString("D") });
            await db.SaveChangesAsync(cancel);
            await db.Database.ExecuteSqlAsync($"PRAGMA user_version = 1", cancel);
        }

        await transaction.CommitAsync(cancel);
    }
}
