using Purser.Server.People;
using Purser.Server.Web;

namespace Purser.Server.Catalog;

public static class CatalogFeature
{
    public static void Add(IServiceCollection services)
    {
        services.AddSingleton<CatalogCache>();
        services.AddSingleton<BrowseCatalog>();
        services.AddSingleton<ApplyCatalog>();
        services.AddSingleton<ImportCatalog>();
        services.AddNavigation(new NavigationItem(NavigationGroup.Operator, 10, "Catalog", "package", "/operator/catalog", Permission.CatalogView));
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        CatalogRoutes.Map(routes);
        ExportCatalog.Map(routes);
        CatalogForms.Map(routes);
    }
}
