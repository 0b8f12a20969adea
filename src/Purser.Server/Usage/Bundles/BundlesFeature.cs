using Purser.Server.Jobs;

namespace Purser.Server.Usage.Bundles;

/// <summary>Bundles of collectors: usage reports of many product instances in, their acknowledgements out.</summary>
internal static class BundlesFeature
{
    public static void Add(IServiceCollection services) => services
        .AddSingleton<StartBundle>()
        .AddSingleton<ShowBundles>()
        .AddSingleton<BundleFileWork>()
        .AddSingleton<BundleProgress>()
        .AddJob<CarryOutBundles>(CarryOutBundles.Name, TimeSpan.FromSeconds(1), JobClock.Machine)
        .AddJob<ForgetBundles>(ForgetBundles.Name, TimeSpan.FromHours(1));

    /// <param name="place">Routes of a virtual account.</param>
    public static void Map(IEndpointRouteBuilder app, IEndpointRouteBuilder place)
    {
        var bundles = place.MapGroup("/usage-bundles");
        StartBundle.Map(bundles);
        ShowBundles.Map(bundles);
        BundleForms.Map(app);
    }
}
