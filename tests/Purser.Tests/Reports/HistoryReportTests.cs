using System.Net;
using Purser.Server.Licenses;
using Purser.Server.People;
using Purser.Server.Reports;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Reports;

/// <summary>The report on use over time, and its charts (RP-07).</summary>
[Trait("Feature", "RP-07")]
public sealed class HistoryReportTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task Each_period_has_its_end_its_peak_and_its_shortage(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var stock = await TestStock.MakeAsync(installation);

        // 10 Jan: 5 are there, 3 in use. 12 Jan: 3 more are asked for and one comes an hour later. 15 Jan: B begins.
        await stock.DepositAsync("A", 5);
        await stock.UseAsync("A", 3);
        installation.Advance(TimeSpan.FromDays(2));
        await stock.UseAsync("A", 3);
        installation.Advance(TimeSpan.FromHours(1));
        await stock.DepositAsync("A", 1);
        installation.Advance(TimeSpan.FromDays(3));
        await stock.DepositAsync("B", 9);
        installation.Advance(TimeSpan.FromHours(2));
        using var api = await installation.People.ApiAsync(stock.Account);
        var rows = (await RunAsync(api, stock, "?days=30&limit=100")).Items;
        Assert.Equal(60, rows.Count);
        string Row(string place, string day)
        {
            var row = rows.Single(row => row.GetProperty("virtualAccount").GetString() == place && row.GetProperty("to").GetString() == day);
            return $"{row.GetProperty("purchased")} {row.GetProperty("inUse")} {row.GetProperty("highestInUse")} {row.GetProperty("change")} {row.GetProperty("compliance").GetString()}";
        }

        Assert.Equal("    ", Row("A", "2026-01-09"));
        Assert.Equal("5 3 3  In compliance", Row("A", "2026-01-10"));
        Assert.Equal("5 3 3 0 In compliance", Row("A", "2026-01-11"));
        Assert.Equal("6 6 6 3 Was out of compliance", Row("A", "2026-01-12"));
        Assert.Equal("6 6 6 0 In compliance", Row("A", "2026-01-13"));
        Assert.Equal("9 0 0  In compliance", Row("B", "2026-01-15"));

        // By the week and by the month: 13 and 12 rows for each license.
        Assert.Equal(26, (await RunAsync(api, stock, "?limit=100")).Items.Count);
        var months = (await RunAsync(api, stock, "?days=365&limit=100")).Items;
        Assert.Equal(("2025-02-01", "2026-01-15"), (months[0].GetProperty("from").GetString(), months[11].GetProperty("to").GetString()));

        var csv = await api.GetStringAsync($"{stock.Account.Api}/reports/usage-history?format=csv&days=30", Stop);
        Assert.Contains("A,Advantage,Prepaid,2026-01-12,2026-01-12,6,6,6,0,0,3,Was out of compliance,", csv, StringComparison.Ordinal);
        var excel = SpreadsheetFile.Read(await (await api.GetAsync($"{stock.Account.Api}/reports/usage-history?format=xlsx", Stop)).Content.ReadAsByteArrayAsync(Stop));
        Assert.Equal(27, excel[0].Rows.Count);
        Assert.Contains(["Time", "The last 13 weeks, week by week"], excel[1].Rows);
    }

    [Theory, Engines]
    public async Task It_pages_by_whole_licenses_narrows_by_tags_and_keeps_to_what_is_seen(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var stock = await TestStock.MakeAsync(installation);
        await stock.DepositAsync("A", 5);
        await stock.DepositAsync("A", 4, license: "Essentials");
        await stock.DepositAsync("B", 3);
        using var api = await installation.People.ApiAsync(stock.Account);
        var (found, after) = (0, "");
        do
        {
            var page = await RunAsync(api, stock, $"?days=90&limit=20{after}");
            Assert.Equal(13, page.Items.Count);
            found += page.Items.Count;
            after = page.Json.GetProperty("next").GetString() is { } next ? $"&after={Uri.EscapeDataString(next)}" : "";
        }
        while (after.Length > 0);
        Assert.Equal(39, found);

        await api.PostJsonAsync($"{stock.Account.Api}/virtual-accounts/{await stock.PlaceAsync("A")}/license-tags/add", new { licenses = new[] { await stock.LicenseAsync() }, newTags = new[] { "core" } });
        Assert.Equal(13, (await RunAsync(api, stock, "?licenseTag=core&limit=100")).Items.Count);
        using var viewer = await installation.People.ApiAsync(stock.Account, Role.VirtualAccountViewer, await stock.PlaceAsync("B"));
        Assert.Equal(["B"], (await RunAsync(viewer, stock, "?limit=100")).Items.Select(row => row.GetProperty("virtualAccount").GetString()!).Distinct());
        var refused = await RunAsync(api, stock, "?days=31");
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "days"), (refused.Status, refused.Json.GetProperty("field").GetString()));
        Assert.Contains("30, 90 or 365 days", refused.Detail, StringComparison.Ordinal);
    }

    [Theory, Engines]
    public async Task In_the_browser_each_license_has_a_chart_with_its_table(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var stock = await TestStock.MakeAsync(installation);
        await stock.DepositAsync("A", 20);
        for (var week = 0; week < 7; week++)
        {
            await stock.UseAsync("A", 2);
            installation.Advance(TimeSpan.FromDays(7));
        }

        var browser = await FormBrowser.SignedInAsync(installation, await installation.People.PersonAsync(stock.Account, Role.SmartAccountUser));
        var report = await (await browser.GetAsync($"/accounts/{stock.Account.Domain}/reports/usage-history/run?name=Use&days=90")).Content.ReadAsStringAsync(Stop);
        Assert.Contains("Advantage in A", report, StringComparison.Ordinal);
        Assert.Contains("class=\"time-line chart-tone-2 dashed\"", report, StringComparison.Ordinal);
        Assert.DoesNotContain("style=", report[report.IndexOf("<main", StringComparison.Ordinal)..], StringComparison.Ordinal);

        // The details of the license: history and forecast as a drawing, with the sentence and the table.
        var usage = await (await browser.GetAsync($"/accounts/{stock.Account.Domain}/inventory?va={await stock.PlaceAsync("A")}&tab=licenses&license={await stock.LicenseAsync()}&view=usage&days=90"))
            .Content.ReadAsStringAsync(Stop);
        Assert.Contains("Forecast of demand", usage, StringComparison.Ordinal);
        Assert.Contains("it runs dry about", usage, StringComparison.Ordinal);
        Assert.Contains("(forecast)", usage, StringComparison.Ordinal);
        Assert.Contains("class=\"time-band chart-tone-2\"", usage, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(30, 30, "2024-01-31", "2024-02-29")]
    [InlineData(90, 13, "2023-12-01", "2024-02-29")]
    [InlineData(365, 12, "2023-03-01", "2024-02-29")]
    public void Periods_follow_each_other_without_a_gap(int days, int count, string first, string last)
    {
        var periods = HistoryPeriods.Of(days, new DateOnly(2024, 2, 29));
        Assert.Equal(count, periods.Count);
        Assert.Equal((first, last), ($"{periods[0].From:yyyy-MM-dd}", $"{periods[^1].To:yyyy-MM-dd}"));
        Assert.All(periods.Zip(periods.Skip(1)), pair => Assert.Equal(pair.First.To.AddDays(1), pair.Second.From));
    }

    private static Task<ApiAnswer> RunAsync(HttpClient api, TestStock stock, string query) => api.GetJsonAsync($"{stock.Account.Api}/reports/usage-history{query}");
}
