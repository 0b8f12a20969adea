using System.Net;
using Microsoft.EntityFrameworkCore;
using Purser.Protocol;
using Purser.Protocol.Wire;
using Purser.Server.Commands;
using Purser.Server.Devices.Silence;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Devices;

/// <summary>The committer beside other writers, and without its database.</summary>
[Trait("Feature", "PI-02")]
public sealed class CommitterTests
{
    private const string Advantage = DeviceWorld.AdvantageTag;

    [Theory, Engines]
    public async Task An_account_that_somebody_else_holds_does_not_stop_the_others(Engine engine)
    {
        Assert.SkipWhen(engine == Engine.Sqlite, "SQLite has one writer; accounts cannot be held apart");
        await using var world = await DeviceWorld.StartAsync(engine);
        await world.AddAccountAsync(2, "Globex");
        using var held = new TestDevice(world, "SN1");
        await held.RegisterAsync(await world.TokenAsync());
        using var free = new TestDevice(world, "SN2");
        await free.RegisterAsync(await world.TokenAsync(DeviceWorld.A(2), accountId: 2));
        var release = new TaskCompletionSource();
        var isHeld = new TaskCompletionSource();
        var slow = world.Server.WritePath.RunAsync<Done>(new Command("test.slow", Actor.System, new { }) { Accounts = [1] }, async _ =>
        {
            isHeld.TrySetResult();
            await release.Task;
            return Verdict.Done;
        }, TestContext.Current.CancellationToken);
        await isHeld.Task;

        var waiting = held.AuthorizeAsync((Advantage, 1));
        Assert.Equal(ReplyStatus.Ok, (await free.AuthorizeAsync((Advantage, 1))).Reply.Status);
        Assert.False(waiting.IsCompleted);
        release.SetResult();
        await slow;

        Assert.Equal(ReplyStatus.Ok, (await waiting).Reply.Status);
        Assert.Equal(1, (await world.PoolAsync(DeviceWorld.Advantage))!.InUse);
        await world.AssertConsistentAsync();
    }

    [Theory, Engines]
    public async Task A_message_that_the_database_refuses_does_not_take_its_neighbours_along(Engine engine)
    {
        await using var world = await DeviceWorld.StartAsync(engine);
        var token = await world.TokenAsync();
        var devices = Enumerable.Range(0, 8).Select(number => new TestDevice(world, $"SN{number}")).ToList();
        await Task.WhenAll(devices.Select(device => device.RegisterAsync(token)));

        // One device's use is blocked by a constraint that only this test knows.
        var blocked = (await world.DeviceRowAsync("SN3")).Id;
        await ExecuteAsync(world, engine == Engine.Postgres
            ? FormattableString.Invariant($"alter table license_use add constraint test_blocked check (device_id <> {blocked})")
            : FormattableString.Invariant($"create trigger test_blocked before insert on license_use when new.device_id = {blocked} begin select raise(abort, 'blocked'); end"));

        var statuses = await Task.WhenAll(devices.Select(async device =>
        {
            using var response = await device.PostAsync(RequestWriter.Seal(device.AuthorizationText((Advantage, 1)), device.Key, device.Certificate));
            return response.StatusCode;
        }));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, statuses[3]);
        Assert.Equal(7, statuses.Count(status => status == HttpStatusCode.OK));
        Assert.Equal(7, (await world.PoolAsync(DeviceWorld.Advantage))!.InUse);
        await world.AssertConsistentAsync();
        devices.ForEach(device => device.Dispose());
    }

    [Fact]
    public async Task A_database_that_is_gone_for_a_while_means_try_later_and_nothing_half_done()
    {
        Assert.SkipWhen(TestEngines.PostgresServer is null, TestEngines.WhyNoPostgres ?? "");
        await using var world = await DeviceWorld.StartAsync(Engine.Postgres);
        using var device = new TestDevice(world, "SN1");
        await device.RegisterAsync(await world.TokenAsync());
        await using var connection = await world.Server.Database.ConnectAsync(TestContext.Current.CancellationToken);
        var database = connection.Database;
        await connection.CloseAsync();
        await TestEngines.OnServerAsync($"alter database {database} allow_connections false");
        await TestEngines.OnServerAsync($"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{database}'");
        var body = RequestWriter.Seal(device.AuthorizationText((Advantage, 2)), device.Key, device.Certificate);

        using (var gone = await device.PostAsync(body))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, gone.StatusCode);
            Assert.NotNull(gone.Headers.RetryAfter);
        }

        await TestEngines.OnServerAsync($"alter database {database} allow_connections true");
        using var back = await device.PostAsync(body);
        Assert.Equal(ReplyStatus.Ok, (await device.ReadAsync(back)).Reply.Status);
        Assert.Equal(2, (await world.PoolAsync(DeviceWorld.Advantage))!.InUse);
        await world.AssertConsistentAsync();
    }

    [Theory, Engines]
    [Trait("Feature", "PI-03")]
    public async Task A_device_heard_again_after_its_release_counts_again_and_is_never_refused(Engine engine)
    {
        await using var world = await DeviceWorld.StartAsync(engine);
        await world.DepositAsync(DeviceWorld.Advantage, 4);
        using var silent = new TestDevice(world, "SN1");
        using var other = new TestDevice(world, "SN2");
        var token = await world.TokenAsync();
        await silent.RegisterAsync(token);
        await silent.AuthorizeAsync((Advantage, 4));
        world.Server.Advance(TimeSpan.FromDays(91));
        await world.Server.Get<SilenceSweep>().RunAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, (await world.PoolAsync(DeviceWorld.Advantage))!.InUse);
        Assert.Single(await world.OpenAlertsAsync());
        await other.RegisterAsync(await world.TokenAsync());
        await other.AuthorizeAsync((Advantage, 3));

        // Any authenticated message is contact: a renewal of the certificate does it (domain rules 7.4).
        Assert.Equal(ReplyStatus.Ok, (await silent.RenewAsync()).Reply.Status);

        Assert.Equal(7, (await world.PoolAsync(DeviceWorld.Advantage))!.InUse);
        Assert.Contains("shortage of Network Advantage", Assert.Single(await world.OpenAlertsAsync()), StringComparison.Ordinal);
        await using var db = world.Server.Database.Read(1);
        Assert.False(await db.LicenseUses.AnyAsync(use => use.Released, TestContext.Current.CancellationToken));
        await world.AssertConsistentAsync();
    }

    private static async Task ExecuteAsync(DeviceWorld world, string sql)
    {
        await using var connection = await world.Server.Database.ConnectAsync(TestContext.Current.CancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}
