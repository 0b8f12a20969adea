using Purser.Server.Commands;
using Purser.Server.Licenses;
using Purser.Server.Settings;

namespace Purser.Server.Store;

/// <summary>Database, clock, ids, secrets, and the write path over them.</summary>
public static class StoreFeature
{
    public static void Add(IServiceCollection services, PurserSettings settings)
    {
        var (box, madeFile) = MasterKey.Load(settings);
        if (madeFile is not null)
        {
            Console.WriteLine($"Made a master key in {madeFile}. Back it up apart from the database: without it no sealed value can be read.");
        }

        services.AddSingleton(box);
        services.AddSingleton(_ =>
        {
            if (!settings.Store.IsPostgres)
            {
                PrivateFile.MakeFolder(settings.Store.DataDirectory);
            }

            return new Database(settings.Store);
        });
        services.AddSingleton<StoreLock>();
        services.AddSingleton<DomainClock>();
        services.AddSingleton<IdSource>();
        services.AddSingleton(ExpiryPeriods.Of(settings.Licenses));
        services.AddSingleton(DayZone.Of(settings.Licenses));
        services.AddSingleton<WritePath>();
        services.AddSingleton<Migrator>();
    }
}
