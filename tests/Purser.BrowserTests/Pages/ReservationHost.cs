using System.Globalization;
using Purser.BrowserTests.Support;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Licenses;
using Purser.Server.Orders;
using Purser.Server.Orders.Shipments;
using Purser.Server.People;
using Purser.Server.Reservations;
using Purser.Tests.Infrastructure;
using Purser.Tests.Reservations;

namespace Purser.BrowserTests.Pages;

/// <summary>A server with reservations at every stage: confirmed, upgraded to licensing by policy, with a pending update, universal, failed and rehosted, of a file, and of an order that is half shipped.</summary>
public sealed class ReservationHost : IAsyncLifetime
{
    private readonly Dictionary<string, string> numbers = [];
    private TestInstallation? installation;
    private ReservationWorld? world;
    private string address = "";

    internal Actor Administrator { get; private set; } = default!;

    internal Actor Operator { get; private set; } = default!;

    private ReservationWorld World => world!;

    public async ValueTask InitializeAsync()
    {
        (installation, address) = await PagesHost.StartServerAsync();
        world = await ReservationWorld.MakeAsync(installation, isUniversal: true);
        Administrator = await installation.People.PersonAsync(World.Stock.Account, Role.SmartAccountAdministrator);
        Operator = await installation.People.OperatorAsync();
        await MakeStockAsync();
        await MakeReservationsAsync();
        await MakeBatchAsync();
        await MakeOrderAsync();
    }

    internal Task<Visit> VisitAsync(Browser browser, bool asOperator, VisitOptions? options = null) =>
        PagesHost.VisitAsync(browser, installation!, address, asOperator ? Operator : Administrator, options);

    /// <summary>Puts numbers into an address: {place}, {confirmed}, {pending} ….</summary>
    public string Fill(string pattern) => numbers.Aggregate(pattern, (text, number) => text.Replace("{" + number.Key + "}", number.Value, StringComparison.Ordinal));

    /// <summary>Of a product that nobody has seen yet; the look of the wizard reserves nothing.</summary>
    public string NewRequest(bool mayAdd = false) => mayAdd ? new ReservingDevice("SAFE-48", "FCWSAFE0001").Ask() : World.Device().Ask();

    private async Task MakeStockAsync()
    {
        var draft = new CatalogDraft
        {
            Products = [new ProductDraft("Safe") { Pids = "SAFE-*", Entitlements = ["Advantage", "Essentials"], Includes = [new IncludedDraft("Essentials", 4)] }],
            Skus = [new SkuDraft("ADV-F", Lines: [new SkuLineDraft("Advantage", 2)])],
        };
        Assert.True((await installation!.Get<ApplyCatalog>().HandleAsync(Actor.System, draft)).IsOk);
        await World.Stock.DepositAsync("A", 40);
        await World.Stock.DepositAsync("A", 12, LicenseTerms.Term(new DateOnly(2026, 1, 1), new DateOnly(2036, 12, 31), DayZone.Utc));
        await World.Stock.DepositAsync("A", 25, license: "Essentials");
        numbers["account"] = World.Stock.Account.Domain;
        numbers["place"] = Text(await World.Stock.PlaceAsync("A"));
    }

    private async Task MakeReservationsAsync()
    {
        numbers["confirmed"] = Text((await World.ReserveAsync(World.Device(), "A", new ReservationWish("Advantage", 4), new ReservationWish("Essentials", 2))).DeviceId);
        var upgraded = World.Device();
        var before = await World.ReserveAsync(upgraded, "A", new ReservationWish("Advantage", 3));
        await World.ReportAsync(upgraded, 1, 5);
        (numbers["upgraded"], numbers["advantage"]) = (Text(before.DeviceId), Text(before.Licenses[0].EntitlementId));
        var lowered = World.Device();
        var made = await World.ReserveAsync(lowered, "A", new ReservationWish("Advantage", 5));
        lowered.Install(made.Authorization);
        numbers["pending"] = Text((await World.UpdateAsync(made, new ReservationWish("Advantage", 2))).DeviceId);
        var typed = new ReserveLicenses.Input(await World.Stock.PlaceAsync("A"), World.Device().Ask()) { Kind = ReservationKind.Universal };
        numbers["universal"] = Text(ReservationWorld.Ok(await World.TryReserveAsync(typed)).DeviceId);
        var failed = await World.ReserveAsync(World.Device(), "A", new ReservationWish("Advantage", 3));
        numbers["failed"] = Text(failed.DeviceId);
        numbers["replacement"] = Text(ReservationWorld.Ok(await World.RehostAsync(failed, World.Device())).DeviceId);
    }

    /// <summary>Four codes are reserved; one is wrong, one asks for more than there is.</summary>
    private async Task MakeBatchAsync()
    {
        var batches = new BatchWorld(World);
        var lines = Enumerable.Range(1, 4).Select(_ => $"{World.Device().Ask()},Advantage,1").Append("PA-ZC9300-24UX:FCW2134L0RN-7uQ2XkPm4-00,Advantage,1").Append($"{World.Device().Ask()},Essentials,900");
        var batch = await batches.StartAsync(BatchWorld.Csv(lines));
        await batches.RunJobAsync();
        numbers["batch"] = Text(batch.Id);
    }

    private async Task MakeOrderAsync()
    {
        var order = new BookOrder.Input("SO-4711", [new OrderLineInput("ADV-F", 3, World.Stock.Account.Domain, "A", FactoryReserved: true)]);
        var booked = await installation!.Get<BookOrder>().HandleAsync(new Command(BookOrder.Name, Actor.System, order), order);
        Assert.True(booked.IsOk, booked.Refusal?.Detail);
        var shipment = new ConfirmShipment.Input(booked.Value.Id, [new ConfirmShipment.Shipped(1, World.Device().Ask())]);
        var shipped = await installation!.Get<ConfirmShipment>().HandleAsync(new Command(ConfirmShipment.Name, Actor.System, shipment), shipment);
        Assert.True(shipped.IsOk, shipped.Refusal?.Detail);
        numbers["order"] = Text(booked.Value.Id);
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    public async ValueTask DisposeAsync()
    {
        if (installation is not null)
        {
            await installation.DisposeAsync();
        }
    }
}
