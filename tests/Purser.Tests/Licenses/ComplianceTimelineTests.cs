using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Devices;
using Purser.Server.Licenses;
using Purser.Server.People;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Licenses;

/// <summary>The explanation's timeline, coming dates and remedies, and that none of it tells of neighbours (LI-13).</summary>
[Trait("Feature", "LI-13")]
public sealed class ComplianceTimelineTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task The_timeline_tells_each_turn_and_the_act_that_made_it(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var stock = await TestStock.MakeAsync(installation);
        await stock.DepositAsync("A", 5);
        await stock.DepositAsync("A", 3, LicenseTerms.Term(new DateOnly(2026, 1, 1), new DateOnly(2026, 1, 20), DayZone.Utc));
        await stock.DepositAsync("B", 20);
        await stock.UseAsync("A", 7);

        // 21 Jan 00:00: three expire, two are missing. Three days later they come from B. Then one more device asks.
        installation.Clock.HoldAt(new DateTimeOffset(2026, 1, 21, 0, 0, 30, TimeSpan.Zero));
        await installation.Get<ExpireLicenses>().HandleAsync(Stop);
        installation.Advance(TimeSpan.FromDays(3));
        await TransferAsync(installation, stock, "B", "A", 2);
        installation.Advance(TimeSpan.FromMinutes(10));
        await stock.UseAsync("A", 4);

        using var administrator = await installation.People.ApiAsync(stock.Account);
        var report = await ReportAsync(administrator, stock, "A");
        Assert.Equal(
            [
                "2026-01-24 00:10 Short Out of compliance", "2026-01-24 00:00 Recovered In compliance again",
                "2026-01-21 00:00 Short Out of compliance", "2026-01-10 08:00 Began First licenses or first use here",
            ],
            Turns(report).Select(turn => $"{turn.GetProperty("at").GetDateTimeOffset():yyyy-MM-dd HH:mm} {turn.GetProperty("kind").GetString()} {turn.GetProperty("text").GetString()}"));
        Assert.Equal("Licenses Transferred", Cause(report, 1));
        Assert.Equal("Licenses Expired", Cause(report, 2));
        Assert.Equal(report.GetProperty("since").GetString(), Turns(report)[0].GetProperty("at").GetString());

        // In compliance again at the instant at which B gives more; the alert's end and the timeline agree.
        installation.Advance(TimeSpan.FromMinutes(5));
        await TransferAsync(installation, stock, "B", "A", 4);
        report = await ReportAsync(administrator, stock, "A");
        Assert.Equal("2026-01-24T00:15:30+00:00", report.GetProperty("compliantSince").GetString());
        Assert.Empty(report.GetProperty("remedies").EnumerateArray());
    }

    [Theory, Engines]
    public async Task What_comes_on_which_day_is_told(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var stock = await TestStock.MakeAsync(installation);
        await stock.DepositAsync("A", 5, LicenseTerms.Term(new DateOnly(2026, 1, 1), new DateOnly(2026, 12, 31), DayZone.Utc));
        await stock.DepositAsync("A", 6, LicenseTerms.Term(new DateOnly(2026, 7, 1), new DateOnly(2027, 6, 30), DayZone.Utc));
        await stock.UseAsync("A", 3);
        installation.Advance(TimeSpan.FromDays(40));

        using var administrator = await installation.People.ApiAsync(stock.Account);
        var coming = Coming(await ReportAsync(administrator, stock, "A"));
        Assert.Contains(coming, line => line.StartsWith("2026-04-10", StringComparison.Ordinal) && line.Contains("silent for 40 days", StringComparison.Ordinal) && line.Contains("the 3 that it uses are released", StringComparison.Ordinal));
        Assert.Contains(coming, line => line.StartsWith("2026-07-01", StringComparison.Ordinal) && line.Contains("6 licenses begin", StringComparison.Ordinal));
        Assert.Contains(coming, line => line.StartsWith("2026-10-03", StringComparison.Ordinal) && line.Contains("Warning 90 days before the licenses that expire on 31 Dec 2026", StringComparison.Ordinal));
        Assert.Contains(coming, line => line.StartsWith("2027-01-01", StringComparison.Ordinal) && line.Contains("5 licenses expire", StringComparison.Ordinal));
        Assert.Equal(coming.Order(StringComparer.Ordinal), coming);
    }

    [Theory, Engines]
    public async Task Remedies_are_those_that_the_reader_may_carry_out(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var stock = await TestStock.MakeAsync(installation);
        await stock.DepositAsync("A", 2);
        await stock.DepositAsync("B", 9);
        await stock.UseAsync("A", 5);
        await stock.RunAsync<Done>(async scope =>
        {
            var draft = new LineDraft(await stock.LicenseAsync(), 2, LicenseTerms.Perpetual, LineSource.Order) { IsUpgradePending = true };
            await scope.Ledger(stock.Account.Id).DepositAsync(draft, await stock.PlaceAsync("A"), scope.NextId(IdKind.Transaction));
            return Verdict.Done;
        });
        installation.Advance(TimeSpan.FromDays(31));
        var a = await stock.PlaceAsync("A");
        async Task<string> KindsAsync(Role role, long? place = null)
        {
            using var api = await installation.People.ApiAsync(stock.Account, role, place);
            return string.Join(' ', (await ReportAsync(api, stock, "A")).GetProperty("remedies").EnumerateArray().Select(remedy => remedy.GetProperty("kind").GetString()));
        }

        Assert.Equal("Upgrade Transfer Reclaim Order", await KindsAsync(Role.SmartAccountUser));
        Assert.Equal("AskAdministrator Order", await KindsAsync(Role.SmartAccountViewer));
        Assert.Equal("Upgrade Reclaim AskAdministrator Order", await KindsAsync(Role.VirtualAccountUser, a));

        // What is detached is silent on purpose; nobody is advised to remove it.
        await stock.RunAsync<Done>(async scope =>
        {
            foreach (var device in await scope.Db.Devices.Where(row => row.AccountId == stock.Account.Id).ToListAsync())
            {
                device.Mode = DeviceMode.Detached;
            }

            return Verdict.Done;
        });
        Assert.Equal("Upgrade Transfer Order", await KindsAsync(Role.SmartAccountUser));
        await stock.RunAsync<Done>(async scope =>
        {
            foreach (var device in await scope.Db.Devices.Where(row => row.AccountId == stock.Account.Id).ToListAsync())
            {
                device.Mode = DeviceMode.Direct;
            }

            return Verdict.Done;
        });

        // The page offers each in one click.
        var browser = await FormBrowser.SignedInAsync(installation, await installation.People.PersonAsync(stock.Account, Role.SmartAccountUser));
        var page = await (await browser.GetAsync($"/accounts/{stock.Account.Domain}/inventory/{a}/licenses/{await stock.LicenseAsync()}/why")).Content.ReadAsStringAsync(Stop);
        foreach (var words in new[] { "Complete Upgrade…", "Transfer 3…", "Remove…", "Ask for it…", "What happened so far", "When it runs dry" })
        {
            Assert.Contains(words, page, StringComparison.Ordinal);
        }
    }

    [Theory, Engines]
    public async Task Nothing_of_it_tells_of_a_virtual_account_that_the_reader_does_not_see(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var stock = await TestStock.MakeAsync(installation);
        await stock.DepositAsync("A", 3);
        await stock.UseAsync("A", 5);
        using var reader = await installation.People.ApiAsync(stock.Account, Role.VirtualAccountAdministrator, await stock.PlaceAsync("A"));
        installation.Advance(TimeSpan.FromDays(1));
        var alone = await TextAsync(reader, stock);

        // At the same instants a neighbour gets licenses, uses, lacks and recovers: every answer stays the same to the letter.
        await stock.DepositAsync("Neighbour", 70);
        var device = await stock.UseAsync("Neighbour", 77);
        await stock.DepositAsync("Neighbour", 700);
        Assert.True(device > 0);
        Assert.Equal(alone, await TextAsync(reader, stock));
        Assert.DoesNotContain("Neighbour", alone, StringComparison.Ordinal);

        var elsewhere = $"{stock.Account.Api}/virtual-accounts/{await stock.PlaceAsync("Neighbour")}/licenses";
        foreach (var address in new[] { $"{elsewhere}?asOf=2026-01-10", $"{elsewhere}/{await stock.LicenseAsync()}?asOf=2026-01-10", $"{elsewhere}/{await stock.LicenseAsync()}/forecast", $"{elsewhere}/{await stock.LicenseAsync()}/explanation" })
        {
            var hidden = await reader.GetJsonAsync(address);
            var nowhere = await reader.GetJsonAsync(address.Replace($"/{await stock.PlaceAsync("Neighbour")}/", "/999999/", StringComparison.Ordinal));
            Assert.Equal((nowhere.Status, nowhere.Code, nowhere.Detail), (hidden.Status, hidden.Code, hidden.Detail));
        }
    }

    private static async Task<string> TextAsync(HttpClient api, TestStock stock)
    {
        var path = $"{stock.Account.Api}/virtual-accounts/{await stock.PlaceAsync("A")}/licenses";
        var texts = new List<string>();
        foreach (var address in new[] { $"{path}/{await stock.LicenseAsync()}/explanation", $"{path}/{await stock.LicenseAsync()}/forecast", $"{path}?asOf=2026-01-10", $"{path}/{await stock.LicenseAsync()}?asOf=2026-01-10", $"{path}/{await stock.LicenseAsync()}/usage" })
        {
            texts.Add(await api.GetStringAsync(address, Stop));
        }

        return string.Join('\n', texts);
    }

    private static async Task TransferAsync(TestInstallation installation, TestStock stock, string from, string to, long quantity)
    {
        var input = new TransferLicenses.Input(await stock.PlaceAsync(from), await stock.PlaceAsync(to), [new("Advantage", quantity)]);
        Assert.True((await installation.Get<TransferLicenses>().HandleAsync(new Command("t", Actor.System, input) { Accounts = [stock.Account.Id] }, input, Stop)).IsOk);
    }

    private static async Task<JsonElement> ReportAsync(HttpClient api, TestStock stock, string place) =>
        (await api.GetJsonAsync($"{stock.Account.Api}/virtual-accounts/{await stock.PlaceAsync(place)}/licenses/{await stock.LicenseAsync()}/explanation")).Json;

    private static List<JsonElement> Turns(JsonElement report) => [.. report.GetProperty("timeline").EnumerateArray()];

    private static string? Cause(JsonElement report, int turn) => Turns(report)[turn].GetProperty("cause").GetProperty("kind").GetString();

    private static List<string> Coming(JsonElement report) =>
        [.. report.GetProperty("consequences").EnumerateArray().Where(row => row.GetProperty("at").ValueKind == JsonValueKind.String)
            .Select(row => $"{row.GetProperty("at").GetDateTimeOffset():yyyy-MM-dd} {row.GetProperty("text").GetString()}")];
}
