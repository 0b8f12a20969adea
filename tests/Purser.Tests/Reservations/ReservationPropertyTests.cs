using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Devices.Instances;
using Purser.Server.Licenses;
using Purser.Server.Reservations;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Reservations;

/// <summary>
/// Product instances reserve, update, confirm, cancel, return, fail and move at random, with codes that are lost, repeated and mixed up, while licenses
/// come and terms end. A naive model follows. PURSER_TEST_SEED repeats a run, PURSER_TEST_COMMANDS makes it longer or shorter.
/// </summary>
public sealed class ReservationPropertyTests(ITestOutputHelper output)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    [Trait("Feature", "RS-03")]
    public async Task Every_license_is_in_exactly_one_place(Engine engine)
    {
        await using var world = await ReservationWorld.StartAsync(engine);
        var numbers = SeededNumbers.FromEnvironment("PURSER_TEST_SEED", TimeProvider.System);
        output.WriteLine($"PURSER_TEST_SEED={numbers.Seed}");
        try
        {
            await new Run(world, numbers, output).GoAsync();
        }
        catch (Exception fault)
        {
            throw new InvalidOperationException($"With PURSER_TEST_SEED={numbers.Seed}: {fault.Message}", fault);
        }
    }

    /// <summary>A product instance of the model: what it has by line, and the codes that its device knows.</summary>
    private sealed class Instance(ReservingDevice device, ReservationView view)
    {
        public ReservingDevice Device => device;

        public ReservationView View { get; set; } = view;

        public string Place { get; set; } = "A";

        /// <summary>Line → units, ended ones included.</summary>
        public Dictionary<long, long> Kept { get; set; } = [];

        public Dictionary<long, long> Leaving { get; set; } = [];

        public Dictionary<long, long>? Before { get; set; }

        /// <summary>To which its licenses were rehosted.</summary>
        public Instance? Replacement { get; set; }

        public bool HasFailed => Replacement is not null;

        public List<string> Codes { get; } = [];
    }

    private sealed class Run(ReservationWorld world, SeededNumbers numbers, ITestOutputHelper output)
    {
        private static readonly string[] Places = ["A", "B"];

        private readonly List<Instance> instances = [];
        private readonly List<string> oldCodes = [];
        private readonly Dictionary<string, int> done = [];

        public async Task GoAsync()
        {
            foreach (var place in Places)
            {
                await world.Stock.DepositAsync(place, 20);
            }

            var steps = int.TryParse(Environment.GetEnvironmentVariable("PURSER_TEST_COMMANDS"), CultureInfo.InvariantCulture, out var given) ? given : 120;
            for (var step = 0; step < steps; step++)
            {
                var (what, isDone) = numbers.Below(100) switch
                {
                    < 8 => ("deposit", await DepositAsync()),
                    < 28 => ("reserve", await ReserveAsync()),
                    < 48 => ("update", await UpdateAsync()),
                    < 64 => ("confirm", await ConfirmAsync()),
                    < 70 => ("cancel", await CancelAsync()),
                    < 80 => ("return", await ReturnAsync()),
                    < 88 => ("rehost", await RehostAsync()),
                    < 94 => ("transfer", await TransferAsync()),
                    _ => ("time", await PassAsync()),
                };
                done[isDone ? what : $"{what}, refused"] = done.GetValueOrDefault(isDone ? what : $"{what}, refused") + 1;
                await CheckAsync($"step {step}, {what}");
                if (step % 8 == 7)
                {
                    await world.AssertCleanAsync();
                }
            }

            output.WriteLine(string.Join("; ", done.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}: {pair.Value}")));
        }

        private async Task<bool> DepositAsync()
        {
            var today = DayZone.Utc.DayOf(world.Installation.Clock.Now);
            var terms = numbers.Chance(60) ? LicenseTerms.Term(today.AddDays(-1), today.AddDays(numbers.Between(5, 80)), DayZone.Utc) : LicenseTerms.Perpetual;
            await world.Stock.DepositAsync(numbers.Of(Places), numbers.Between(1, 12), terms);
            return true;
        }

        private async Task<bool> ReserveAsync()
        {
            var device = world.Device();
            var place = numbers.Of(Places);
            var before = await world.Stock.PoolAsync(place);
            var quantity = numbers.Between(1, 8);
            var made = await world.TryReserveAsync(device, place, new ReservationWish("Advantage", quantity));
            Assert.Equal(quantity <= before.Available, made.IsOk);
            if (!made.IsOk)
            {
                return false;
            }

            var instance = new Instance(device, made.Value) { Place = place };
            Follow(instance, made.Value);
            Assert.Equal(quantity, instance.Kept.Values.Sum());
            instances.Add(instance);
            if (numbers.Chance(80))
            {
                instance.Codes.Add(device.Install(made.Value.Authorization));
            }

            // The same code again reserves nothing.
            var again = await world.TryReserveAsync(new ReserveLicenses.Input(await world.Stock.PlaceAsync(place), device.Asked) { Licenses = [new ReservationWish("Advantage", 1)] });
            Assert.Equal(RefusalCode.CodeUsed, again.Refusal?.Code);
            return true;
        }

        private async Task<bool> UpdateAsync()
        {
            if (Any() is not { } instance)
            {
                return false;
            }

            var quantity = numbers.Below(10);
            var before = await world.Stock.PoolAsync(instance.Place);
            var made = await world.TryUpdateAsync(instance.View, new ReservationWish("Advantage", quantity));
            if (!made.IsOk)
            {
                return false;
            }

            Assert.False(instance.HasFailed || instance.View.IsPending);
            var after = await world.Stock.PoolAsync(instance.Place);
            Assert.True(after.Balance >= 0 || after.Balance >= before.Balance, $"granted {quantity}: {before.Balance} → {after.Balance}");
            instance.Before = new(instance.Kept);
            Follow(instance, made.Value);
            Assert.Equal(quantity, instance.Kept.Values.Sum());
            if (numbers.Chance(75))
            {
                instance.Codes.Add(instance.Device.Install(made.Value.Authorization));
            }

            return true;
        }

        private async Task<bool> ConfirmAsync()
        {
            if (Any() is not { } instance)
            {
                return false;
            }

            // Its newest code, or any other that was ever shown.
            var isNewest = instance.Codes.Count > 0 && numbers.Chance(70);
            var code = isNewest ? instance.Codes[^1] : instances.SelectMany(one => one.Codes).Concat(oldCodes).DefaultIfEmpty("00000000").ElementAt(0);
            var confirmed = await world.ConfirmAsync(instance.View, code);
            var isRight = instance.View.IsPending && instance.Device.Installed?.Authorization.Number == (ulong)instance.View.Number && code == instance.Codes[^1];
            Assert.Equal(isRight, confirmed.IsOk);
            if (confirmed.IsOk)
            {
                (instance.Leaving, instance.Before) = ([], null);
                instance.View = confirmed.Value;
            }

            return confirmed.IsOk;
        }

        private async Task<bool> CancelAsync()
        {
            if (instances.Where(one => one.View.IsPending).ToList() is not { Count: > 0 } pending)
            {
                return false;
            }

            var instance = numbers.Of(pending);
            var canceled = ReservationWorld.Ok(await world.CancelAsync(instance.View));
            (instance.Kept, instance.Leaving, instance.Before) = (instance.Before!, [], null);
            instance.View = canceled;
            return true;
        }

        private async Task<bool> ReturnAsync()
        {
            if (Any() is not { } instance)
            {
                return false;
            }

            if (numbers.Chance(30) && instances.Find(one => one != instance && one.Device.Installed is not null) is { } other)
            {
                Assert.Equal(RefusalCode.CodeInvalid, (await world.ReturnAsync(instance.View, other.Device.Return())).Refusal?.Code);
                return false;
            }

            var code = instance.Device.Installed is null ? instance.Device.ReturnOf(instance.View.Authorization) : instance.Device.Return();
            var returned = await world.ReturnAsync(instance.View, code);
            if (!returned.IsOk)
            {
                // The device has installed an update that was canceled: its next update must be installed first (domain rules 8.4).
                return false;
            }

            instances.Remove(instance);
            foreach (var failed in instances.Where(one => one.Replacement == instance))
            {
                // Without its replacement it is as it was before; with the replacement's own one it stays failed.
                failed.Replacement = instance.Replacement;
            }

            oldCodes.AddRange(instance.Codes);
            Assert.False((await world.ReturnAsync(instance.View, code)).IsOk);
            return true;
        }

        private async Task<bool> RehostAsync()
        {
            if (Any() is not { } failed)
            {
                return false;
            }

            var device = world.Device();
            var made = await world.RehostAsync(failed.View, device);
            if (!made.IsOk)
            {
                return false;
            }

            Assert.False(failed.HasFailed || failed.View.IsPending);
            var instance = new Instance(device, made.Value) { Place = failed.Place };
            failed.Replacement = instance;
            Follow(instance, made.Value);
            instances.Add(instance);
            instance.Codes.Add(device.Install(made.Value.Authorization));
            return true;
        }

        private async Task<bool> TransferAsync()
        {
            if (Any() is not { } instance)
            {
                return false;
            }

            var to = instance.Place == "A" ? "B" : "A";
            var input = new TransferDevices.Input(await world.Stock.PlaceAsync(instance.Place), await world.Stock.PlaceAsync(to), [instance.View.DeviceId]);
            var moved = await world.Installation.Get<TransferDevices>().HandleAsync(world.Command(TransferDevices.Name, input), input, Stop);
            Assert.True(moved.IsOk, moved.Refusal?.Detail);
            instance.Place = to;
            instance.View = instance.View with { VirtualAccountId = input.TargetVirtualAccountId };
            return true;
        }

        private async Task<bool> PassAsync()
        {
            world.Installation.Advance(TimeSpan.FromDays(numbers.Between(1, 30)));
            await world.Installation.Get<ExpireLicenses>().HandleAsync(Stop);
            return true;
        }

        private Instance? Any() => instances.Count == 0 ? null : numbers.Of(instances);

        private static void Follow(Instance instance, ReservationView view)
        {
            instance.View = view;
            var terms = view.Licenses.SelectMany(license => license.Terms).ToList();
            instance.Kept = terms.Where(term => term.Quantity > 0).ToDictionary(term => term.LineId, term => term.Quantity);
            instance.Leaving = terms.Where(term => term.InTransition > 0).ToDictionary(term => term.LineId, term => term.InTransition);
        }

        /// <summary>Sum by sum against the model, and line by line: nothing twice, nothing nowhere.</summary>
        private async Task CheckAsync(string when)
        {
            await using var db = world.Installation.Database.Read(world.AccountId);
            var units = await db.ReservedUnits.Where(row => row.AccountId == world.AccountId).ToListAsync(Stop);
            foreach (var instance in instances)
            {
                var own = units.Where(row => row.DeviceId == instance.View.DeviceId).ToList();
                Assert.True(instance.Kept.Values.Sum() == own.Sum(row => row.Kept), $"{when}: {instance.View.DeviceId} keeps {own.Sum(row => row.Kept)}, not {instance.Kept.Values.Sum()}");
                Assert.True(instance.Leaving.Values.Sum() == own.Sum(row => row.InTransition + row.Leaving), $"{when}: {instance.View.DeviceId}, in transition");
            }

            Assert.Equal(instances.Select(instance => instance.View.DeviceId).Order(), (await db.Reservations.Where(row => row.AccountId == world.AccountId).Select(row => row.DeviceId).ToListAsync(Stop)).Order());
            foreach (var place in Places)
            {
                var id = await world.Stock.PlaceAsync(place);
                var pool = await world.Stock.PoolAsync(place);
                var expected = instances.Where(instance => instance.Place == place).Sum(instance => instance.Kept.Values.Sum() + instance.Leaving.Values.Sum());
                Assert.True(expected == pool.Reserved, $"{when}: {pool.Reserved} reserved in {place}, not {expected}");
                Assert.Equal(units.Where(row => row.VirtualAccountId == id).Sum(row => row.Uncovered), pool.Uncovered);
                var holdings = await db.Holdings.Where(row => row.AccountId == world.AccountId && row.VirtualAccountId == id).ToListAsync(Stop);
                Assert.All(holdings, holding => Assert.Equal(
                    units.Where(row => row.LineId == holding.LineId && row.VirtualAccountId == id).Sum(row => row.Firm + row.InTransition), holding.Firm + holding.InTransition));
            }
        }
    }
}
