using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using Microsoft.EntityFrameworkCore;
using Purser.Protocol;
using Purser.Protocol.Wire;
using Purser.Server.Alerts;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Devices;
using Purser.Server.Devices.Detach;
using Purser.Server.Devices.Instances;
using Purser.Server.Devices.Silence;
using Purser.Server.Licenses;
using Purser.Server.Pki;
using Purser.Server.Store;
using Purser.Tests.Devices.Restricted;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Devices;

/// <summary>
/// Random acts of devices, people and time against the naive model: application redundancy, detached mode, silence, restricted licenses, transfers,
/// removals, registrations anew. PURSER_TEST_SEED repeats a run, PURSER_TEST_ACTS makes it longer or shorter.
/// </summary>
public sealed class FleetPropertyTests(ITestOutputHelper output)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines, Trait("Feature", "PI-07"), Trait("Feature", "PI-08"), Trait("Feature", "EX-02")]
    public async Task Product_instances_do_what_the_naive_model_does(Engine engine)
    {
        await using var world = await RestrictedWorld.StartAsync(engine, restricted: 0);
        var numbers = SeededNumbers.FromEnvironment("PURSER_TEST_SEED", TimeProvider.System);
        output.WriteLine($"PURSER_TEST_SEED={numbers.Seed}");
        var run = new Run(world, numbers);
        try
        {
            await run.GoAsync();
        }
        catch (Exception fault)
        {
            throw new InvalidOperationException($"With PURSER_TEST_SEED={numbers.Seed}, after {string.Join("; ", run.Done.TakeLast(8))}: {fault.Message}", fault);
        }

        await RestrictedWorld.AssertSoundAsync(world);
    }

    private sealed class Run(DeviceWorld world, SeededNumbers numbers)
    {
        private const int Fleet = 6;

        private readonly List<TestDevice> devices = [.. Enumerable.Range(0, Fleet).Select(number => new TestDevice(world, Serial(number), $"pi{number}"))];
        private readonly NaiveFleet naive = new() { Places = [DeviceWorld.A(), DeviceWorld.B()], Units = [.. Enumerable.Range(0, Fleet).Select(number => new NaiveFleet.Unit { Number = number })] };
        private readonly List<(long License, string Tag)> restricted = [(DeviceWorld.Restricted, DeviceWorld.RestrictedTag)];
        private readonly (long License, string Tag)[] ordinary = [(DeviceWorld.Advantage, DeviceWorld.AdvantageTag), (DeviceWorld.Essentials, DeviceWorld.EssentialsTag)];

        /// <summary>What was done, for a failure's message.</summary>
        public List<string> Done { get; } = [];

        public async Task GoAsync()
        {
            var draft = new CatalogDraft { Entitlements = [new EntitlementDraft("Stronger Crypto", Enforcement: Enforcement.ExportRestricted)] };
            Assert.True((await world.Server.Get<ApplyCatalog>().HandleAsync(Actor.System, draft, cancellation: Stop)).IsOk);
            var license = (await world.Server.Get<CatalogCache>().CurrentAsync(Stop)).FindEntitlement("Stronger Crypto")!;
            restricted.Add((license.Id, license.Tag));
            naive.Now = world.Now;
            var acts = int.TryParse(Environment.GetEnvironmentVariable("PURSER_TEST_ACTS"), CultureInfo.InvariantCulture, out var given) ? given : 400;
            for (var done = 0; done < acts; done++)
            {
                await ActAsync(naive.Units[numbers.Below(Fleet)]);
                await CompareAsync();
            }

            devices.ForEach(device => device.Dispose());
        }

        private Task ActAsync(NaiveFleet.Unit unit) => numbers.Below(100) switch
        {
            // Whose identity has ended must register again before anything else.
            < 40 => unit.IsRegistered && !HasEnded(unit) ? AskAsync(unit) : RegisterAsync(unit),
            < 45 => RegisterAsync(unit),
            < 55 => DepositAsync(),
            < 63 => TransferLicensesAsync(),
            < 73 => TransferDevicesAsync(),
            < 78 => RemoveAsync(unit),
            < 81 => DeregisterAsync(unit),
            < 86 => DetachAsync(unit),
            < 90 => ReleaseAsync(unit),
            _ => PassAsync(),
        };

        private async Task RegisterAsync(NaiveFleet.Unit unit)
        {
            var place = numbers.Of(naive.Places);
            Say($"{unit.Number} registers in {place}");
            var reply = await devices[unit.Number].RegisterAsync(await world.TokenAsync(place));
            AssertDone(reply);
            if (unit.IsRegistered)
            {
                naive.Move(unit, place);
            }

            naive.Contact(unit);
            (unit.IsRegistered, unit.Place, unit.DetachedUntil) = (true, place, null);
        }

        private async Task AskAsync(NaiveFleet.Unit unit)
        {
            var (wanted, entitlements) = (new Dictionary<long, NaiveFleet.Use>(), new List<EntitlementRequest>());

            // Most name the one beside them, some another one, which does not make a pair. An application has one peer and one role.
            var (peer, isActive) = (numbers.Chance(80) ? unit.Number ^ 1 : numbers.Below(Fleet), numbers.Chance(50));
            foreach (var (license, tag) in ordinary.Where(_ => numbers.Chance(70)))
            {
                (int Peer, bool IsActive)? share = numbers.Chance(70) && peer != unit.Number ? (peer, isActive) : null;
                wanted[license] = new NaiveFleet.Use { Count = numbers.Between(1, 12), Share = share };
                entitlements.Add(new EntitlementRequest(
                    wanted[license].Count, tag, Application: share is { } said ? new ApplicationShare("CUBE", "7", said.IsActive ? "Active" : "Standby", TestDevice.Sudi(Serial(said.Peer))) : null));
            }

            var locks = restricted.Where(_ => numbers.Chance(40)).ToDictionary(one => one.License, _ => (long)numbers.Below(6));
            entitlements.AddRange(locks.Select(one => new EntitlementRequest(one.Value, restricted.Single(known => known.License == one.Key).Tag)));
            Say($"{unit.Number} asks {string.Join(", ", wanted.Select(one => $"{one.Value.Count} of {one.Key} {one.Value.Share}"))} and {string.Join(", ", locks)}");
            var reply = await devices[unit.Number].SendAsync(RequestWriter.Compose(devices[unit.Number].Header(RequestType.Authorization), new AuthorizationRequest(entitlements)));
            AssertDone(reply);
            EndDetachment(unit);
            naive.Ask(unit, wanted, locks);
            var answers = reply.Data<AuthorizationReply>().Value.Entitlements;
            Assert.Equal(
                locks.Select(one => unit.Restricted.GetValueOrDefault(one.Key) >= one.Value ? EntitlementStatus.InCompliance : EntitlementStatus.NotAuthorized),
                answers.Skip(wanted.Count).Select(answer => answer.Status));
            Assert.Equal(
                wanted.Keys.Select(license => naive.Balance(unit.Place, license) < 0 ? EntitlementStatus.OutOfCompliance : EntitlementStatus.InCompliance),
                answers.Take(wanted.Count).Select(answer => answer.Status));
        }

        private async Task DepositAsync()
        {
            var (license, place, quantity) = (numbers.Of([.. ordinary, .. restricted]).License, numbers.Of(naive.Places), numbers.Between(1, 6));
            var today = DayZone.Utc.DayOf(naive.Now);
            var terms = numbers.Chance(40) ? LicenseTerms.Perpetual : LicenseTerms.Term(today, today.AddDays(numbers.Between(1, 150)), DayZone.Utc);
            Say($"deposit of {quantity} of {license} in {place} until {terms.EndsOn}");
            await WriteAsync(async scope => await scope.Ledger(1).DepositAsync(
                new LineDraft(license, quantity, terms, LineSource.ManualFulfillment), place, scope.NextId(IdKind.Transaction)));
            naive.Lines.Add(new NaiveFleet.Line { License = license, EndsAt = terms.EndsAt, Order = naive.Lines.Select(line => line.Order + 1).DefaultIfEmpty().Max(), Held = { [place] = quantity } });
        }

        private async Task TransferLicensesAsync()
        {
            var (license, quantity, from) = (numbers.Of([.. ordinary, .. restricted]).License, (long)numbers.Between(1, 6), numbers.Of(naive.Places));
            var to = naive.Places.First(place => place != from);
            Say($"transfer of {quantity} of {license} from {from}");
            var input = new TransferLicenses.Input(from, to, [new TransferLicenses.Row(license.ToString(CultureInfo.InvariantCulture), quantity, null)]);
            var verdict = await world.Server.Get<TransferLicenses>().HandleAsync(Command(TransferLicenses.Name, input), input, Stop);
            Assert.Equal(naive.Transfer(from, to, license, quantity), verdict.IsOk);
        }

        private async Task TransferDevicesAsync()
        {
            var from = numbers.Of(naive.Places);
            var units = naive.Units.Where(unit => unit.IsRegistered && unit.Place == from && numbers.Chance(50)).ToList();
            if (units.Count == 0)
            {
                return;
            }

            var to = naive.Places.First(place => place != from);
            Say($"transfer of devices {string.Join(", ", units.Select(unit => unit.Number))} to {to}");
            var input = new TransferDevices.Input(from, to, [.. await IdsAsync(units)]);
            var verdict = await world.Server.Get<TransferDevices>().HandleAsync(Command(TransferDevices.Name, input), input, Stop);
            Assert.True(verdict.IsOk, verdict.Refusal?.Detail);
            units.ForEach(unit => naive.Move(unit, to));
        }

        private async Task RemoveAsync(NaiveFleet.Unit unit)
        {
            if (!unit.IsRegistered)
            {
                return;
            }

            // Beside it the other one of its pair, in one act.
            var units = naive.Units.Where(one => one == unit || (one.Number == (unit.Number ^ 1) && one.IsRegistered && one.Place == unit.Place && numbers.Chance(30))).ToList();
            Say($"removal of {string.Join(", ", units.Select(one => one.Number))}");
            var input = new RemoveDevices.Input(unit.Place, [.. await IdsAsync(units)]);
            var verdict = await world.Server.Get<RemoveDevices>().HandleAsync(Command(RemoveDevices.Name, input), input, Stop);
            Assert.Equal(units.TrueForAll(one => one.Restricted.Count == 0), verdict.IsOk);
            if (verdict.IsOk)
            {
                units.ForEach(one => naive.Leave(one, withLocks: true));
            }
        }

        private async Task DeregisterAsync(NaiveFleet.Unit unit)
        {
            if (unit.IsRegistered && !HasEnded(unit))
            {
                Say($"{unit.Number} deregisters");
                AssertDone(await devices[unit.Number].DeregisterAsync());
                naive.Leave(unit, withLocks: true);
            }
        }

        private async Task DetachAsync(NaiveFleet.Unit unit)
        {
            if (!unit.IsRegistered)
            {
                return;
            }

            var until = naive.Now.AddDays(numbers.Between(1, 80));
            if (until >= IdentityEnd(unit))
            {
                return;
            }

            var byDevice = numbers.Chance(50);
            Say($"{unit.Number} {(byDevice ? "detaches" : "is detached")} until {until:yyyy-MM-dd} or reattaches");
            if (byDevice)
            {
                EndDetachment(unit);
                naive.Contact(unit);
                var reply = unit.DetachedUntil is null ? await devices[unit.Number].DetachAsync(until) : await devices[unit.Number].ReattachAsync();
                AssertDone(reply);
                unit.DetachedUntil = unit.DetachedUntil is null ? until : null;
                return;
            }

            var id = (await IdsAsync([unit]))[0];
            if (unit.DetachedUntil is null)
            {
                var input = new DetachDevice.Input(unit.Place, id, until);
                var verdict = await world.Server.Get<DetachDevice>().HandleAsync(Command(DetachDevice.Name, input), input, Stop);
                Assert.Equal(unit.Stage < NaiveFleet.Released, verdict.IsOk);
                if (verdict.IsOk)
                {
                    (unit.DetachedUntil, unit.Stage) = (until, 0);
                }
            }
            else
            {
                var input = new ReattachDevice.Input(unit.Place, id);
                Assert.True((await world.Server.Get<ReattachDevice>().HandleAsync(Command(ReattachDevice.Name, input), input, Stop)).IsOk);
                (unit.DetachedUntil, unit.SilentSince) = (null, naive.Now);
            }
        }

        /// <summary>"Restricted Licenses in Use" releases the others; an operator releases the restricted ones.</summary>
        private async Task ReleaseAsync(NaiveFleet.Unit unit)
        {
            if (!unit.IsRegistered)
            {
                return;
            }

            var id = (await IdsAsync([unit]))[0];
            if (numbers.Chance(50))
            {
                Say($"the unrestricted of {unit.Number} are released");
                var input = new ReleaseUnrestricted.Input(unit.Place, id);
                var verdict = await world.Server.Get<ReleaseUnrestricted>().HandleAsync(Command(ReleaseUnrestricted.Name, input), input, Stop);
                Assert.Equal(unit.Restricted.Count > 0 && unit.Uses.Count > 0, verdict.IsOk);
                if (verdict.IsOk)
                {
                    unit.Uses.Clear();
                }
            }
            else
            {
                Say($"the restricted of {unit.Number} are released");
                var input = new ReleaseRestricted.Input(unit.Place, id, "The functions are off");
                var verdict = await world.Server.Get<ReleaseRestricted>().HandleAsync(Command(ReleaseRestricted.Name, input), input, Stop);
                Assert.Equal(unit.Restricted.Count > 0, verdict.IsOk);
                unit.Restricted.Clear();
                unit.Locks.Clear();
            }
        }

        private async Task PassAsync()
        {
            var days = numbers.Chance(85) ? numbers.Between(1, 20) : numbers.Between(20, 100);
            Say($"{days} days pass");
            world.Server.Advance(TimeSpan.FromDays(days));
            naive.Now = world.Now;
            await world.Server.Get<TendAuthority>().RunAsync(Stop);
            await world.Server.Get<EndDetachedMode>().RunAsync(Stop);
            await world.Server.Get<SilenceSweep>().RunAsync(Stop);
            await world.Server.Get<ExpireLicenses>().RunAsync(Stop);
            naive.PassTime();
            naive.Expire();

            foreach (var unit in naive.Units.Where(unit => unit.IsRegistered && !HasEnded(unit) && numbers.Chance(unit.DetachedUntil is null ? 40 : 0)))
            {
                var reply = await devices[unit.Number].RenewAsync();
                AssertDone(reply);
                devices[unit.Number].Adopt(reply);
                naive.Contact(unit);
            }
        }

        private void EndDetachment(NaiveFleet.Unit unit)
        {
            if (unit.DetachedUntil <= naive.Now)
            {
                unit.DetachedUntil = null;
            }
        }

        private async Task CompareAsync()
        {
            await using var db = world.Server.Database.Read(1);
            var pools = await db.Pools.Where(pool => pool.AccountId == 1).ToListAsync(Stop);
            Assert.Equal(
                from place in naive.Places
                from license in ordinary.Concat(restricted).Select(one => one.License)
                select $"{place} {license}: {naive.Purchased(place, license)} | {naive.InUse(place, license)} ({naive.Locked(place, license)})",
                from place in naive.Places
                from license in ordinary.Concat(restricted).Select(one => one.License)
                let pool = pools.Find(row => row.VirtualAccountId == place && row.EntitlementId == license) ?? new Pool()
                select $"{place} {license}: {pool.Purchased} | {pool.InUse} ({pool.Locked})");
            var alerts = await db.Alerts.Where(alert => alert.AccountId == 1 && alert.State == AlertState.Open && alert.Kind == AlertKind.InsufficientLicenses).ToListAsync(Stop);
            Assert.Equal(
                (from place in naive.Places
                 from license in ordinary.Concat(restricted).Select(one => one.License)
                 where naive.Balance(place, license) < 0
                 select $"{place} {license}: {-naive.Balance(place, license)}").Order(StringComparer.Ordinal),
                alerts.Select(alert => $"{alert.VirtualAccountId} {alert.EntitlementId}: {alert.Count}").Order(StringComparer.Ordinal));
            var rows = await db.Devices.Where(row => row.AccountId == 1 && row.State == DeviceState.Registered).ToListAsync(Stop);
            Assert.Equal(
                naive.Units.Where(unit => unit.IsRegistered).Select(unit => $"{Serial(unit.Number)} {unit.Place} {unit.DetachedUntil:s} {unit.Stage}"),
                rows.OrderBy(row => row.UdiSerialNumber, StringComparer.Ordinal).Select(row => $"{row.UdiSerialNumber} {row.VirtualAccountId} {row.DetachedUntil:s} {row.SilenceStage}"));
        }

        private DateTimeOffset IdentityEnd(NaiveFleet.Unit unit)
        {
            using var certificate = X509CertificateLoader.LoadCertificate(devices[unit.Number].Certificate);
            return new DateTimeOffset(certificate.NotAfter);
        }

        private bool HasEnded(NaiveFleet.Unit unit) => IdentityEnd(unit) <= naive.Now;

        private async Task<List<long>> IdsAsync(IReadOnlyList<NaiveFleet.Unit> units)
        {
            var serials = units.Select(unit => Serial(unit.Number)).ToList();
            await using var db = world.Server.Database.Read(1);
            return await db.Devices.Where(row => row.AccountId == 1 && row.State == DeviceState.Registered && serials.Contains(row.UdiSerialNumber)).Select(row => row.Id).ToListAsync(Stop);
        }

        private async Task WriteAsync(Func<WriteScope, Task> act)
        {
            var verdict = await world.Server.WritePath.RunAsync<Done>(Command("test.write", ""), async scope =>
            {
                await act(scope);
                return Verdict.Done;
            }, Stop);
            Assert.True(verdict.IsOk, verdict.Refusal?.Detail);
        }

        private static void AssertDone(ReceivedReply reply) => Assert.True(reply.Reply.Status == ReplyStatus.Ok, reply.Reply.Message);

        private static Command Command(string name, object input) => new(name, Actor.System, input) { Accounts = [1] };

        private static string Serial(int number) => $"SN{number}";

        private void Say(string text) => Done.Add(text);
    }
}
