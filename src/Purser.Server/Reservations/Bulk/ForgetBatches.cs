using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Jobs;
using Purser.Server.Settings;
using Purser.Server.Store;

namespace Purser.Server.Reservations.Bulk;

/// <summary>Finished batches go after a while, each with its archive. What was reserved stays: each product instance has its authorization code.</summary>
public sealed class ForgetBatches(Database database, DomainClock clock, PurserSettings settings) : IJob
{
    public const string Name = "reservations.forget-many";

    private const int AtOnce = 50;

    public async Task<string> RunAsync(CancellationToken cancellation)
    {
        var before = clock.Now.AddDays(-settings.Licenses.BatchDays);
        var forgotten = 0;
        while (await OldAsync(before, cancellation) is { Count: > 0 } old)
        {
            foreach (var batch in old)
            {
                await database.WriteAsync(db => ForgetAsync(db, batch, before, cancellation), cancellation);
                forgotten++;
            }
        }

        return string.Create(CultureInfo.InvariantCulture, $"{forgotten} batches forgotten");
    }

    private async Task<List<ReservationBatch>> OldAsync(DateTimeOffset before, CancellationToken cancellation)
    {
        await using var db = database.Read();
        return await db.ReservationBatches.Where(row => row.FinishedAt != null && row.FinishedAt <= before).OrderBy(row => row.Id).Take(AtOnce).ToListAsync(cancellation);
    }

    /// <summary>The batch before its codes: one whose refused codes are being tried again meanwhile keeps them.</summary>
    private static async Task ForgetAsync(PurserContext db, ReservationBatch batch, DateTimeOffset before, CancellationToken cancellation)
    {
        var stale = db.ReservationBatches.Where(row => row.AccountId == batch.AccountId && row.Id == batch.Id && row.FinishedAt != null && row.FinishedAt <= before);
        if (await stale.ExecuteDeleteAsync(cancellation) > 0)
        {
            await db.ReservationBatchItems.Where(row => row.AccountId == batch.AccountId && row.BatchId == batch.Id).ExecuteDeleteAsync(cancellation);
        }
    }
}
