using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Purser.Protocol;
using Purser.Protocol.Reservations;
using Purser.Server;
using Purser.Server.Commands;
using Purser.Server.Reservations;
using Purser.Server.Reservations.Bulk;
using Purser.Server.Settings;
using Purser.Server.Store;

namespace Purser.Bench;

/// <summary>
/// Many request codes become authorization files: in one file, as the job does it, and beside it one command, and so one transaction, for each code.
/// Both end with every code reserved and signed; the file is read within the measured time.
/// </summary>
internal static class BulkReservationSection
{
    private const string License = "Bench 0";
    private const int WarmUp = 300;

    public static async Task<JsonObject> RunAsync(Engine engine, Options options)
    {
        var store = await BenchStore.NewAsync(engine, "reservations");
        await Estate.MakeAsync(store);
        await AllowAsync(store);
        var (ours, naive) = (new List<double>(), new List<double>());
        var settings = new PurserSettings { Store = store.Settings, Jobs = new JobSettings { Enabled = false } };
        await using (var app = PurserServer.Build(settings, []))
        {
            await PurserServer.PrepareAsync(app);
            await NaiveAsync(app.Services, account: 0, WarmUp);
            await OursAsync(app.Services, account: 1, WarmUp);
            for (var round = 1; round <= options.Rounds; round++)
            {
                naive.Add(await NaiveAsync(app.Services, 2 * round, options.Codes));
                ours.Add(await OursAsync(app.Services, (2 * round) + 1, options.Codes));
            }
        }

        await store.DropAsync();
        var report = Report.Rivals("reservations", ours, naive);
        report["codes"] = options.Codes;
        return report;
    }

    private static async Task<double> NaiveAsync(IServiceProvider services, int account, int count)
    {
        var (reserve, codes) = (services.GetRequiredService<ReserveLicenses>(), Codes(account, count));
        var watch = Stopwatch.StartNew();
        foreach (var code in codes)
        {
            var input = new ReserveLicenses.Input(Estate.VirtualAccountId(account), code) { Licenses = [new ReservationWish(License, 1)] };
            Check(await reserve.HandleAsync(CommandOf(ReserveLicenses.Name, account, input), input));
        }

        return count / watch.Elapsed.TotalSeconds;
    }

    private static async Task<double> OursAsync(IServiceProvider services, int account, int count)
    {
        var csv = "Request Code,License,Quantity\n" + string.Concat(Codes(account, count).Select(code => $"{code},{License},1\n"));
        var (start, job) = (services.GetRequiredService<StartBulkReservation>(), services.GetRequiredService<CarryOutReservations>());
        var watch = Stopwatch.StartNew();
        var input = new StartBulkReservation.Input(Estate.VirtualAccountId(account), csv);
        var batch = Check(await start.HandleAsync(CommandOf(StartBulkReservation.Name, account, input), input));
        do
        {
            await job.RunAsync(CancellationToken.None);
            batch = Check(await services.GetRequiredService<ShowBatches>().HandleAsync(Actor.System, Estate.AccountId(account), batch.VirtualAccountId, batch.Id));
        }
        while (batch.State == ReservationBatchState.Running);
        var rate = count / watch.Elapsed.TotalSeconds;
        return batch.Done == count ? rate : throw new InvalidOperationException($"{batch.Refused} of {count} codes were refused");
    }

    private static async Task AllowAsync(BenchStore store)
    {
        await using var database = new Database(store.Settings);
        await using var db = database.Open();
        await db.Products.ExecuteUpdateAsync(set => set.SetProperty(row => row.Pids, Estate.Pid));
        await db.Accounts.ExecuteUpdateAsync(set => set.SetProperty(row => row.SpecificReservation, true));
    }

    private static List<string> Codes(int account, int count) =>
        [.. Enumerable.Range(0, count).Select(number => RequestCode.New(new Udi(Estate.Pid, $"A{account}N{number:D6}"), 0, RandomNumberGenerator.GetBytes(5)).Text)];

    private static Command CommandOf(string name, int account, object input) => new(name, Actor.System, input) { Accounts = [Estate.AccountId(account)] };

    private static T Check<T>(Verdict<T> verdict) => verdict.IsOk ? verdict.Value : throw new InvalidOperationException(verdict.Refusal!.ToString());
}
