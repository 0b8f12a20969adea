using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Purser.Server.Jobs;
using Purser.Server.People;
using Purser.Server.Settings;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Jobs;

[Trait("Feature", "AG-04")]
public sealed class SimulationClockTests
{
    private const string Address = "/simulation/clock";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task An_operator_moves_the_clock_and_what_fell_due_is_done_before_the_answer(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(
            engine, adjust: builder => builder.Services.AddJob<TellTheTime>("test.time", TimeSpan.FromHours(1)));
        var api = await installation.People.OperatorApiAsync();
        var start = TestInstallation.Start.ToUnixTimeSeconds();
        var read = await api.GetFromJsonAsync<JsonElement>(Address, Stop);
        Assert.Equal(start, read.GetProperty("now").GetInt64());
        Assert.True(read.GetProperty("held").GetBoolean());

        var moved = await MoveAsync(api, new { instant = start + 7200 });
        Assert.Equal(start + 7200, moved.GetProperty("now").GetInt64());
        Assert.Contains("2026-01-10 10:00", moved.GetProperty("jobs").EnumerateArray().Select(job => job.GetProperty("text").GetString()));

        var again = await MoveAsync(api, new { instant = "2026-03-02T08:00:00Z", hold = true });
        Assert.Equal(new DateTimeOffset(2026, 3, 2, 8, 0, 0, TimeSpan.Zero), installation.Clock.Now);
        Assert.Contains("2026-03-02 08:00", again.GetProperty("jobs").EnumerateArray().Select(job => job.GetProperty("text").GetString()));

        var only = await MoveAsync(api, new { instant = "2026-03-03T08:00:00Z", runJobs = false });
        Assert.Empty(only.GetProperty("jobs").EnumerateArray());
        Assert.NotEmpty((await MoveAsync(api, new { hold = true })).GetProperty("jobs").EnumerateArray());

        var running = await MoveAsync(api, new { hold = false });
        Assert.False(running.GetProperty("held").GetBoolean());
        Assert.True(installation.Clock.Now >= new DateTimeOffset(2026, 3, 2, 8, 0, 0, TimeSpan.Zero));
    }

    [Theory, Engines]
    public async Task The_clock_never_goes_back_and_a_garbled_instant_is_refused(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var api = await installation.People.OperatorApiAsync();
        var back = await api.PostAsJsonAsync(Address, new { instant = TestInstallation.Start.ToUnixTimeSeconds() - 1 }, Stop);
        Assert.Equal(HttpStatusCode.Conflict, back.StatusCode);
        Assert.True((await api.PostAsJsonAsync(Address, new { instant = "soon" }, Stop)).StatusCode is >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError);
        Assert.Equal(TestInstallation.Start, installation.Clock.Now);
    }

    [Theory, Engines]
    public async Task Only_the_operator_moves_it_and_only_in_a_simulation(Engine engine)
    {
        await using (var simulation = await TestInstallation.StartAsync(engine))
        {
            var customer = await simulation.People.ApiAsync(await simulation.People.AccountAsync());
            Assert.Equal(HttpStatusCode.Forbidden, (await customer.PostAsJsonAsync(Address, new { hold = true }, Stop)).StatusCode);
            Assert.Equal(HttpStatusCode.Unauthorized, (await simulation.NewClient().GetAsync(Address, Stop)).StatusCode);
        }

        await using var real = await TestInstallation.StartAsync(engine, settings => settings with { Simulation = new SimulationSettings() });
        var api = await real.People.OperatorApiAsync(OperatorRole.LicensingAdministrator);
        Assert.Equal(HttpStatusCode.NotFound, (await api.GetAsync(Address, Stop)).StatusCode);
    }

    [Theory, Engines]
    public async Task After_a_restart_a_simulation_goes_on_where_it_stood(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var later = TestInstallation.Start.AddDays(100);
        Assert.True((await installation.Get<SimulationClock>().HandleAsync(new(new SimulationInstant(later)), Stop)).IsOk);

        var clock = new DomainClock(TimeProvider.System);
        clock.HoldAt(TestInstallation.Start);
        using var restarted = new SimulationClock(installation.Database, clock, TimeProvider.System, installation.Get<JobRunner>());
        await restarted.ResumeAsync();
        Assert.Equal(later, clock.Now);
        Assert.True(clock.IsHeld);
    }

    private static async Task<JsonElement> MoveAsync(HttpClient api, object input)
    {
        var answer = await api.PostAsJsonAsync(Address, input, Stop);
        Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode} " + await answer.Content.ReadAsStringAsync(Stop));
        return await answer.Content.ReadFromJsonAsync<JsonElement>(Stop);
    }

    private sealed class TellTheTime(DomainClock clock) : IJob
    {
        public Task<string> RunAsync(CancellationToken cancellation) =>
            Task.FromResult(clock.Now.ToString("yyyy-MM-dd HH:mm", System.Globalization.CultureInfo.InvariantCulture));
    }
}
