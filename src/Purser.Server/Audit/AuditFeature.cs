using Purser.Server.Jobs;
using Purser.Server.People;
using Purser.Server.Web;

namespace Purser.Server.Audit;

/// <summary>The book verified against everything derived from it: by a command, and by a job.</summary>
public static class AuditFeature
{
    public static void Add(IServiceCollection services)
    {
        services.AddSingleton<AuditBook>().AddJob<AuditJob>("audit", AuditJob.Period, JobClock.Machine);
        services.AddSingleton<ListAudit>();
        services.AddSingleton<ExportAudit>();
        services.AddNavigation(new NavigationItem(NavigationGroup.Operator, 70, "Audit", "list-check", "/operator/audit", Permission.AuditView));
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        ListAudit.Map(routes);
        ExportAudit.Map(routes);
    }
}
