using Purser.Server.Jobs;

namespace Purser.Server.Usage.Push;

/// <summary>Product instances that are licensed by policy push their files and get the answers over the network.</summary>
internal static class PushFeature
{
    public static void Add(IServiceCollection services) => services
        .AddSingleton<PushDesk>()
        .AddSingleton<PushSenders>()
        .AddSingleton<PushNonces>()
        .AddSingleton<PushFileWork>()
        .AddSingleton<PushedFiles>()
        .AddJob<CarryOutPushes>(CarryOutPushes.Name, TimeSpan.FromSeconds(1), JobClock.Machine)
        .AddJob<ForgetPushes>(ForgetPushes.Name, TimeSpan.FromHours(1));
}
