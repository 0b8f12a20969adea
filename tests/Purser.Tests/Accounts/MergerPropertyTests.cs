using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Audit;
using Purser.Server.Commands;
using Purser.Server.Devices;
using Purser.Server.Licenses;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Accounts;

/// <summary>
/// Accounts are merged, split, undone and confirmed at random while licenses are deposited, transferred and used in them: after every step nothing
/// is lost in sum, and the audit finds every book in order. PURSER_TEST_SEED repeats a run, PURSER_TEST_COMMANDS makes it longer or shorter.
/// </summary>
[Trait("Feature", "SA-15")]
public sealed class MergerPropertyTests(ITestOutputHelper output)
{
    private const int AtOnce = 12;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task Whatever_is_joined_and_divided_nothing_is_lost(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var numbers = SeededNumbers.FromEnvironment("PURSER_TEST_SEED", TimeProvider.System);
        output.WriteLine($"PURSER_TEST_SEED={numbers.Seed}");
        try
        {
            await new Run(installation, numbers, await TestStock.MakeAsync(installation, "zero.example"), output).GoAsync();
        }
        catch (Exception fault)
        {
            throw new InvalidOperationException($"With PURSER_TEST_SEED={numbers.Seed}: {fault.Message}", fault);
        }

        var report = await installation.Get<AuditBook>().HandleAsync(Stop);
        Assert.True(report.IsClean, $"With PURSER_TEST_SEED={numbers.Seed}: {string.Join('\n', report.Findings)}");
    }

    private sealed class Run(TestInstallation installation, SeededNumbers numbers, TestStock stock, ITestOutputHelper output)
    {
        private readonly Dictionary<string, int> done = [];
        private readonly RandomBelongings belongings = new(installation, numbers);
        private List<long> licenses = [];
        private int made;

        /// <summary>License → units held and demanded in all accounts together.</summary>
        private readonly Dictionary<long, (long Held, long Used)> expected = [];

