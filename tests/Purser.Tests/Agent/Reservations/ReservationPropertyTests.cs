using Purser.Agent.Rules;
using Purser.Agent.State;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Agent.Reservations;

/// <summary>
/// Whatever people do, in any order, with old and repeated codes: what was given back never counts again, and the device is never registered and
/// reserved at once.
/// </summary>
[Trait("Feature", "RS-09")]
public sealed class ReservationPropertyTests(ITestOutputHelper output)
{
    private const int Acts = 600;
    private const int RememberedReturns = 16;

    [Fact]
    public async Task What_was_given_back_never_counts_again()
    {
        var numbers = SeededNumbers.FromEnvironment("PURSER_TEST_SEED", TimeProvider.System);
        output.WriteLine($"PURSER_TEST_SEED={numbers.Seed}");
        using var run = new Run(numbers);
        try
        {
            await run.ActAsync();
        }
        catch (Exception fault)
        {
            throw new InvalidOperationException($"With PURSER_TEST_SEED={numbers.Seed}, after {string.Join("; ", run.Done.TakeLast(10))}: {fault.Message}", fault);
        }
    }

    private sealed class Run(SeededNumbers numbers) : IDisposable
    {
        private readonly ReservedBench rig = new();
        private readonly List<(string Text, string Request)> made = [];
        private readonly HashSet<string> requests = new(StringComparer.Ordinal);
        private readonly HashSet<string> over = new(StringComparer.Ordinal);
        private readonly Dictionary<string, string> returned = new(StringComparer.Ordinal);
        private ulong number;

        public List<string> Done { get; } = [];

        public async Task ActAsync()
        {
            for (var act = 0; act < Acts; act++)
            {
                await ActOnceAsync();
                Check();
            }

            Assert.True(over.Count > 10, "the run should end many requests");
        }

        public void Dispose() => rig.Dispose();

        private async Task ActOnceAsync()
        {
            var before = rig.Unit;
            switch (numbers.Below(10))
            {
                case 0 or 1:
                    Request(before);
                    break;
                case 2 or 3:
                    Authorize(before);
                    break;
                case 4 or 5:
                    Note("install", Brought() is { } offered && rig.Reservation.Install(offered).IsOk);
                    break;
                case 6:
                    Return(before);
                    break;
                case 7:
                    End("cancel", before.Request?.Code, rig.Reservation.Cancel(all: false).IsOk);
                    break;
                case 8:
                    GiveBack();
                    break;
                default:
                    await LeaveAsync(before);
                    break;
            }
        }

        private void Request(UnitReservation before)
        {
            var result = rig.Reservation.Request(all: false);
            Assert.Equal(before.Installed is null, result.IsOk);
            if (result.IsOk)
            {
                Assert.Equal(before.Request is null, requests.Add(result.Value[0].Code));
            }

            Note("request", result.IsOk);
        }

        private void Authorize(UnitReservation unit)
        {
            if ((unit.Installed?.RequestCode ?? unit.Request?.Code) is { } request)
            {
                made.Add((numbers.Below(4) == 0 ? rig.Universal(request) : rig.File(request, ++number, ReservedBench.License(1 + numbers.Below(9), null, null)), request));
            }
        }

        private string? Brought() => made.Count == 0 ? null : made[numbers.Below(made.Count)].Text;

        private void GiveBack()
        {
            if (made.Count == 0)
            {
                return;
            }

            var (text, request) = made[numbers.Below(made.Count)];
            var result = rig.Reservation.ReturnUninstalled(text);
            Assert.True(rig.Unit.Installed?.RequestCode != request || !result.IsOk, "what is installed is not returned as never installed");
            Assert.True(result.IsOk || rig.Unit.Installed?.RequestCode == request || text[0] != '<', "a file proves itself, however old it is");
            if (result.IsOk)
            {
                Returned(request, result.Value.Code);
            }

            End("return authorization", request, result.IsOk);
        }

        private void Return(UnitReservation before)
        {
            var result = rig.Reservation.Return(all: false);
            if (result.IsOk && before.Installed is { } installed)
            {
                Returned(installed.RequestCode, result.Value[0].Code);
                End("return", installed.RequestCode, done: true);
            }
        }

        /// <summary>A request ends with one return code, however often it is asked for; the device remembers the last ones.</summary>
        private void Returned(string request, string code) =>
            Assert.True(returned.TryAdd(request, code) || returned[request] == code || returned.Count > RememberedReturns, "another return code for the same request");

        private async Task LeaveAsync(UnitReservation before)
        {
            if (numbers.Below(3) > 0)
            {
                rig.Bench.Restart();
                return;
            }

            await rig.Bench.RegisterAsync();
            End("register", before.Installed?.RequestCode, true);
            End("register", before.Request?.Code, true);
            Check();
            await rig.Bench.Agent.DeregisterAsync(AgentBench.Cancel);
        }

        private void End(string what, string? request, bool done)
        {
            if (done && request is not null)
            {
                over.Add(request);
            }

            Note(what, done);
        }

        private void Note(string what, bool done) => Done.Add($"{what}{(done ? "" : " (refused)")}");

        private void Check()
        {
            var unit = rig.Unit;
            Assert.DoesNotContain(unit.Installed?.RequestCode ?? "", over);
            Assert.DoesNotContain(unit.Request?.Code ?? "", over);
            Assert.True(unit.Installed is null || (unit.Request is null && rig.State.Registration.Identity is null));
            Assert.Equal(unit.Installed is null, unit.LastConfirmationCode is null);
            Assert.Equal(unit.Installed is not null, rig.State.IsReserved());
        }
    }
}
