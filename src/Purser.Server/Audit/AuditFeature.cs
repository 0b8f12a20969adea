using Purser.Server.Jobs;

namespace Purser.Server.Audit;

/// <summary>The book verified against everything derived from it: by a command, and by a job.</summary>
public static class AuditFeature
{
    public static void Add(IServiceCollection services) =>
        services.AddSingleton<AuditBook>().AddJob<AuditJob>("audit", AuditJob.Period, JobClock.Machine);
}
