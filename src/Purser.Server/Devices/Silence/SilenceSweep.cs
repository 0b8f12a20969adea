using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Jobs;
using Purser.Server.Settings;
using Purser.Server.Store;

namespace Purser.Server.Devices.Silence;

/// <summary>
/// Finds product instances that have been silent for too long and acts, an account and a slice at a time. Only directly registered ones: reserved
/// ones never call, a satellite's clock is its own, detached ones may be away, devices licensed by policy owe reports instead (domain rules 7.4).
/// </summary>
public sealed class SilenceSweep(Database database, DomainClock clock, WritePath writePath, PurserSettings settings) : IJob
{
    public const string Name = "devices.silence";

    // While a slice is written, the account's devices wait.
    private const int Slice = 250;

    private readonly SilenceRules rules = SilenceRules.Of(settings.Devices);

    /// <summary>What the audit shows of a slice.</summary>
    public sealed record Input(IReadOnlyList<long> Devices);

    public sealed record Answer(int Warned, int Released, int Removed)
    {
        public static Answer operator +(Answer one, Answer other) =>
            new(one.Warned + other.Warned, one.Released + other.Released, one.Removed + other.Removed);
    }

    public async Task<string> RunAsync(CancellationToken cancellation)
    {
        var sum = new Answer(0, 0, 0);
        foreach (var account in (await DueAsync(cancellation)).GroupBy(device => device.AccountId))
        {
            foreach (var slice in account.Select(device => device.Id).Chunk(Slice))
            {
                sum += await ActAsync(account.Key, slice, cancellation);
            }
        }

        return string.Create(CultureInfo.InvariantCulture, $"{sum.Warned} warned, {sum.Released} released, {sum.Removed} removed");
    }

    /// <summary>Everybody whose next stage has come, by the index over stage and last contact.</summary>
    private async Task<IReadOnlyList<(long AccountId, long Id)>> DueAsync(CancellationToken cancellation)
    {
        await using var db = database.Read();
        var due = new List<(long, long)>();
        for (var done = SilenceStage.None; done < SilenceStage.Removed; done++)
        {
            var rows = await Due(db, done).Select(device => new { device.AccountId, device.Id }).ToListAsync(cancellation);
            due.AddRange(rows.Select(row => (row.AccountId, row.Id)));
        }

        return due;
    }

    private IQueryable<Device> Due(PurserContext db, SilenceStage done)
    {
        var now = clock.Now;
        var atStage = db.Devices.Where(device => device.State == DeviceState.Registered && device.Mode == DeviceMode.Direct && device.SilenceStage == (int)done);
        if (done + 1 == SilenceStage.Removed && rules.RemoveWithCertificate)
        {
            return atStage.Where(device => device.CertificateEndsAt <= now);
        }

        var latest = rules.LatestContact(done + 1, now);
        return atStage.Where(device => device.LastContactAt <= latest && (device.SilenceFrom == null || device.SilenceFrom <= latest));
    }

    private async Task<Answer> ActAsync(long accountId, IReadOnlyList<long> ids, CancellationToken cancellation)
    {
        // Three alerts a device at most, where the clock jumped over all stages.
        var command = new Command(Name, Actor.System, new Input(ids)) { Accounts = [accountId], Ids = 64 + (ids.Count * 3) };
        var verdict = await writePath.RunAsync<Answer>(
            command,
            async scope => await (await SilenceSlice.LoadAsync(scope, rules, accountId, ids)).ActAsync(),
            cancellation);
        return verdict.IsOk ? verdict.Value : throw new InvalidOperationException($"Account {accountId}: {verdict.Refusal!.Detail}");
    }
}
