using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Purser.Server;
using Purser.Server.Commands;
using Purser.Server.Settings;
using Purser.Server.Store;

namespace Purser.Tests.Infrastructure;

/// <summary>The real application in this process, on a database of its own, with a clock that stands still until moved.</summary>
internal sealed class TestInstallation : IAsyncDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 1, 10, 8, 0, 0, TimeSpan.Zero);

    private readonly StoreLease lease;
    private TestPeople? people;

    private TestInstallation(WebApplication app, StoreLease lease)
    {
        App = app;
        this.lease = lease;
    }

    public WebApplication App { get; }

    public IServiceProvider Services => App.Services;

    public string DataDirectory => lease.Directory;

    public Database Database => Get<Database>();

    public DomainClock Clock => Get<DomainClock>();

    /// <summary>By which links, sessions and secrets end; it runs, and a test moves it ahead.</summary>
    public MovableClock Machine => (MovableClock)Get<TimeProvider>();

    public WritePath WritePath => Get<WritePath>();

    /// <summary>Makes accounts, people, programs.</summary>
    public TestPeople People => people ??= new TestPeople(this);

    public T Get<T>()
        where T : notnull => Services.GetRequiredService<T>();

    /// <summary>A service that lives as long as a request does.</summary>
    public async Task WithAsync<T>(Func<T, Task> use)
        where T : notnull
    {
        await using var scope = Services.CreateAsyncScope();
        await use(scope.ServiceProvider.GetRequiredService<T>());
    }

    /// <summary>A client that keeps no cookies and follows no redirects.</summary>
    public HttpClient NewClient() => App.GetTestClient();

    public static async Task<TestInstallation> StartAsync(
        Engine engine, Func<PurserSettings, PurserSettings>? settings = null, Action<WebApplicationBuilder>? adjust = null)
    {
        var store = await TestEngines.NewAsync(engine);
        var chosen = new PurserSettings
        {
            Store = store.Settings,
            Simulation = new SimulationSettings { Enabled = true },
            Security = new SecuritySettings { MasterKeys = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)) },

            // Tests ask as fast as they can; those of the limit set their own.
            Http = new HttpSettings { ApiRequestsPerSecond = 100_000, ApiBurst = 1_000_000 },

            // Tests run the jobs themselves, after they moved the clock: Get<JobRunner>().RunDueAsync().
            Jobs = new JobSettings { Enabled = false },
        };
        var app = PurserServer.Build(settings?.Invoke(chosen) ?? chosen, [], builder =>
        {
            builder.WebHost.UseTestServer();
            QuietUnlessAsked(builder.Logging);
            builder.Services.AddSingleton<TimeProvider>(new MovableClock());
            adjust?.Invoke(builder);
        });
        app.Services.GetRequiredService<DomainClock>().HoldAt(Start);
        await PurserServer.PrepareAsync(app);
        await app.StartAsync();
        return new TestInstallation(app, store);
    }

    /// <summary>Many tests provoke faults: their traces would bury a failure. PURSER_TEST_LOG=1 shows them.</summary>
    private static void QuietUnlessAsked(ILoggingBuilder logging)
    {
        if (Environment.GetEnvironmentVariable("PURSER_TEST_LOG") is null)
        {
            logging.ClearProviders();
        }
        else
        {
            logging.SetMinimumLevel(LogLevel.Warning);
        }
    }

    /// <summary>Moves the clock of the rules.</summary>
    public void Advance(TimeSpan time) => Clock.HoldAt(Clock.Now + time);

    public async ValueTask DisposeAsync()
    {
        await App.StopAsync();
        await App.DisposeAsync();
        await lease.DisposeAsync();
    }
}
