using System.Data;
using System.Data.Common;
using System.Diagnostics;
using System.Security.Cryptography;
using Purser.Server.Events;
using Purser.Server.Licenses;
using Purser.Server.Store;

namespace Purser.Bench;

/// <summary>
/// The naive reference: the same rows on the same tables, one transaction per request, one prepared statement per row, plain SQL in a loop.
/// It speaks no HTTP, checks no signature and signs nothing. Look-ups are those that a correct program needs: earlier answer, locked head,
/// device, use, pool.
/// </summary>
internal sealed class NaiveLoop(Database database, IReadOnlyList<NaiveTarget> targets)
{
    public async Task<double> RunAsync(int connections, double warmUpSeconds, double seconds)
    {
        var watch = Stopwatch.StartNew();
        var counts = await Task.WhenAll(Enumerable.Range(0, connections).Select(worker => Task.Run(() => WorkAsync(worker, watch, warmUpSeconds, seconds))));
        return counts.Sum() / seconds;
    }

    private async Task<long> WorkAsync(int worker, Stopwatch watch, double warmUpSeconds, double seconds)
    {
        await using var connection = await database.ConnectAsync();
        await using var statements = new NaiveStatements(connection, database.Engine);
        long done = 0;
        long turn = worker * 7919L;
        while (watch.Elapsed.TotalSeconds < warmUpSeconds + seconds)
        {
            turn++;
            var target = targets[(int)(turn * 2654435761L % targets.Count)];
            await OneAsync(connection, statements, target, 1 + (turn % 9));
            if (watch.Elapsed.TotalSeconds >= warmUpSeconds && watch.Elapsed.TotalSeconds < warmUpSeconds + seconds)
            {
                done++;
            }
        }

        return done;
    }

    private static async Task OneAsync(DbConnection connection, NaiveStatements sql, NaiveTarget target, long count)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var requestHash = RandomNumberGenerator.GetBytes(32);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted);
        sql.Join(transaction);

        await sql.Answer.ScalarAsync(requestHash);
        var (seq, previous) = await sql.ReadHeadAsync(target.AccountId);
        await sql.Device.ScalarAsync(target.AccountId, target.DeviceId);
        await sql.Certificate.ScalarAsync(target.CertificateSerial);
        var before = (long?)await sql.Use.ScalarAsync(target.AccountId, target.DeviceId, target.EntitlementId) ?? 0;
        await sql.Pool.ScalarAsync(target.AccountId, target.VirtualAccountId, target.EntitlementId);

        var row = new EventRow
        {
            AccountId = target.AccountId, Seq = seq + 1, At = DateTimeOffset.FromUnixTimeSeconds(now), Kind = ProductInstanceEvents.RequestedLicenseKind,
            Message = ProductInstanceEvents.RequestedLicense(target.Name, "DEFAULT", count, "Bench").Message, VirtualAccountId = target.VirtualAccountId,
            EntitlementId = target.EntitlementId, DeviceId = target.DeviceId, ActorName = target.Name, Hash = [],
        };
        row.Hash = HashChain.Of(row, previous);

        await sql.InsertAnswer.RunAsync(requestHash, RandomNumberGenerator.GetBytes(32), target.Response, now);
        await sql.UpdateDevice.RunAsync(now, now, target.AccountId, target.DeviceId);
        await sql.UpsertUse.RunAsync(target.AccountId, target.DeviceId, target.EntitlementId, target.VirtualAccountId, count, now);
        await sql.UpdatePool.RunAsync(count - before, target.AccountId, target.VirtualAccountId, target.EntitlementId);
        await sql.UpsertHistory.RunAsync(target.AccountId, target.VirtualAccountId, target.EntitlementId, PoolHours.Of(row.At).ToUnixTimeSeconds(), count);
        await sql.InsertEvent.RunAsync(
            row.AccountId, row.Seq, now, row.Kind, row.Message, target.VirtualAccountId, target.EntitlementId, target.DeviceId, row.ActorName, row.Hash);
        await sql.UpdateHead.RunAsync(row.Seq, row.Hash, target.AccountId);
        await transaction.CommitAsync();
    }
}

/// <summary>A device and the pool it draws on, by their keys.</summary>
internal sealed record NaiveTarget(
    long AccountId, long VirtualAccountId, long DeviceId, long EntitlementId, string CertificateSerial, string Name, string Response);
