namespace Purser.Server.Catalog;

public static class CatalogFeature
{
    public static void Add(IServiceCollection services)
    {
        services.AddSingleton<CatalogCache>();
        services.AddSingleton<BrowseCatalog>();
        services.AddSingleton<ApplyCatalog>();
        services.AddSingleton<ImportCatalog>();
    }

    public static void Map(IEndpointRouteBuilder routes) => CatalogRoutes.Map(routes);
}
