using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Purser.Server.Jobs;
using Purser.Server.People;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Jobs;

public sealed class JobRunnerTests
{
    private const string Counting = "test.counting";
    private const string Failing = "test.failing";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task A_job_runs_when_it_is_due_by_the_domain_clock_and_not_before(Engine engine)
    {
        await using var installation = await StartAsync(engine);
        var job = installation.Get<CountingJob>();
        await RunAsync(installation);
        await RunAsync(installation);
        Assert.Equal(1, job.Runs);

        installation.Advance(TimeSpan.FromMinutes(59));
        await RunAsync(installation);
        Assert.Equal(1, job.Runs);

        // A jump over many periods is one run: sweeps look at what is, not at how often they were called.
        installation.Advance(TimeSpan.FromDays(400));
        await RunAsync(installation);
        Assert.Equal(2, job.Runs);
    }

    [Theory, Engines]
    public async Task A_failing_job_says_so_and_does_not_stop_the_others(Engine engine)
    {
        await using var installation = await StartAsync(engine);
        var outcomes = await RunAsync(installation);
        Assert.Contains(new JobOutcome(Failing, true, "the disk is on fire"), outcomes);
        Assert.Equal(1, installation.Get<AfterwardsJob>().Runs);

        var listed = (await installation.Get<ListJobs>().HandleAsync(Stop)).Single(item => item.Name == Failing);
        Assert.True(listed.LastFailed);
        Assert.Equal("the disk is on fire", listed.LastResult);
        Assert.Equal(TestInstallation.Start, listed.LastRunAt);

        // Tried again soon, not after the whole period.
        Assert.Equal(TestInstallation.Start.AddMinutes(5), listed.NextDueAt);
        Assert.Null(listed.RunningOn);
    }

    [Theory, Engines]
    public async Task Of_many_nodes_one_runs_a_job(Engine engine)
    {
        await using var installation = await StartAsync(engine);
        var nodes = Enumerable.Range(0, 6).Select(_ => ActivatorUtilities.CreateInstance<JobRunner>(installation.Services)).ToList();
        await Task.WhenAll(nodes.Select(node => node.RunDueAsync(Stop)));
        Assert.Equal(1, installation.Get<CountingJob>().Runs);
    }

    [Theory, Engines]
    public async Task A_node_that_died_loses_its_lease(Engine engine)
    {
        await using var installation = await StartAsync(engine);
        var machine = TimeProvider.System;
        await installation.Database.WriteAsync(
            db =>
            {
                db.Jobs.Add(new JobRow { Name = Counting, LeasedBy = "dead:1:x", LeasedUntil = machine.GetUtcNow().AddMinutes(1), NextDueAt = TestInstallation.Start });
                return Task.CompletedTask;
            },
            Stop);
        await RunAsync(installation);
        Assert.Equal(0, installation.Get<CountingJob>().Runs);
        Assert.Equal("dead:1", (await installation.Get<ListJobs>().HandleAsync(Stop)).Single(item => item.Name == Counting).RunningOn);

        await installation.Database.WriteAsync(
            db => db.Jobs.ExecuteUpdateAsync(set => set.SetProperty(row => row.LeasedUntil, machine.GetUtcNow().AddSeconds(-1)), Stop), Stop);
        await RunAsync(installation);
        Assert.Equal(1, installation.Get<CountingJob>().Runs);
    }

    [Theory, Engines]
    public async Task Operators_see_the_jobs_and_customers_do_not(Engine engine)
    {
        await using var installation = await StartAsync(engine);
        await RunAsync(installation);
        var api = await installation.People.OperatorApiAsync(OperatorRole.Support);
        var answer = await api.GetFromJsonAsync<JsonElement>("/api/v1/operator/jobs", Stop);
        var counting = answer.GetProperty("items").EnumerateArray().Single(item => item.GetProperty("name").GetString() == Counting);
        Assert.Equal("run 1", counting.GetProperty("lastResult").GetString());
        Assert.Equal(3600, counting.GetProperty("periodSeconds").GetInt64());

        var customer = await installation.People.ApiAsync(await installation.People.AccountAsync());
        Assert.Equal(HttpStatusCode.Forbidden, (await customer.GetAsync("/api/v1/operator/jobs", Stop)).StatusCode);
    }

    private static Task<TestInstallation> StartAsync(Engine engine) => TestInstallation.StartAsync(engine, adjust: AddJobs);

    private static void AddJobs(WebApplicationBuilder builder) => builder.Services
        .AddJob<CountingJob>(Counting, TimeSpan.FromHours(1))
        .AddJob<FailingJob>(Failing, TimeSpan.FromHours(1))
        .AddJob<AfterwardsJob>("test.later", TimeSpan.FromHours(1));

    private static async Task<IReadOnlyList<JobOutcome>> RunAsync(TestInstallation installation) =>
        (await installation.Get<JobRunner>().RunDueAsync(Stop)).Where(outcome => outcome.Name.StartsWith("test.", StringComparison.Ordinal)).ToList();

    private sealed class CountingJob : IJob
    {
        private int runs;

        public int Runs => runs;

        public Task<string> RunAsync(CancellationToken cancellation) => Task.FromResult($"run {Interlocked.Increment(ref runs)}");
    }

    private sealed class FailingJob : IJob
    {
        public Task<string> RunAsync(CancellationToken cancellation) => throw new InvalidOperationException("the disk is on fire");
    }

    private sealed class AfterwardsJob : IJob
    {
        public int Runs { get; private set; }

        public Task<string> RunAsync(CancellationToken cancellation) => Task.FromResult($"run {++Runs}");
    }
}
