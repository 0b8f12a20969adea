using System.Text.Json.Nodes;
using Purser.Server.Store;

namespace Purser.Bench;

/// <summary>Does an authorization cost more with a million devices on file than with ten thousand?</summary>
internal static class ScaleSection
{
    private const long Few = 10_000;
    private const long Many = 1_000_000;

    public static async Task<JsonObject> RunAsync(BenchStore store, IReadOnlyList<BenchDevice> devices, Options options)
    {
        var few = await store.CopyAsync("few");
        var many = await store.CopyAsync("many");
        await FillAsync(few, Few);
        await FillAsync(many, Many);
        var fewRates = new List<double>();
        var manyRates = new List<double>();
        await using (var fewServer = await BenchServer.StartAsync(few))
        await using (var manyServer = await BenchServer.StartAsync(many))
        {
            for (var round = 0; round < options.Rounds; round++)
            {
                fewRates.Add(await RateAsync(fewServer, devices, options, 100 + round));
                manyRates.Add(await RateAsync(manyServer, devices, options, 200 + round));
            }
        }

        await few.DropAsync();
        await many.DropAsync();
        var ratio = BenchProgram.Median(fewRates) / BenchProgram.Median(manyRates);
        Console.WriteLine(
            $"  {"scale",-16} {BenchProgram.Median(fewRates),8:F0}/s with {Few:N0} devices on file, {BenchProgram.Median(manyRates):F0}/s with {Many:N0}: cost × {ratio:F2}");
        return new JsonObject
        {
            ["perSecondFew"] = Math.Round(BenchProgram.Median(fewRates), 1),
            ["perSecondMany"] = Math.Round(BenchProgram.Median(manyRates), 1),
            ["devicesFew"] = Few,
            ["devicesMany"] = Many,
            ["costRatio"] = Math.Round(ratio, 3),
        };
    }

    private static async Task<double> RateAsync(BenchServer server, IReadOnlyList<BenchDevice> devices, Options options, int turn)
    {
        var messages = BenchDevice.Authorizations(devices, (int)(options.Seconds * 1.34 * 4500), turn);
        var result = await LoadClient.RunAsync(RegistrationSection.Door(server), messages, options.Connections, options.Seconds / 3, options.Seconds);
        Answers.Check(result);
        return result.PerSecond;
    }

    /// <summary>More devices with their directory, certificate and use rows, spread over the same accounts and pools.</summary>
    private static async Task FillAsync(BenchStore store, long count)
    {
        await using var database = new Database(store.Settings);
        await Filler.RunAsync(database, Filler.Devices(store.Engine, count, Estate.Accounts));
        await Filler.RunAsync(database, Filler.Uses(store.Engine, count, Estate.Accounts, Estate.Entitlements));
        await Filler.RunAsync(
            database,
            ["update pool set in_use = (select coalesce(sum(requested), 0) from license_use u where u.account_id = pool.account_id "
             + "and u.virtual_account_id = pool.virtual_account_id and u.entitlement_id = pool.entitlement_id)"]);
        await Filler.RunAsync(database, Filler.Settle(store.Engine));
    }
}
