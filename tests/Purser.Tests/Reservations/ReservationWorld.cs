using Purser.Protocol;
using Purser.Protocol.Usage;
using Purser.Server.Accounts;
using Purser.Server.Audit;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Licenses;
using Purser.Server.People;
using Purser.Server.Reservations;
using Purser.Server.Settings;
using Purser.Server.Store;
using Purser.Server.Usage;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Reservations;

/// <summary>An account in which reservation is enabled, with virtual accounts A and B, and a product with the licenses Advantage and Essentials.</summary>
internal sealed class ReservationWorld : IAsyncDisposable
{
    public const string Pid = "C9300-24UX";

    private int devices;

    private ReservationWorld(TestInstallation installation, TestStock stock) => (Installation, Stock) = (installation, stock);

    public TestInstallation Installation { get; }

    public TestStock Stock { get; }

    public long AccountId => Stock.Account.Id;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<ReservationWorld> StartAsync(Engine engine, bool isUniversal = false, Func<PurserSettings, PurserSettings>? settings = null) =>
        await MakeAsync(await TestInstallation.StartAsync(engine, settings), isUniversal);

    public static async Task<ReservationWorld> MakeAsync(TestInstallation installation, bool isUniversal = false)
    {
        var stock = await TestStock.MakeAsync(installation);
        var world = new ReservationWorld(installation, stock);
        await installation.Get<ApplyCatalog>().HandleAsync(
            Actor.System, new CatalogDraft { Products = [new ProductDraft("Switch") { Pids = "C9300-*" }] }, cancellation: Stop);
        var edit = new EditAccount.Input { SpecificReservation = true, UniversalReservation = isUniversal };
        Assert.True((await installation.Get<EditAccount>().HandleAsync(world.Command(EditAccount.Name, edit), edit, Stop)).IsOk);
        return world;
    }

    public ReservingDevice Device() => new(Pid, $"FCW{++devices:D5}");

    public Command Command(string name, object input) => new(name, Actor.System, input) { Accounts = [AccountId] };

    public async Task<Verdict<ReservationView>> TryReserveAsync(ReservingDevice device, string place = "A", params ReservationWish[] wishes) =>
        await TryReserveAsync(new ReserveLicenses.Input(await Stock.PlaceAsync(place), device.Ask()) { Licenses = wishes });

    public Task<Verdict<ReservationView>> TryReserveAsync(ReserveLicenses.Input input) =>
        Installation.Get<ReserveLicenses>().HandleAsync(Command(ReserveLicenses.Name, input), input, Stop);

    public async Task<ReservationView> ReserveAsync(ReservingDevice device, string place = "A", params ReservationWish[] wishes) => Ok(await TryReserveAsync(device, place, wishes));

    public Task<Verdict<ReservationView>> TryUpdateAsync(ReservationView of, params ReservationWish[] wishes)
    {
        var input = new UpdateReservation.Input(of.VirtualAccountId, of.DeviceId, wishes);
        return Installation.Get<UpdateReservation>().HandleAsync(Command(UpdateReservation.Name, input), input, Stop);
    }

    public async Task<ReservationView> UpdateAsync(ReservationView of, params ReservationWish[] wishes) => Ok(await TryUpdateAsync(of, wishes));

    public Task<Verdict<ReservationView>> ConfirmAsync(ReservationView of, string code)
    {
        var input = new ConfirmReservation.Input(of.VirtualAccountId, of.DeviceId, code);
        return Installation.Get<ConfirmReservation>().HandleAsync(Command(ConfirmReservation.Name, input), input, Stop);
    }

    public Task<Verdict<ReservationView>> CancelAsync(ReservationView of)
    {
        var input = new CancelReservationUpdate.Input(of.VirtualAccountId, of.DeviceId, "the customer called");
        return Installation.Get<CancelReservationUpdate>().HandleAsync(Command(CancelReservationUpdate.Name, input), input, Stop);
    }

    public Task<Verdict<ReservationView>> ReturnAsync(ReservationView of, string code)
    {
        var input = new EndReservation.ReturnInput(of.VirtualAccountId, of.DeviceId, code);
        return Installation.Get<EndReservation>().ReturnAsync(Command(EndReservation.ReturnName, input), input, Stop);
    }

    public Task<Verdict<ReservationView>> RehostAsync(ReservationView failed, ReservingDevice replacement)
    {
        var input = new RehostReservation.Input(failed.VirtualAccountId, failed.DeviceId, replacement.Ask(), null);
        return Installation.Get<RehostReservation>().HandleAsync(Command(RehostReservation.Name, input), input, Stop);
    }

    /// <summary>The device was upgraded to licensing by policy, and tells how many of Advantage it uses for an hour.</summary>
    /// <param name="others">The other units of its high availability set.</param>
    public async Task ReportAsync(ReservingDevice device, ulong id, long count, params ReservingDevice[] others)
    {
        var catalog = await Installation.Get<CatalogCache>().CurrentAsync(Stop);
        var now = Installation.Clock.Now;
        var report = new UsageReport(
            UsageReport.Version2, id, catalog.FindProduct("Switch")!.Tag, new Udi(Pid, device.SerialNumber), catalog.Entitlements.First(license => license.Name == "Advantage").Tag, "17.09.02",
            [new Measurement(now, now, now.AddHours(1), count)],
            Units: others.Length == 0 ? null : [new ReportingUnit("Active", new Udi(Pid, device.SerialNumber)), .. others.Select(other => new ReportingUnit("Standby", new Udi(Pid, other.SerialNumber)))]);
        Installation.Advance(TimeSpan.FromHours(1));
        var received = await Installation.Get<ReceiveReports>().HandleAsync(
            Command(ReceiveReports.Name, new { }), await Stock.PlaceAsync("A"), ReportSource.Api, [SealedReport.SealBuiltin(report).Write()], cancellation: Stop);
        Assert.Equal(1, Assert.Single(received.Value.ProductInstances).Counted);
    }

    /// <summary>"20 | 5 (14) | +1", as domain rules write the row of the license table; ⚠ where units are in transition.</summary>
    public async Task<string> RowAsync(string place = "A", string license = "Advantage")
    {
        var pool = await Stock.PoolAsync(place, license);
        var reserved = pool.Reserved == 0 ? "" : $" ({pool.Reserved})";
        return $"{pool.Purchased} | {pool.InUse}{reserved}{(pool.InTransition > 0 ? " ⚠" : "")} | {pool.Balance.ToString("+0;-0;0", System.Globalization.CultureInfo.InvariantCulture)}";
    }

    /// <summary>The clock goes on to a day, and licenses whose term has ended by then leave their pools.</summary>
    public async Task AtAsync(string day)
    {
        Installation.Advance(DateTimeOffset.Parse(day + " 00:00Z", System.Globalization.CultureInfo.InvariantCulture) - Installation.Clock.Now);
        await Installation.Get<ExpireLicenses>().HandleAsync(Stop);
    }

    public async Task AssertCleanAsync()
    {
        var report = await Installation.Get<AuditBook>().HandleAsync(Stop);
        Assert.True(report.IsClean, string.Join('\n', report.Findings));
    }

    public static ReservationView Ok(Verdict<ReservationView> verdict)
    {
        Assert.True(verdict.IsOk, verdict.Refusal?.Detail);
        return verdict.Value;
    }

    public ValueTask DisposeAsync() => Installation.DisposeAsync();
}
