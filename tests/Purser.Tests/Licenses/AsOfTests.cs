using System.Net;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Licenses;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Licenses;

/// <summary>The license table and details as of a past moment: the very numbers that the live ones had (LI-14). PURSER_TEST_SEED repeats a run.</summary>
[Trait("Feature", "LI-14")]
public sealed class AsOfTests(ITestOutputHelper output)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task The_past_is_what_the_table_showed_then(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var numbers = SeededNumbers.FromEnvironment("PURSER_TEST_SEED", TimeProvider.System);
        output.WriteLine($"PURSER_TEST_SEED={numbers.Seed}");
        var run = await Run.MakeAsync(installation, numbers);
        for (var step = 0; step < 120; step++)
        {
            await run.ActAsync();
            if (numbers.Chance(40))
            {
                await run.RememberAndGoOnAsync();
            }
        }

        await run.RememberAndGoOnAsync();
        Assert.True(run.Remembered > 30, "The run remembered too little to prove anything.");
        await run.AskAgainAsync();
    }

    [Theory, Engines]
    public async Task Programs_ask_by_day_and_by_hour_and_get_files(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var stock = await TestStock.MakeAsync(installation);
        await stock.DepositAsync("A", 5);
        installation.Advance(TimeSpan.FromDays(3));
        await stock.DepositAsync("A", 7);
        await stock.UseAsync("A", 14);
        installation.Advance(TimeSpan.FromHours(5));
        using var api = await installation.People.ApiAsync(stock.Account);
        var path = $"{stock.Account.Api}/virtual-accounts/{await stock.PlaceAsync("A")}/licenses";
        async Task<string> RowAsync(string asOf)
        {
            var items = (await api.GetJsonAsync($"{path}?asOf={asOf}")).Items;
            return items.Count == 0 ? "" : $"{items[0].GetProperty("purchased")} {items[0].GetProperty("inUse")} {items[0].GetProperty("balance")}";
        }

        // Made on 2026-01-10 at 08:00.
        Assert.Equal("5 0 5", await RowAsync("2026-01-10"));
        Assert.Equal("5 0 5", await RowAsync("2026-01-13T08:00:00Z"));
        Assert.Equal("12 14 -2", await RowAsync("2026-01-13T09:00:00Z"));
        Assert.Equal("12 14 -2", await RowAsync("2026-01-13T10:00:00%2B01:00"));
        Assert.Equal("12 14 -2", await RowAsync("2026-01-13"));
        Assert.Contains("Advantage,Prepaid,5,0,0,0,5", await api.GetStringAsync($"{path}?asOf=2026-01-11&format=csv", Stop), StringComparison.Ordinal);
        Assert.Single((await api.GetJsonAsync($"{path}?asOf=2026-01-13&short=true")).Items);
        Assert.Empty((await api.GetJsonAsync($"{path}?asOf=2026-01-11&short=true")).Items);

        var details = (await api.GetJsonAsync($"{path}/{await stock.LicenseAsync()}?asOf=2026-01-11")).Json;
        Assert.Equal(5, details.GetProperty("terms")[0].GetProperty("count").GetInt32());
        var refused = await api.GetJsonAsync($"{path}?asOf=2026-01-09");
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "asOf"), (refused.Status, refused.Json.GetProperty("field").GetString()));
        Assert.Contains("made on 10 Jan 2026", refused.Detail, StringComparison.Ordinal);
        Assert.Contains("advanced search", (await api.GetJsonAsync($"{path}?asOf=2026-01-11&po=7")).Detail, StringComparison.Ordinal);

        // The page says it, keeps the day in its links, and never fails on a bad one.
        var browser = await FormBrowser.SignedInAsync(installation, await installation.People.PersonAsync(stock.Account, Server.People.Role.SmartAccountViewer));
        var page = $"/accounts/{stock.Account.Domain}/inventory?va={await stock.PlaceAsync("A")}&tab=licenses&asOf=";
        var shown = await (await browser.GetAsync(page + "2026-01-11")).Content.ReadAsStringAsync(Stop);
        Assert.Contains("11 Jan 2026, 24:00 UTC", shown, StringComparison.Ordinal);
        Assert.Contains("asOf=2026-01-11", shown, StringComparison.Ordinal);
        Assert.Contains("lies in the future", await (await browser.GetAsync(page + "2027-01-11")).Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        Assert.Contains("as it was on", await (await browser.GetAsync($"{page}2026-01-11&license={await stock.LicenseAsync()}")).Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
    }

    /// <summary>Random movements of two tiers in two virtual accounts.</summary>
    private sealed class Run(TestInstallation installation, SeededNumbers numbers, TestStock stock, long[] places, long[] licenses, long[] devices)
    {
        private readonly List<(DateTimeOffset From, DateTimeOffset To, long Place, string Table, string Lines)> memory = [];

        public int Remembered => memory.Count;

        public static async Task<Run> MakeAsync(TestInstallation installation, SeededNumbers numbers)
        {
            var stock = await TestStock.MakeAsync(installation);
            await installation.Get<ApplyCatalog>().HandleAsync(Actor.System, new CatalogDraft
            {
                Entitlements = [new EntitlementDraft("Advantage", TierGroup: "stack", TierRank: 2), new EntitlementDraft("Essentials", TierGroup: "stack", TierRank: 1)],
                Skus = [new SkuDraft("UP", Lines: [new SkuLineDraft("Advantage") { Replaces = [new ReplacedDraft("Essentials", 1)] }])],
            });
            long[] places = [await stock.PlaceAsync("A"), await stock.PlaceAsync("B")];
            var devices = new List<long>();
            await stock.RunAsync<Done>(scope =>
            {
                devices.Clear();
                devices.AddRange(Enumerable.Range(0, 6).Select(number => TestDevices.Add(scope, stock.Account.Id, places[number % 2]).Id));
                return Task.FromResult<Verdict<Done>>(Verdict.Done);
            });
            return new Run(installation, numbers, stock, places, [await stock.LicenseAsync("Advantage"), await stock.LicenseAsync("Essentials")], [.. devices]);
        }

        public Task ActAsync() => numbers.Below(10) switch
        {
            < 3 => DepositAsync(),
            < 7 => UseAsync(),
            < 9 => TransferAsync(),
            _ => UpgradeAsync(),
        };

        /// <summary>The table now, which is the one of every full hour until something happens again; then time goes on.</summary>
        public async Task RememberAndGoOnAsync()
        {
            var from = installation.Clock.Now;
            var seen = new List<(long, string, string)>();
            foreach (var place in places)
            {
                seen.Add((place, await TableAsync(place, null), await HeldAsync(place)));
            }

            // Terms begin and end at midnight: each one is lived through.
            var until = from.AddMinutes(numbers.Between(61, 60 * 72));
            var next = Midnight(from) < until ? Midnight(from) : until;
            memory.AddRange(seen.Select(one => (from, next, one.Item1, one.Item2, one.Item3)));
            for (; next < until; next = Midnight(next) < until ? Midnight(next) : until)
            {
                installation.Clock.HoldAt(next);
                await installation.Get<ExpireLicenses>().HandleAsync(Stop);
            }

            installation.Clock.HoldAt(until);
            await installation.Get<ExpireLicenses>().HandleAsync(Stop);
        }

        private static DateTimeOffset Midnight(DateTimeOffset after) => new(after.UtcDateTime.Date.AddDays(1), TimeSpan.Zero);

        public async Task AskAgainAsync()
        {
            var past = installation.Get<PastFigures>();
            foreach (var (from, to, place, table, lines) in memory)
            {
                var hours = (int)(to - PoolHours.Of(from)).TotalHours;
                if (hours == 0)
                {
                    // Another hour began before this one was over.
                    continue;
                }

                var hour = PoolHours.Of(from).AddHours(numbers.Between(1, hours));
                var moment = (await past.ReadAsync(stock.Account.Id, hour.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture), Stop)).Value!;
                Assert.True(table == await TableAsync(place, moment), $"With PURSER_TEST_SEED={numbers.Seed}, as of {moment.Text}: was\n{table}\nis\n{await TableAsync(place, moment)}");
                Assert.True(lines == await PastHeldAsync(place, moment), $"With PURSER_TEST_SEED={numbers.Seed}, lines as of {moment.Text}: was\n{lines}\nis\n{await PastHeldAsync(place, moment)}");

                // The day that ended then, asked for as a day.
                if (to == Midnight(from))
                {
                    var day = (await past.ReadAsync(stock.Account.Id, to.AddDays(-1).UtcDateTime.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture), Stop)).Value!;
                    Assert.True(table == await TableAsync(place, day), $"With PURSER_TEST_SEED={numbers.Seed}, as of the day {day.Text}");
                }
            }
        }

        private async Task<string> TableAsync(long place, PastMoment? past)
        {
            var rows = await installation.Get<ListLicenses>().HandleAsync(Actor.System, stock.Account.Id, place, new LicenseFilter { Past = past }, new(Limit: 100), Stop);
            return string.Join('\n', rows.Items.Select(row =>
                $"{row.License} {row.Billing} {row.Purchased} (+{row.Pending}) | {row.InUse} ({row.Reserved}, {row.InTransition}) | {row.Balance} {row.Available} {row.Lent} {row.Borrowed} {row.ShortSince:s}"));
        }

        private async Task<string> HeldAsync(long place)
        {
            await using var db = installation.Database.Read(stock.Account.Id);
            var held = await db.Holdings.Where(row => row.AccountId == stock.Account.Id && row.VirtualAccountId == place && row.Held > 0).OrderBy(row => row.LineId).ToListAsync(Stop);
            return string.Join(' ', held.Select(row => $"{row.LineId}:{row.Held}"));
        }

        /// <summary>By the book; its sums must also be the figures that the history has.</summary>
        private async Task<string> PastHeldAsync(long place, PastMoment past)
        {
            var lines = new List<ShowLicense.Line>();
            foreach (var license in licenses)
            {
                var overview = (await installation.Get<ShowLicense>().PastOverviewAsync(Actor.System, stock.Account.Id, place, license, past, cancellation: Stop))!;
                long Sum(LineState state) => overview.Terms.Where(term => term.State == state).Sum(term => term.Count);
                Assert.Equal((overview.License.Purchased, overview.License.Pending), (Sum(LineState.Active), Sum(LineState.UpgradePending)));
                lines.AddRange(overview.Terms.SelectMany(term => term.Lines));
            }

            return string.Join(' ', lines.OrderBy(line => line.Id).Select(line => $"{line.Id}:{line.Count}"));
        }

        private Task DepositAsync()
        {
            var today = DayZone.Utc.DayOf(installation.Clock.Now);
            var license = numbers.Of(licenses);
            var isPending = license == licenses[0] && numbers.Chance(25);
            var terms = numbers.Below(4) switch
            {
                0 => LicenseTerms.Term(today.AddDays(numbers.Between(1, 5)), today.AddDays(numbers.Between(6, 12)), DayZone.Utc),
                1 or 2 => LicenseTerms.Term(today.AddDays(-2), today.AddDays(numbers.Below(9)), DayZone.Utc),
                _ => LicenseTerms.Perpetual,
            };
            var draft = new LineDraft(license, numbers.Between(1, 20), isPending ? LicenseTerms.Perpetual : terms, LineSource.ManualFulfillment) { IsUpgradePending = isPending, Sku = isPending ? "UP" : "" };
            var place = numbers.Of(places);
            return stock.RunAsync<Done>(async scope =>
            {
                await scope.Ledger(stock.Account.Id).DepositAsync(draft, place, scope.NextId(IdKind.Transaction));
                return Verdict.Done;
            });
        }

        private Task UseAsync()
        {
            var (number, license, count) = (numbers.Below(devices.Length), numbers.Of(licenses), numbers.Below(15));
            return stock.RunAsync<Done>(async scope =>
            {
                var use = await scope.Db.LicenseUses.FindAsync(stock.Account.Id, devices[number], license);
                await scope.Ledger(stock.Account.Id).ChangeUseAsync(new PoolKey(places[number % 2], license), count - (use?.Requested ?? 0));
                if (use is not null && count == 0)
                {
                    scope.Db.LicenseUses.Remove(use);
                }
                else if (use is not null)
                {
                    use.Requested = count;
                }
                else if (count > 0)
                {
                    scope.Db.LicenseUses.Add(new LicenseUse
                    {
                        AccountId = stock.Account.Id, DeviceId = devices[number], EntitlementId = license, VirtualAccountId = places[number % 2], Requested = count, Since = scope.Now,
                    });
                }

                return Verdict.Done;
            });
        }

        private Task TransferAsync()
        {
            var from = numbers.Below(2);
            var input = new TransferLicenses.Input(places[from], places[1 - from], [new TransferLicenses.Row($"{numbers.Of(licenses)}", numbers.Between(1, 8))]);
            return installation.Get<TransferLicenses>().HandleAsync(new Command(TransferLicenses.Name, Actor.System, input) { Accounts = [stock.Account.Id] }, input, Stop);
        }

        private Task UpgradeAsync()
        {
            var input = new UpgradeLicenses.Input(new UpgradePlace(numbers.Of(places), licenses[0], numbers.Of(places)), "UP", "Essentials", numbers.Between(1, 4));
            return installation.Get<UpgradeLicenses>().HandleAsync(new Command(UpgradeLicenses.Name, Actor.System, input) { Accounts = [stock.Account.Id] }, input, Stop);
        }
    }
}
