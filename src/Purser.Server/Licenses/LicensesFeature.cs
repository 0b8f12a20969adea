using Purser.Server.Jobs;

namespace Purser.Server.Licenses;

public static class LicensesFeature
{
    public static void Add(IServiceCollection services)
    {
        services.AddSingleton<AddLicenses>();
        services.AddSingleton<RemoveLicenses>();
        services.AddJob<ExpireLicenses>("licenses.expire", ExpireLicenses.Period);
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        AddLicenses.Map(routes);
        RemoveLicenses.Map(routes);
    }
}
