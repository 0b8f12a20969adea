namespace Purser.Server.Jobs;

/// <summary>Work that is done every so often, by one node at a time. It must be safe to run twice: a lease can run out while a node still works.</summary>
public interface IJob
{
    /// <returns>What was done, in a few words: operators read it on the jobs page.</returns>
    Task<string> RunAsync(CancellationToken cancellation);
}

/// <summary>By which clock a job falls due (design 3).</summary>
public enum JobClock
{
    /// <summary>Sweeps and due dates of the rules: follows a jump of the domain clock.</summary>
    Domain,

    /// <summary>Housekeeping of what lives by the machine's clock: sessions, access tokens.</summary>
    Machine,
}

/// <summary>A job as a feature registered it.</summary>
public sealed record JobPlan(string Name, TimeSpan Period, JobClock Clock, Func<IServiceProvider, IJob> Make);

public static class JobRegistration
{
    /// <summary>Registers a job under a lasting name such as "devices.silence".</summary>
    public static IServiceCollection AddJob<TJob>(this IServiceCollection services, string name, TimeSpan period, JobClock clock = JobClock.Domain)
        where TJob : class, IJob =>
        services.AddSingleton<TJob>().AddSingleton(new JobPlan(name, period, clock, provider => provider.GetRequiredService<TJob>()));
}
