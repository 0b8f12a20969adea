using Purser.Server.Jobs.Retention;
using Purser.Server.Settings;

namespace Purser.Server.Jobs;

/// <summary>Background jobs, and in a simulation the clock that moves them.</summary>
public static class JobsFeature
{
    public static void Add(IServiceCollection services, PurserSettings settings)
    {
        services.AddSingleton<JobLeases>();
        services.AddSingleton<JobRunner>();
        services.AddSingleton<ListJobs>();
        services.AddSingleton<SimulationClock>();
        services.AddSingleton<SimulationAccess>();
        RetentionFeature.Add(services);
        if (settings.Jobs.Enabled)
        {
            services.AddHostedService<JobLoop>();
        }
    }

    public static void Map(IEndpointRouteBuilder routes, PurserSettings settings)
    {
        ListJobs.Map(routes);
        if (settings.Simulation.Enabled)
        {
            SimulationClock.Map(routes);
        }
    }

    /// <summary>A simulation goes on where it stood when the server was stopped.</summary>
    public static Task PrepareAsync(IServiceProvider services, PurserSettings settings) =>
        settings.Simulation.Enabled ? services.GetRequiredService<SimulationClock>().ResumeAsync() : Task.CompletedTask;

    /// <summary>After the keys are there: the programs of a simulation get in.</summary>
    public static Task OpenSimulationAsync(IServiceProvider services, PurserSettings settings) =>
        settings.Simulation is { Enabled: true, CredentialsFile.Length: > 0 } ? services.GetRequiredService<SimulationAccess>().WriteAsync() : Task.CompletedTask;
}
