using Purser.Server.Jobs;

namespace Purser.Server.Search;

/// <summary>One search over everything that has a name or a number.</summary>
public static class SearchFeature
{
    public static void Add(IServiceCollection services)
    {
        services.AddSingleton<FindEverything>();
        services.AddSingleton<SearchRepair>();
        services.AddJob<SearchRepair>("search.repair", SearchRepair.Period, JobClock.Machine);
    }

    public static void Map(IEndpointRouteBuilder routes) => FindEverything.Map(routes);
}
