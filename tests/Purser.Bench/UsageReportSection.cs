using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Purser.Protocol;
using Purser.Protocol.Trust;
using Purser.Protocol.Usage;
using Purser.Server;
using Purser.Server.Commands;
using Purser.Server.Settings;
using Purser.Server.Store;
using Purser.Server.Usage;
using Purser.Server.Usage.Trust;

namespace Purser.Bench;

/// <summary>
/// Usage reports are received: uploads of several product instances with several reports each, and beside them one command, and so one transaction, for each
/// report. Both read every report, check its signature with the key of its trust code, count it and acknowledge it.
/// </summary>
internal static class UsageReportSection
{
    private const int DevicesInUpload = 10;
    private const int ReportsOfDevice = 10;
    private const int WarmUp = 2;

    public static async Task<JsonObject> RunAsync(Engine engine, Options options)
    {
        var store = await BenchStore.NewAsync(engine, "reports");
        await Estate.MakeAsync(store);
        var (ours, naive) = (new List<double>(), new List<double>());
        var settings = new PurserSettings { Store = store.Settings, Jobs = new JobSettings { Enabled = false } };
        await using (var app = PurserServer.Build(settings, []))
        {
            await PurserServer.PrepareAsync(app);
            await MeasureAsync(app.Services, account: 0, WarmUp, oneByOne: true);
            await MeasureAsync(app.Services, account: 1, WarmUp, oneByOne: false);
            for (var round = 1; round <= options.Rounds; round++)
            {
                naive.Add(await MeasureAsync(app.Services, 2 * round, options.Uploads, oneByOne: true));
                ours.Add(await MeasureAsync(app.Services, (2 * round) + 1, options.Uploads, oneByOne: false));
            }
        }

        await store.DropAsync();
        var report = Report.Rivals("usage reports", ours, naive);
        report["reports"] = options.Uploads * DevicesInUpload * ReportsOfDevice;
        return report;
    }

    /// <returns>Reports a second.</returns>
    private static async Task<double> MeasureAsync(IServiceProvider services, int account, int uploads, bool oneByOne)
    {
        var receive = services.GetRequiredService<ReceiveReports>();
        var texts = new List<List<string>>();
        for (var upload = 0; upload < uploads; upload++)
        {
            texts.Add(await UploadAsync(services, account, upload));
        }

        var calls = oneByOne ? [.. texts.SelectMany(upload => upload).Select(text => new List<string> { text })] : texts;
        var watch = Stopwatch.StartNew();
        foreach (var call in calls)
        {
            var done = Check(await receive.HandleAsync(CommandOf(ReceiveReports.Name, account), Estate.VirtualAccountId(account), ReportSource.Api, call));
            if (done.Counted != call.Count)
            {
                throw new InvalidOperationException($"{done.Counted} of {call.Count} reports were counted");
            }
        }

        return uploads * DevicesInUpload * ReportsOfDevice / watch.Elapsed.TotalSeconds;
    }

    private static async Task<List<string>> UploadAsync(IServiceProvider services, int account, int upload)
    {
        var texts = new List<string>();
        for (var number = 0; number < DevicesInUpload; number++)
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var udi = new Udi(Estate.Pid, string.Create(CultureInfo.InvariantCulture, $"A{account}U{upload}N{number}"));
            var trust = await TrustAsync(services, account, udi, key);
            texts.AddRange(Enumerable.Range(1, ReportsOfDevice).Select(id => SealedReport.Seal(ReportOf(services, udi, id), key, trust).Write()));
        }

        return texts;
    }

    private static async Task<string> TrustAsync(IServiceProvider services, int account, Udi udi, ECDsa key)
    {
        var request = new TrustRequest(udi, Estate.SoftwareTag, key.ExportSubjectPublicKeyInfo(), services.GetRequiredService<DomainClock>().Now).Seal(key);
        var done = Check(await services.GetRequiredService<EstablishTrust>().FileAsync(CommandOf(EstablishTrust.Name, account), Estate.VirtualAccountId(account), TrustRequestFile.Write([request])));
        return TrustCode.Read(ImportFile.Read(done.Codes!).Value.Elements[0].Data).Value.Id;
    }

    /// <summary>A day each, one after the other.</summary>
    private static UsageReport ReportOf(IServiceProvider services, Udi udi, int id)
    {
        var from = services.GetRequiredService<DomainClock>().Now.AddDays(id - ReportsOfDevice - 1);
        return new UsageReport(UsageReport.Version2, (ulong)id, Estate.SoftwareTag, udi, Estate.EntitlementTag(id % 2), "17.09.02", [new Measurement(from, from, from.AddDays(1), 1 + (id % 3))]);
    }

    private static Command CommandOf(string name, int account) => new(name, Actor.System, new { }) { Accounts = [Estate.AccountId(account)] };

    private static T Check<T>(Verdict<T> verdict) => verdict.IsOk ? verdict.Value : throw new InvalidOperationException(verdict.Refusal!.ToString());
}
