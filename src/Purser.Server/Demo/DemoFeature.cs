using Microsoft.EntityFrameworkCore;
using Purser.Server.Jobs;
using Purser.Server.Settings;
using Purser.Server.Store;

namespace Purser.Server.Demo;

/// <summary>The demo estate: made once, in an installation in which nobody is known yet.</summary>
public static class DemoFeature
{
    public static void Add(IServiceCollection services, PurserSettings settings)
    {
        services.AddSingleton<DemoEstate>();
        if (settings.Demo.Enabled)
        {
            services.AddJob<DemoOrdersJob>(DemoOrdersJob.Name, DemoOrdersJob.Period);
        }
    }

    /// <summary>Before the authority makes its keys: an estate with a past begins in the past.</summary>
    public static async Task PrepareClockAsync(IServiceProvider services, PurserSettings settings)
    {
        if (settings.Demo.Enabled && settings.Demo.HistoryDays > 0 && await IsEmptyAsync(services))
        {
            var clock = services.GetRequiredService<DomainClock>();
            clock.HoldAt(clock.Now.AddDays(-settings.Demo.HistoryDays));
        }
    }

    public static async Task PrepareAsync(IServiceProvider services, PurserSettings settings, CancellationToken cancellation = default)
    {
        if (settings.Demo.Enabled && await IsEmptyAsync(services))
        {
            await services.GetRequiredService<DemoEstate>().MakeAsync(cancellation);
        }
    }

    private static async Task<bool> IsEmptyAsync(IServiceProvider services)
    {
        await using var db = services.GetRequiredService<Database>().Read();
        return !await db.Users.AnyAsync() && !await db.Accounts.AnyAsync();
    }
}
