using System.Net;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Purser.Server.Commands;
using Purser.Server.Settings;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Commands;

/// <summary>The database goes away and comes back: clear refusals meanwhile, nothing half written, nothing done twice.</summary>
public sealed class LostDatabaseTests
{
    [Fact]
    public async Task While_the_database_is_gone_commands_are_refused_and_afterwards_all_is_well()
    {
        Assert.SkipWhen(TestEngines.PostgresServer is null, TestEngines.WhyNoPostgres ?? "");
        await using var relay = NewRelay();
        await using var installation = await TestInstallation.StartAsync(Engine.Postgres, Through(relay));
        Assert.True((await AddAsync(installation, 1)).IsOk);

        relay.Cut();
        var refused = await AddAsync(installation, 2);
        Assert.Equal(RefusalCode.StoreUnavailable, refused.Refusal?.Code);
        using (var health = await installation.NewClient().GetAsync("/health/ready", TestContext.Current.CancellationToken))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, health.StatusCode);
        }

        relay.Mend();
        Assert.True((await AddAsync(installation, 3)).IsOk);
        Assert.Equal([1, 3], await WritePathTests.VersionsAsync(installation));
    }

    [Fact]
    public async Task A_connection_lost_inside_a_command_is_made_anew_and_the_command_done_once()
    {
        Assert.SkipWhen(TestEngines.PostgresServer is null, TestEngines.WhyNoPostgres ?? "");
        await using var relay = NewRelay();
        await using var installation = await TestInstallation.StartAsync(Engine.Postgres, Through(relay));
        var attempts = 0;
        var answer = await AddAsync(installation, 1, () =>
        {
            if (++attempts == 1)
            {
                relay.Cut();
                relay.Mend();
            }
        });
        Assert.True(answer.IsOk);
        Assert.Equal(2, attempts);
        Assert.Equal([1], await WritePathTests.VersionsAsync(installation));
    }

    [Fact]
    public async Task A_commit_whose_answer_is_lost_is_found_to_have_counted()
    {
        Assert.SkipWhen(TestEngines.PostgresServer is null, TestEngines.WhyNoPostgres ?? "");
        await using var relay = NewRelay();
        await using var installation = await TestInstallation.StartAsync(Engine.Postgres, Through(relay));
        var attempts = 0;
        var answer = await AddAsync(installation, 1, () =>
        {
            attempts++;
            relay.CutAfter = Encoding.ASCII.GetBytes("COMMIT");
        });
        Assert.True(answer.IsOk);
        Assert.Null(relay.CutAfter);
        Assert.Equal(1, attempts);
        Assert.Equal([1], await WritePathTests.VersionsAsync(installation));
    }

    private static TcpRelay NewRelay()
    {
        var server = new NpgsqlConnectionStringBuilder(TestEngines.PostgresServer);
        return new TcpRelay(server.Host!, server.Port);
    }

    private static Func<PurserSettings, PurserSettings> Through(TcpRelay relay) => settings => settings with
    {
        Store = settings.Store with
        {
            ConnectionString = new NpgsqlConnectionStringBuilder(settings.Store.ConnectionString) { Host = "127.0.0.1", Port = relay.Port, Timeout = 5 }.ToString(),
        },
    };

    private static Task<Verdict<int>> AddAsync(TestInstallation installation, int version, Action? meanwhile = null) =>
        installation.WritePath.RunAsync<int>(new Command("test.note", Actor.System, new { version }), async scope =>
        {
            await scope.Db.Agreements.CountAsync();
            meanwhile?.Invoke();
            WritePathTests.Add(scope, version);
            return version;
        });
}
