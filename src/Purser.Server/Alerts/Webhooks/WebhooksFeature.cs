using Purser.Server.Jobs;
using Purser.Server.People;
using Purser.Server.Web;

namespace Purser.Server.Alerts.Webhooks;

/// <summary>Alerts go outward: webhooks of a Smart Account (AL-04).</summary>
public static class WebhooksFeature
{
    public static void Add(IServiceCollection services) => services
        .AddSingleton<WebhookSecrets>()
        .AddSingleton<WebhookConnection>()
        .AddSingleton<SaveWebhook>()
        .AddSingleton<ListWebhooks>()
        .AddSingleton<SendAgain>()
        .AddJob<SpreadAlerts>(SpreadAlerts.Name, TimeSpan.FromSeconds(10), JobClock.Machine)
        .AddJob<DeliverWebhooks>(DeliverWebhooks.Name, TimeSpan.FromSeconds(10), JobClock.Machine)
        .AddJob<ForgetDeliveries>(ForgetDeliveries.Name, TimeSpan.FromHours(1))
        .AddNavigation(new NavigationItem(NavigationGroup.Account, 60, "Webhooks", "send", "/accounts/{account}/webhooks", Permission.WebhookManage));

    public static void Map(IEndpointRouteBuilder routes)
    {
        SaveWebhook.Map(routes);
        ListWebhooks.Map(routes);
        SendAgain.Map(routes);
        WebhookForms.Map(routes);
    }
}
