using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Jobs;
using Purser.Server.Store;

namespace Purser.Server.Usage.Bundles;

/// <summary>Finished bundles go after 30 days. What was counted stays, and each acknowledgement can always be made again.</summary>
public sealed class ForgetBundles(Database database, DomainClock clock) : IJob
{
    public const string Name = "usage.forget-bundles";

    public static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    public async Task<string> RunAsync(CancellationToken cancellation)
    {
        var before = clock.Now - Kept;
        List<UsageBundle> old;
        await using (var db = database.Read())
        {
            old = await db.UsageBundles.Where(row => row.FinishedAt != null && row.FinishedAt <= before).ToListAsync(cancellation);
        }

        foreach (var bundle in old)
        {
            await database.WriteAsync(async db =>
            {
                await db.UsageBundleFiles.Where(row => row.AccountId == bundle.AccountId && row.BundleId == bundle.Id).ExecuteDeleteAsync(cancellation);
                await db.UsageBundles.Where(row => row.AccountId == bundle.AccountId && row.Id == bundle.Id).ExecuteDeleteAsync(cancellation);
            }, cancellation);
        }

        return string.Create(CultureInfo.InvariantCulture, $"{old.Count} bundles forgotten");
    }
}
