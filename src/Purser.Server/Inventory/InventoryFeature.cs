using Purser.Server.People;
using Purser.Server.Web;

namespace Purser.Server.Inventory;

/// <summary>The pages of daily work: what lies in a virtual account, what needs attention, what has happened.</summary>
public static class InventoryFeature
{
    public static void Add(IServiceCollection services)
    {
        services.AddSingleton<VirtualAccountPicker>();
        services.AddSingleton<InventoryFigures>();
        services.AddSingleton<FirstStepsQuery>();
        services.AddNavigation(
            new NavigationItem(NavigationGroup.Work, 10, "Alerts", "bell", "/accounts/{account}/alerts", Permission.AlertView) { Badge = shell => shell.Account?.Alerts ?? default },
            new NavigationItem(NavigationGroup.Work, 20, "Inventory", "package", "/accounts/{account}/inventory", Permission.LicenseView),
            new NavigationItem(NavigationGroup.Work, 60, "Activity", "activity", "/accounts/{account}/activity", Permission.TransactionView));
    }
}
