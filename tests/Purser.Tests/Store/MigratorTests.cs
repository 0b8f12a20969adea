using Microsoft.Extensions.Logging.Abstractions;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Store;

public sealed class MigratorTests
{
    [Theory, Engines]
    public async Task Applying_again_changes_nothing(Engine engine)
    {
        await using var lease = await TestEngines.NewAsync(engine);
        await using var database = new Database(lease.Settings);
        var before = await Catalogue.ReadAsync(database);
        await ApplyAsync(database);
        Assert.Equal(before, await Catalogue.ReadAsync(database));
    }

    [Theory, Engines]
    public async Task A_schema_newer_than_the_server_is_refused(Engine engine)
    {
        await using var lease = await TestEngines.NewAsync(engine);
        await using var database = new Database(lease.Settings);
        await ExecuteAsync(database, "insert into schema_version (number, name, hash, applied_at) values (9999, '9999_future', 'x', 0)");
        var refusal = await Assert.ThrowsAsync<StartRefusedException>(() => ApplyAsync(database));
        Assert.Contains("schema 9999", refusal.Message, StringComparison.Ordinal);
    }

    [Theory, Engines]
    public async Task A_script_that_was_changed_after_it_had_been_applied_is_refused(Engine engine)
    {
        await using var lease = await TestEngines.NewAsync(engine);
        await using var database = new Database(lease.Settings);
        await ExecuteAsync(database, "update schema_version set hash = 'other' where number = 1");
        var refusal = await Assert.ThrowsAsync<StartRefusedException>(() => ApplyAsync(database));
        Assert.Contains("0001_", refusal.Message, StringComparison.Ordinal);
    }

    [Theory, Engines]
    public async Task Servers_that_start_together_apply_each_script_once(Engine engine)
    {
        await using var lease = await TestEngines.NewEmptyAsync(engine);
        await using var database = new Database(lease.Settings);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => ApplyAsync(database)));
        Assert.Equal(Migrator.Scripts(engine).Count, await CountAsync(database, "select count(*) from schema_version"));
    }

    private static Task ApplyAsync(Database database) =>
        new Migrator(database, new DomainClock(TimeProvider.System), NullLogger<Migrator>.Instance).ApplyAsync(TestContext.Current.CancellationToken);

    private static async Task ExecuteAsync(Database database, string sql)
    {
        await using var connection = await database.ConnectAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<long> CountAsync(Database database, string sql)
    {
        await using var connection = await database.ConnectAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
