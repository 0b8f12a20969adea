using Purser.Server.People;
using Purser.Server.Web;

namespace Purser.BrowserTests.Gallery;

static class GalleryNavigation
{
    public static NavigationItem[] Items { get; } =
    [
        new(NavigationGroup.Work, 10, "Alerts", "bell", "/alerts", Permission.SignedIn) { Badge = shell => shell.Account?.Alerts ?? default },
        new(NavigationGroup.Work, 20, "Inventory", "package", "/gallery", Permission.SignedIn),
        new(NavigationGroup.Work, 30, "Reports", "report", "/reports", Permission.SignedIn),
        new(NavigationGroup.Work, 40, "Activity", "activity", "/accounts/{account}/activity", Permission.SignedIn),
        new(NavigationGroup.Account, 10, "Virtual accounts", "sitemap", "/accounts/{account}/virtual-accounts", Permission.AccountView),
        new(NavigationGroup.Account, 20, "People", "users", "/accounts/{account}/people", Permission.AccountView),
        new(NavigationGroup.Operator, 10, "Catalog", "book", "/operator/catalog", Permission.CatalogView),
        new(NavigationGroup.Operator, 20, "Orders", "shopping-cart", "/operator/orders", Permission.OrderView),
    ];

    public static void Fill(ShellState shell, bool signedIn)
    {
        if (!signedIn) return;
        shell.Person = new("Mara Lindqvist", "mara.lindqvist@aurora-logistics.example");
        shell.Account = new("1000001", "Aurora Logistics", "aurora-logistics.example", "/gallery", new(2, 14));
        shell.Accounts =
        [
            shell.Account,
            new("1000002", "Borealis Shipping", "borealis.example", "/gallery?account=2", new(0, 3)),
            new("1000003", "Cumulus Hospitals", "cumulus.example", "/gallery?account=3", default),
        ];
        shell.Can = permission => permission != Permission.OrderView;
        shell.RunningJobs = 1;
    }
}
