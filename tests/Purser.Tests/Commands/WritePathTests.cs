using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Commands;

public sealed class WritePathTests
{
    private sealed record Note(string Name);

    private sealed record Noted(string Name, int Version);

    [Theory, Engines]
    public async Task A_repetition_with_the_same_key_gets_the_first_answer_and_does_nothing(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var first = await NoteAsync(installation, 1, key: "k1");
        var second = await NoteAsync(installation, 1, key: "k1");
        Assert.Equal(first.Value, second.Value);
        Assert.Equal([1], await VersionsAsync(installation));
        Assert.Equal(1, await AuditCountAsync(installation));
    }

    [Theory, Engines]
    public async Task A_key_that_was_used_for_another_request_is_refused(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        await NoteAsync(installation, 1, key: "k1");
        var other = await NoteAsync(installation, 2, key: "k1");
        Assert.Equal(RefusalCode.IdempotencyKeyReused, other.Refusal?.Code);
        Assert.Equal([1], await VersionsAsync(installation));
    }

    [Theory, Engines]
    public async Task Another_callers_key_is_another_key(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        await NoteAsync(installation, 1, key: "k1");
        var other = await NoteAsync(installation, 2, key: "k1", actor: Actor.System with { Id = 7 });
        Assert.True(other.IsOk);
        Assert.Equal([1, 2], await VersionsAsync(installation));
    }

    [Theory, Engines]
    public async Task A_dry_run_answers_and_changes_nothing(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var answer = await NoteAsync(installation, 1, key: "k1", dryRun: true);
        Assert.Equal(1, answer.Value.Version);
        Assert.Empty(await VersionsAsync(installation));
        Assert.Equal(0, await AuditCountAsync(installation));
        Assert.True((await NoteAsync(installation, 1, key: "k1")).IsOk);
        Assert.Equal([1], await VersionsAsync(installation));
    }

    [Theory, Engines]
    public async Task A_refusal_writes_nothing_although_rows_were_added(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var published = false;
        var answer = await installation.WritePath.RunAsync<Noted>(new Command("test.note", Actor.System, new Note("1")), scope =>
        {
            Add(scope, 1);
            scope.AfterCommit(() => published = true);
            return Task.FromResult<Verdict<Noted>>(Verdict.Refused(RefusalCode.Conflict, "No."));
        });
        Assert.Equal(RefusalCode.Conflict, answer.Refusal?.Code);
        Assert.False(published);
        Assert.Empty(await VersionsAsync(installation));
    }

    [Theory, Engines]
    public async Task A_passing_fault_is_repeated_from_the_start(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var attempts = 0;
        var published = 0;
        var answer = await installation.WritePath.RunAsync<Noted>(new Command("test.note", Actor.System, new Note("1")), scope =>
        {
            Add(scope, 1);
            scope.AfterCommit(() => published++);
            return ++attempts < 3 ? throw PassingFault(engine) : Task.FromResult<Verdict<Noted>>(new Noted("1", 1));
        });
        Assert.True(answer.IsOk);
        Assert.Equal((3, 1), (attempts, published));
        Assert.Equal([1], await VersionsAsync(installation));
    }

    [Theory, Engines]
    public async Task A_fault_that_does_not_pass_is_explained_after_some_attempts(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var attempts = 0;
        var answer = await installation.WritePath.RunAsync<Noted>(new Command("test.note", Actor.System, new Note("1")), _ =>
        {
            attempts++;
            throw engine == Engine.Sqlite ? PassingFault(engine) : new NpgsqlException("gone", new IOException());
        });
        Assert.Equal(RefusalCode.StoreUnavailable, answer.Refusal?.Code);
        Assert.Equal(4, attempts);
    }

    [Fact]
    public async Task A_full_disk_is_said_plainly_and_leaves_nothing_half_written()
    {
        await using var installation = await TestInstallation.StartAsync(Engine.Sqlite);
        var answer = await installation.WritePath.RunAsync<Noted>(new Command("test.note", Actor.System, new Note("1")), async scope =>
        {
            // SQLite's own way to a full disk: the file may not grow from here on.
            await scope.Db.Database.ExecuteSqlRawAsync("pragma max_page_count = 1");
            Add(scope, 1, new string('x', 4 * 1024 * 1024));
            await scope.Db.SaveChangesAsync();
            return new Noted("1", 1);
        });
        Assert.Equal(RefusalCode.StoreUnavailable, answer.Refusal?.Code);
        Assert.Contains("disk", answer.Refusal!.Detail, StringComparison.Ordinal);

        // The limit belongs to the connection: it goes back to the pool and would stay narrow.
        SqliteConnection.ClearAllPools();
        Assert.Empty(await VersionsAsync(installation));
        Assert.True((await NoteAsync(installation, 2)).IsOk);
        Assert.Equal([2], await VersionsAsync(installation));
    }

    [Theory, Engines]
    public async Task Commands_on_one_account_follow_each_other(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var versions = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => installation.WritePath.RunAsync<Noted>(
            new Command("test.note", Actor.System, new Note("next")),
            async scope =>
            {
                var next = 1 + await scope.Db.Agreements.CountAsync();
                Add(scope, next);
                return new Noted("next", next);
            })));
        Assert.Equal(Enumerable.Range(1, 40), versions.Select(answer => answer.Value.Version).Order());
        Assert.Equal(40, await AuditCountAsync(installation));
    }

    internal static void Add(WriteScope scope, int version, string text = "") =>
        scope.Db.Agreements.Add(new Agreement { Version = version, Title = "Agreement", Text = text, TextHash = [], PublishedAt = scope.Now });

    internal static async Task<IReadOnlyList<int>> VersionsAsync(TestInstallation installation)
    {
        await using var db = installation.Database.Read();
        return await db.Agreements.Select(row => row.Version).Order().ToListAsync();
    }

    private static Task<Verdict<Noted>> NoteAsync(TestInstallation installation, int version, string? key = null, bool dryRun = false, Actor? actor = null) =>
        installation.WritePath.RunAsync<Noted>(
            new Command("test.note", actor ?? Actor.System, new Note($"{version}")) { IdempotencyKey = key, DryRun = dryRun },
            scope =>
            {
                Add(scope, version);
                return Task.FromResult<Verdict<Noted>>(new Noted($"{version}", version));
            });

    private static async Task<int> AuditCountAsync(TestInstallation installation)
    {
        await using var db = installation.Database.Read();
        return await db.AuditEntries.CountAsync(row => row.Command == "test.note");
    }

    private static Exception PassingFault(Engine engine) => engine == Engine.Sqlite
        ? new SqliteException("busy", 5)
        : new PostgresException("deadlock", "ERROR", "ERROR", PostgresErrorCodes.DeadlockDetected);
}