        public async Task GoAsync()
        {
            licenses = [await stock.LicenseAsync("Advantage"), await stock.LicenseAsync("Essentials")];
            foreach (var license in licenses)
            {
                expected[license] = (0, 0);
            }

            for (var number = 1; number <= 3; number++)
            {
                await MakeAccountAsync(number);
            }

            var steps = int.TryParse(Environment.GetEnvironmentVariable("PURSER_TEST_COMMANDS"), System.Globalization.CultureInfo.InvariantCulture, out var given) ? given : 150;
            for (var step = 0; step < steps; step++)
            {
                var (what, isDone) = numbers.Below(100) switch
                {
                    < 35 => ("stock and use", await WorkAsync()),
                    < 52 => ("transfer", await TransferAsync()),
                    < 60 => ("belongings", await BelongAsync()),
                    < 68 => ("new virtual account", await PlaceAsync()),
                    < 76 => ("merge", await MergeAsync()),
                    < 86 => ("split", await SplitAsync()),
                    < 97 => ("undo", await UndoAsync()),
                    _ => ("confirm", await ConfirmAsync()),
                };
                done[isDone ? what : $"{what}, refused"] = done.GetValueOrDefault(isDone ? what : $"{what}, refused") + 1;
                installation.Advance(TimeSpan.FromMinutes(numbers.Between(1, 300)));
                await SumsAsync();
                await belongings.CheckAsync();
                if (numbers.Chance(8))
                {
                    var report = await installation.Get<AuditBook>().HandleAsync(Stop);
                    Assert.True(report.IsClean, $"after {what}: {string.Join('\n', report.Findings)}");
                }
            }

            output.WriteLine(string.Join("; ", done.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}: {pair.Value}")));
        }

        private async Task MakeAccountAsync(int number)
        {
            var account = await installation.People.AccountAsync($"company{number}.example");
            for (var place = 0; place < 3; place++)
            {
                await CreateAsync(account.Id, null);
            }
        }

        private async Task<bool> CreateAsync(long account, long? parent)
        {
            // The same few names in every account, so that they clash.
            var input = new CreateVirtualAccount.Input($"Site {(made++ % 4) + 1}{(parent is null ? "" : $" below {parent}")}") { ParentId = parent };
            return (await installation.Get<CreateVirtualAccount>().HandleAsync(new Command(CreateVirtualAccount.Name, Actor.System, input) { Accounts = [account] }, input, Stop)).IsOk;
        }

        private async Task<bool> PlaceAsync()
        {
            var (account, place) = await AnyPlaceAsync();
            return await CreateAsync(account, numbers.Chance(60) ? place : null);
        }

        private async Task<bool> BelongAsync()
        {
            var (account, place) = await AnyPlaceAsync();
            var other = numbers.Of(await OpenAsync());
            return await belongings.AddAsync(account, place, other.Id);
        }

        /// <summary>Deposits and demands, several in one transaction.</summary>
        private async Task<bool> WorkAsync()
        {
            var (account, place) = await AnyPlaceAsync();
            var verdict = await installation.WritePath.RunAsync<Done>(new Command("test.work", Actor.System, new { }) { Accounts = [account] }, async scope =>
            {
                var device = numbers.Chance(40) ? TestDevices.Add(scope, account, place) : await AnyDeviceAsync(scope, account, place);
                for (var number = 0; number < AtOnce; number++)
                {
                    await (device is null || numbers.Chance(50) ? DepositAsync(scope, account, place) : UseAsync(scope, device));
                }

                return Verdict.Done;
            }, Stop);
            return verdict.IsOk;
        }

        private async Task DepositAsync(WriteScope scope, long account, long place)
        {
            var (license, quantity) = (numbers.Of(licenses), numbers.Between(1, 20));
            var today = DayZone.Utc.DayOf(scope.Now);
            var terms = numbers.Chance(60) ? LicenseTerms.Perpetual : LicenseTerms.Term(today.AddDays(numbers.Chance(20) ? 400 : -1), 5, DayZone.Utc);
            await scope.Ledger(account).DepositAsync(new LineDraft(license, quantity, terms, LineSource.Order) { OrderNumber = $"O-{numbers.Below(50)}" }, place, scope.NextId(IdKind.Transaction));
            expected[license] = expected[license] with { Held = expected[license].Held + quantity };
        }

        private async Task UseAsync(WriteScope scope, Device device)
        {
            var (license, count) = (numbers.Of(licenses), numbers.Between(1, 12));
            var use = await scope.Db.LicenseUses.FindAsync(device.AccountId, device.Id, license);
            var difference = count - (use?.Requested ?? 0);
            await scope.Ledger(device.AccountId).ChangeUseAsync(new PoolKey(device.VirtualAccountId, license), difference);
            expected[license] = expected[license] with { Used = expected[license].Used + difference };
            if (use is null)
            {
                use = new LicenseUse { AccountId = device.AccountId, DeviceId = device.Id, EntitlementId = license, VirtualAccountId = device.VirtualAccountId, Since = scope.Now };
                scope.Db.LicenseUses.Add(use);
            }

            use.Requested = count;
        }

        private async Task<bool> TransferAsync()
        {
            var (account, from) = await AnyPlaceAsync();
            var places = await PlacesAsync(account);
            var input = new TransferLicenses.Input(from, numbers.Of(places).Id, [new TransferLicenses.Row($"{numbers.Of(licenses)}", numbers.Between(1, 15))]);
            return (await installation.Get<TransferLicenses>().HandleAsync(new Command(TransferLicenses.Name, Actor.System, input) { Accounts = [account] }, input, Stop)).IsOk;
        }

        private async Task<bool> MergeAsync()
        {
            var open = await OpenAsync();
            if (open.Count < 2)
            {
                return false;
            }

            var from = numbers.Of(open);
            var into = numbers.Of(open);
            var below = numbers.Chance(40) ? numbers.Of(await PlacesAsync(into.Id)).Id : (long?)null;
            return await RunAsync(new(MergerKind.Merge, from.Domain) { Into = into.Domain, ParentId = below });
        }

        private async Task<bool> SplitAsync()
        {
            var open = await OpenAsync();
            var from = numbers.Of(open);
            var places = (await PlacesAsync(from.Id)).Where(_ => numbers.Chance(40)).Select(row => row.Id).ToList();
            var input = new MergeAccounts.Input(MergerKind.Split, from.Domain) { VirtualAccountIds = places };
            return await RunAsync(numbers.Chance(50) && open.Count > 1
                ? input with { Into = numbers.Of(open).Domain }
                : input with { NewAccount = new("Spin", $"spin{made++}.example", new("boss@spin.example")) });
        }

        private async Task<bool> RunAsync(MergeAccounts.Input input) =>
            (await installation.Get<MergeAccounts>().HandleAsync(new Command("test.merger", Actor.System, input) { DryRun = numbers.Chance(10) }, input, Stop)).IsOk;

        private async Task<bool> UndoAsync()
        {
            if (await AnyProvisionalAsync() is not { } merger)
            {
                return false;
            }

            var input = new UndoMerger.Input(merger);
            return (await installation.Get<UndoMerger>().HandleAsync(new Command(UndoMerger.Name, Actor.System, input), input, Stop)).IsOk;
        }

        private async Task<bool> ConfirmAsync()
        {
            if (await AnyProvisionalAsync() is not { } merger)
            {
                return false;
            }

            var input = new ConfirmMergers.Input(merger);
            return (await installation.Get<ConfirmMergers>().HandleAsync(new Command(ConfirmMergers.Name, Actor.System, input), input, Stop)).IsOk;
        }

        private async Task SumsAsync()
        {
            await using var db = installation.Database.Read();
            var holdings = await db.Holdings.GroupBy(row => row.EntitlementId).Select(group => new { group.Key, Sum = group.Sum(row => row.Held) }).ToDictionaryAsync(row => row.Key, row => row.Sum, Stop);
            var uses = await db.Pools.GroupBy(row => row.EntitlementId).Select(group => new { group.Key, Sum = group.Sum(row => row.InUse) }).ToDictionaryAsync(row => row.Key, row => row.Sum, Stop);
            foreach (var license in licenses)
            {
                Assert.Equal(expected[license], (holdings.GetValueOrDefault(license), uses.GetValueOrDefault(license)));
            }

            var lines = await db.LicenseLines.SumAsync(row => row.Quantity, Stop);
            Assert.Equal(expected.Values.Sum(sum => sum.Held), lines);
        }

        private async Task<IReadOnlyList<Account>> OpenAsync()
        {
            await using var db = installation.Database.Read();
            return await db.Accounts.Where(row => row.Status == AccountStatus.Active).OrderBy(row => row.Id).ToListAsync(Stop);
        }

        private async Task<IReadOnlyList<VirtualAccount>> PlacesAsync(long account)
        {
            await using var db = installation.Database.Read(account);
            return await db.VirtualAccounts.Where(row => row.AccountId == account).OrderBy(row => row.Id).ToListAsync(Stop);
        }

        private async Task<(long Account, long Place)> AnyPlaceAsync()
        {
            var account = numbers.Of(await OpenAsync());
            return (account.Id, numbers.Of(await PlacesAsync(account.Id)).Id);
        }

        private async Task<Device?> AnyDeviceAsync(WriteScope scope, long account, long place)
        {
            var devices = await scope.Db.Devices.Where(row => row.AccountId == account && row.VirtualAccountId == place).OrderBy(row => row.Id).ToListAsync(Stop);
            return devices.Count == 0 ? null : numbers.Of(devices);
        }

        private async Task<long?> AnyProvisionalAsync()
        {
            await using var db = installation.Database.Read();
            var open = await db.AccountMergers.Where(row => row.State == MergerState.Provisional).OrderBy(row => row.Id).Select(row => row.Id).ToListAsync(Stop);
            return open.Count == 0 ? null : numbers.Chance(70) ? open[^1] : numbers.Of(open);
        }
    }
}
