using Purser.Server.Jobs;
using Purser.Server.People;
using Purser.Server.Web;

namespace Purser.Server.Reports;

/// <summary>Reports on licenses, license subscriptions and product instances (help ch. 8).</summary>
public static class ReportsFeature
{
    public static void Add(IServiceCollection services) => services
        .AddSingleton<RunReport>()
        .AddSingleton<ListSavedViews>()
        .AddSingleton<SaveView>()
        .AddJob<MailReports>(MailReports.Name, MailReports.Period)
        .AddNavigation(new NavigationItem(NavigationGroup.Work, 40, "Reports", "report", "/accounts/{account}/reports", Permission.ReportRun));

    public static void Map(IEndpointRouteBuilder routes)
    {
        ReportRoutes.Map(routes);
        ListSavedViews.Map(routes);
        SaveView.Map(routes);
        SavedViewForms.Map(routes);
    }
}
