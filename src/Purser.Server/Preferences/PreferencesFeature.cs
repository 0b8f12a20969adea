using Purser.Server.Jobs;
using Purser.Server.People;
using Purser.Server.Web;

namespace Purser.Server.Preferences;

/// <summary>License configuration with its change log, and e-mail notification (RP-02, RP-03; help ch. 9).</summary>
public static class PreferencesFeature
{
    public static void Add(IServiceCollection services)
    {
        services.AddSingleton<ConfigureLicenses>();
        services.AddSingleton<ChooseMails>();
        services.AddSingleton<NewsMail>();
        services.AddJob<TellNews>(TellNews.Name, TimeSpan.FromMinutes(1));
        services.AddJob<DailySummary>(DailySummary.Name, TimeSpan.FromMinutes(1));
        services.AddNavigation(new NavigationItem(NavigationGroup.Work, 90, "Preferences", "settings", "/accounts/{account}/preferences", Permission.AlertView));
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        ConfigureLicenses.Map(routes);
        ChooseMails.Map(routes);
        PreferencesForms.Map(routes);
    }
}
