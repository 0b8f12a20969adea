using Purser.Server.Devices.Committing;
using Purser.Server.Devices.Door;

namespace Purser.Server.Devices;

/// <summary>Product instances: the door they knock at, the committer behind it, and what people see and do.</summary>
public static class DevicesFeature
{
    public static void Add(IServiceCollection services)
    {
        services.AddSingleton<KnownKeys>();
        services.AddSingleton<MessageCheck>();
        services.AddSingleton<BatchRunner>();
        services.AddSingleton<DeviceCommitter>();
        services.AddHostedService(provider => provider.GetRequiredService<DeviceCommitter>());
        services.AddSingleton<DeviceDesk>();
    }

    public static void Map(IEndpointRouteBuilder routes) => DeviceDoor.Map(routes);
}
