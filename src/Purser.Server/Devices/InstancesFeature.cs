using Purser.Server.Devices.Silence;
using Purser.Server.Jobs;

namespace Purser.Server.Devices;

/// <summary>Product instances as people and programs see them: lists, details, transfer, removal, and what happens when they fall silent.</summary>
public static class InstancesFeature
{
    public static void Add(IServiceCollection services) =>
        services.AddJob<SilenceSweep>(SilenceSweep.Name, TimeSpan.FromMinutes(10));
}
