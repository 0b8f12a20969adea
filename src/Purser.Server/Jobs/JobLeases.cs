using Microsoft.EntityFrameworkCore;
using Purser.Server.Pki;
using Purser.Server.Store;

namespace Purser.Server.Jobs;

/// <summary>
/// A job belongs to the node whose update of its row was the first (stack notes 3). Leases live by the machine's clock and are renewed while the
/// job works; a node that died loses its lease by itself.
/// </summary>
public sealed class JobLeases(Database database, TimeProvider machine)
{
    private static readonly TimeSpan Length = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(40);

    /// <summary>The lease of a job that is due and that nobody works on; otherwise null.</summary>
    public async Task<JobLease?> TakeAsync(string job, DateTimeOffset now, CancellationToken cancellation)
    {
        await using (var db = database.Read())
        {
            var row = await db.Jobs.FirstOrDefaultAsync(row => row.Name == job, cancellation);
            if (row is not null && (row.NextDueAt > now || row.LeasedUntil > machine.GetUtcNow()))
            {
                return null;
            }

            if (row is null)
            {
                await AddAsync(job, cancellation);
            }
        }

        var holder = $"{Environment.MachineName}:{Environment.ProcessId}:{SecretSource.NewUuid()}";
        var taken = await UpdateAsync(
            rows => rows.Where(row => row.Name == job && row.NextDueAt <= now && row.LeasedUntil <= machine.GetUtcNow()), holder, cancellation);
        return taken ? new JobLease(this, database, machine, job, holder, RenewEvery) : null;
    }

    internal Task<bool> RenewAsync(string job, string holder, CancellationToken cancellation) =>
        UpdateAsync(rows => rows.Where(row => row.Name == job && row.LeasedBy == holder), holder, cancellation);

    private async Task<bool> UpdateAsync(Func<IQueryable<JobRow>, IQueryable<JobRow>> which, string holder, CancellationToken cancellation)
    {
        var changed = 0;
        await database.WriteAsync(
            async db => changed = await which(db.Jobs).ExecuteUpdateAsync(
                set => set.SetProperty(row => row.LeasedBy, holder).SetProperty(row => row.LeasedUntil, machine.GetUtcNow() + Length), cancellation),
            cancellation);
        return changed == 1;
    }

    private async Task AddAsync(string job, CancellationToken cancellation)
    {
        try
        {
            await database.WriteAsync(
                db =>
                {
                    db.Jobs.Add(new JobRow { Name = job, LeasedUntil = DateTimeOffset.UnixEpoch, NextDueAt = DateTimeOffset.UnixEpoch });
                    return Task.CompletedTask;
                },
                cancellation);
        }
        catch (DbUpdateException)
        {
            // Another node was faster; the guarded update decides who runs it.
        }
    }
}
