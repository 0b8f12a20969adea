using Microsoft.EntityFrameworkCore;
using Purser.Server.Alerts;
using Purser.Server.Audit;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Licenses;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Licenses;

/// <summary>
/// Ten thousand random commands against the naive model: same answers, same rows, same alerts, and an audit at the end.
/// PURSER_TEST_SEED repeats a run, PURSER_TEST_COMMANDS makes it longer or shorter.
/// </summary>
public sealed class LedgerPropertyTests(ITestOutputHelper output)
{
    private const int AtOnce = 30;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, Engines, Trait("Feature", "LI-01")]
    public async Task The_ledger_does_what_the_naive_model_does(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var numbers = SeededNumbers.FromEnvironment("PURSER_TEST_SEED", TimeProvider.System);
        output.WriteLine($"PURSER_TEST_SEED={numbers.Seed}");
        try
        {
            await new Run(installation, numbers, await TestStock.MakeAsync(installation)).GoAsync();
        }
        catch (Exception fault)
        {
            throw new InvalidOperationException($"With PURSER_TEST_SEED={numbers.Seed}: {fault.Message}", fault);
        }

        var report = await installation.Get<AuditBook>().HandleAsync(Cancellation);
        Assert.True(report.IsClean, $"With PURSER_TEST_SEED={numbers.Seed}: {string.Join('\n', report.Findings)}");
    }

    private sealed class Run(TestInstallation installation, SeededNumbers numbers, TestStock stock)
    {
        private const string UpgradeSku = "UP-A";
        private const long UpgradeRatio = 2;

        private readonly NaiveStock naive = new() { Now = TestInstallation.Start };
        private readonly List<long> devices = [];
        private List<long> places = [];
        private List<long> licenses = [];

        public async Task GoAsync()
        {
            places = [await stock.PlaceAsync("A"), await stock.PlaceAsync("B"), await stock.PlaceAsync("C")];
            await installation.Get<ApplyCatalog>().HandleAsync(Actor.System, new CatalogDraft
            {
                Entitlements = [new EntitlementDraft("Advantage", TierGroup: "stack", TierRank: 2), new EntitlementDraft("Essentials", TierGroup: "stack", TierRank: 1)],
                Skus = [new SkuDraft(UpgradeSku, Lines: [new SkuLineDraft("Advantage") { Replaces = [new ReplacedDraft("Essentials", UpgradeRatio)] }])],
            });
            licenses = [await stock.LicenseAsync("Advantage"), await stock.LicenseAsync("Essentials")];
            (naive.Higher, naive.Lower) = (licenses[0], licenses[1]);
            await stock.RunAsync<Done>(scope =>
            {
                devices.AddRange(Enumerable.Range(0, 12).Select(number => TestDevices.Add(scope, stock.Account.Id, places[number % places.Count]).Id));
                return Task.FromResult<Verdict<Done>>(Verdict.Done);
            });
            var commands = int.TryParse(Environment.GetEnvironmentVariable("PURSER_TEST_COMMANDS"), System.Globalization.CultureInfo.InvariantCulture, out var given) ? given : 10_000;
            for (var done = 0; done < commands;)
            {
                done += numbers.Below(100) switch
                {
                    < 35 => await SeveralAsync(),
                    < 87 => await TransferAsync(),
                    < 95 => await UpgradeAsync(),
                    _ => await AdvanceAsync(),
                };
                naive.Settle(places, licenses);
                if (numbers.Chance(3))
                {
                    await CompareAsync();
                }
            }

            await AdvanceAsync();
            naive.Settle(places, licenses);
            await CompareAsync();
        }

        /// <summary>Deposits, removals and changes of use, several in one transaction.</summary>
        private async Task<int> SeveralAsync()
        {
            var verdict = await stock.RunAsync<Done>(async scope =>
            {
                for (var number = 0; number < AtOnce; number++)
                {
                    await (numbers.Below(10) switch
                    {
                        < 3 => DepositAsync(scope),
                        < 5 => RemoveAsync(scope),
                        _ => UseAsync(scope),
                    });
                }

                return Verdict.Done;
            });
            Assert.True(verdict.IsOk, verdict.Refusal?.Detail);
            return AtOnce;
        }

        private async Task DepositAsync(WriteScope scope)
        {
            var today = DayZone.Utc.DayOf(naive.Now);
            var terms = numbers.Below(10) switch
            {
                < 5 => LicenseTerms.Perpetual,
                < 6 => LicenseTerms.Demo(naive.Now, DayZone.Utc),
                < 7 => LicenseTerms.Term(today.AddDays(numbers.Between(1, 20)), numbers.Between(1, 4), DayZone.Utc),
                _ => LicenseTerms.Term(today.AddDays(-numbers.Below(30)), today.AddDays(numbers.Between(1, 120)), DayZone.Utc),
            };
            var (place, license, quantity) = (numbers.Of(places), numbers.Of(licenses), numbers.Between(1, 20));
            var isPending = license == licenses[0] && terms.Type != LicenseType.Demo && numbers.Chance(20);
            var draft = new LineDraft(license, quantity, terms, LineSource.ManualFulfillment) { IsUpgradePending = isPending, Sku = isPending ? UpgradeSku : "" };
            var row = await scope.Ledger(stock.Account.Id).DepositAsync(draft, place, scope.NextId(IdKind.Transaction));
            naive.Lines.Add(new NaiveStock.Line { Id = row.Id, License = license, Terms = terms, AcquiredAt = naive.Now, IsPending = isPending, Held = { [place] = quantity } });
        }

        private async Task RemoveAsync(WriteScope scope)
        {
            var candidates = naive.Lines.Where(line => line.Held.Values.Any(held => held > 0)).ToList();
            if (candidates.Count == 0)
            {
                return;
            }

            // Whether a line has units left elsewhere is asked of the database.
            await scope.Db.SaveChangesAsync();
            var line = numbers.Of(candidates);
            var place = line.Held.First(held => held.Value > 0).Key;
            var quantity = numbers.Between(1, (int)line.Held[place]);
            var row = (await scope.Db.LicenseLines.FindAsync(stock.Account.Id, line.Id))!;
            var holding = (await scope.Db.Holdings.FindAsync(stock.Account.Id, line.Id, place))!;
            await scope.Ledger(stock.Account.Id).RemoveAsync(row, holding, quantity, "", scope.NextId(IdKind.Transaction));
            line.Held[place] -= quantity;
        }

        private async Task UseAsync(WriteScope scope)
        {
            var (device, license, count) = (numbers.Below(devices.Count), numbers.Of(licenses), numbers.Below(12));
            var (id, place) = (devices[device], places[device % places.Count]);
            var use = await scope.Db.LicenseUses.FindAsync(stock.Account.Id, id, license);
            await scope.Ledger(stock.Account.Id).ChangeUseAsync(new PoolKey(place, license), count - (use?.Requested ?? 0));
            if (count == 0)
            {
                naive.Uses.Remove((id, license));
                if (use is not null)
                {
                    scope.Db.LicenseUses.Remove(use);

                    // A later change in the same transaction must not find the row that goes.
                    await scope.Db.SaveChangesAsync();
                }

                return;
            }

            naive.Uses[(id, license)] = (place, count);
            if (use is null)
            {
                use = new LicenseUse { AccountId = stock.Account.Id, DeviceId = id, EntitlementId = license, VirtualAccountId = place, Since = scope.Now };
                scope.Db.LicenseUses.Add(use);
            }

            use.Requested = count;
        }

        private async Task<int> TransferAsync()
        {
            var (from, to) = (numbers.Of(places), numbers.Of(places));
            var rows = Enumerable.Range(0, numbers.Between(1, 2)).Select(_ => (License: numbers.Of(licenses), Quantity: (long)numbers.Between(1, 15), Term: TermOrNull(from))).ToList();
            var longestFirst = numbers.Chance(70);
            var expected = from != to && naive.Transfer(from, to, rows, longestFirst);
            var input = new TransferLicenses.Input(from, to, [.. rows.Select(row => new TransferLicenses.Row($"{row.License}", row.Quantity, row.Term))])
            {
                Order = longestFirst ? TransferOrder.LongestTermFirst : TransferOrder.LongestTermLast,
            };
            var verdict = await installation.Get<TransferLicenses>()
                .HandleAsync(new Command(TransferLicenses.Name, Actor.System, input) { Accounts = [stock.Account.Id] }, input, Cancellation);
            Assert.True(expected == verdict.IsOk, $"The naive model says {expected}, the ledger {verdict.Refusal?.ToString() ?? "done"} to {string.Join(", ", rows)}");
            return 1;
        }

        private async Task<int> UpgradeAsync()
        {
            var (from, to, quantity) = (numbers.Of(places), numbers.Of(places), (long)numbers.Between(1, 8));
            await using var db = installation.Database.Read(stock.Account.Id);
            var before = await db.LicenseLines.MaxAsync(line => (long?)line.Id, Cancellation) ?? 0;
            var expected = naive.Upgrade(from, to, licenses[0], licenses[1], UpgradeRatio, quantity);
            var input = new UpgradeLicenses.Input(new UpgradePlace(from, licenses[0], to), UpgradeSku, "Essentials", quantity);
            var verdict = await installation.Get<UpgradeLicenses>()
                .HandleAsync(new Command(UpgradeLicenses.Name, Actor.System, input) { Accounts = [stock.Account.Id] }, input, Cancellation);
            Assert.True(expected is not null == verdict.IsOk, $"The naive model says {expected is not null}, the ledger {verdict.Refusal?.ToString() ?? "done"} to upgrading {quantity}");
            if (expected is not null)
            {
                var made = await db.LicenseLines.Where(line => line.AccountId == stock.Account.Id && line.Id > before).OrderBy(line => line.Id).Select(line => line.Id).ToListAsync(Cancellation);
                Assert.Equal(expected.Count, made.Count);
                naive.Lines.AddRange(expected.Zip(made, (taken, id) => new NaiveStock.Line
                {
                    Id = id, License = licenses[0], Terms = taken.Line.Terms, AcquiredAt = naive.Now, Held = { [to] = taken.Quantity },
                }));
            }

            return 1;
        }

        private string? TermOrNull(long place)
        {
            var here = naive.Lines.Where(line => line.Held.GetValueOrDefault(place) > 0).ToList();
            return here.Count == 0 || numbers.Chance(50) ? null : TransferRules.TermOf(numbers.Of(here).Terms.EndsOn);
        }

        private async Task<int> AdvanceAsync()
        {
            installation.Advance(TimeSpan.FromHours(numbers.Between(1, 60)));
            naive.Now = installation.Clock.Now;
            await installation.Get<ExpireLicenses>().HandleAsync(Cancellation);
            naive.Expire();
            return 1;
        }

        private async Task CompareAsync()
        {
            await using var db = installation.Database.Read(stock.Account.Id);
            var pools = await db.Pools.Where(pool => pool.AccountId == stock.Account.Id).ToDictionaryAsync(pool => (pool.VirtualAccountId, pool.EntitlementId), Cancellation);
            foreach (var (place, license) in places.SelectMany(_ => licenses, (place, license) => (place, license)))
            {
                var pool = pools.GetValueOrDefault((place, license));
                Assert.Equal(naive.Pending(place, license), pool?.Pending ?? 0);
                Assert.Equal(naive.RowOf(place, license), new NaiveStock.Row(pool?.Purchased ?? 0, pool?.InUse ?? 0, pool?.ShortSince));
            }

            var holdings = await db.Holdings.Where(holding => holding.AccountId == stock.Account.Id && holding.Held > 0)
                .Select(holding => new { holding.LineId, holding.VirtualAccountId, holding.Held }).ToListAsync(Cancellation);
            Assert.Equal(
                naive.Lines.SelectMany(line => line.Held.Where(held => held.Value > 0), (line, held) => $"{line.Id} {held.Key} {held.Value}").Order(StringComparer.Ordinal),
                holdings.Select(holding => $"{holding.LineId} {holding.VirtualAccountId} {holding.Held}").Order(StringComparer.Ordinal));

            var warnings = await db.Alerts.Where(alert => alert.AccountId == stock.Account.Id && alert.Kind == AlertKind.LicensesExpiring && alert.State == AlertState.Open)
                .ToListAsync(Cancellation);
            Assert.Equal(
                naive.Warnings().Order(StringComparer.Ordinal),
                warnings.Select(alert => $"{alert.VirtualAccountId} {alert.EntitlementId} {alert.DueAt!.Value:s}: {alert.Period} {alert.Count}").Order(StringComparer.Ordinal));
        }
    }
}
