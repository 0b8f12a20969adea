using System.Net;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Devices.Instances;
using Purser.Server.People;
using Purser.Server.Reservations;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;
using static Purser.Tests.Reservations.ReservationWorld;

namespace Purser.Tests.Reservations;

/// <summary>Codes and wishes that are refused, each with its cause and remedy; nothing is changed by them.</summary>
public sealed class ReservationBadInputTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    [Trait("Feature", "RS-01")]
    public async Task A_request_code_is_located_known_or_strange(Engine engine)
    {
        await using var world = await StartAsync(engine);
        await world.Stock.DepositAsync("A", 5);
        var device = world.Device();
        var code = device.Ask();
        Assert.Equal(RefusalCode.CodeInvalid, (await RefusedAsync(world, code[..^3])).Code);
        Assert.Equal(RefusalCode.CodeInvalid, (await RefusedAsync(world, "")).Code);
        Assert.Contains("never 0, O, I or l", (await RefusedAsync(world, $"{code[..^6]}O{code[^5..]}")).Detail, StringComparison.Ordinal);

        // A product id that the catalog does not know asks for the product; a foreign code is not refused for its checksum.
        var strange = await RefusedAsync(world, new ReservingDevice("NEW-1", "X1").Ask());
        Assert.Equal((RefusalCode.UnknownProduct, "product"), (strange.Code, strange.Field));
        Assert.True((await ReserveAsync(world, "CE-ZC9300-48P-4X:XDC240312LB5-A6rZG7jGd-75")).IsOk);

        // Used in this account, and in another one.
        Ok(await ReserveAsync(world, code));
        Assert.Contains("was used already, on", (await RefusedAsync(world, code)).Detail, StringComparison.Ordinal);
        Assert.Contains("has a reservation already", (await RefusedAsync(world, device.Ask())).Detail, StringComparison.Ordinal);
        var other = await world.Installation.People.AccountAsync("other.example");
        await EnableAsync(world, other.Id);
        Assert.DoesNotContain("on ", (await RefusedAsync(world, code, other)).Detail.Split('.')[0], StringComparison.Ordinal);
        Assert.Contains("in another Smart Account", (await RefusedAsync(world, device.Ask(), other)).Detail, StringComparison.Ordinal);
        await world.AssertCleanAsync();
    }

    [Theory, Engines]
    [Trait("Feature", "RS-01")]
    public async Task More_than_there_is_and_the_last_one_for_one_of_two(Engine engine)
    {
        await using var world = await StartAsync(engine);
        await world.Stock.DepositAsync("A", 5);
        await world.Stock.UseAsync("A", 4);
        var many = await world.TryReserveAsync(world.Device(), "A", new ReservationWish("Advantage", 2));
        Assert.Contains("can have at most 1", many.Refusal?.Detail, StringComparison.Ordinal);
        Assert.Equal(RefusalCode.InvalidInput, (await world.TryReserveAsync(world.Device(), "A", new ReservationWish("Advantage"))).Refusal?.Code);
        Assert.Equal(RefusalCode.UnknownEntitlement, (await world.TryReserveAsync(world.Device(), "A", new ReservationWish("Nothing", 1))).Refusal?.Code);
        Assert.Equal(RefusalCode.InvalidInput, (await world.TryReserveAsync(world.Device(), "A", new ReservationWish("Advantage", 1), new ReservationWish("advantage", 1))).Refusal?.Code);

        var both = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => world.TryReserveAsync(world.Device(), "A", new ReservationWish("Advantage", 1))));
        Assert.Equal(1, both.Count(made => made.IsOk));
        Assert.Equal(RefusalCode.NotEnoughAvailable, both.Single(made => !made.IsOk).Refusal?.Code);
        Assert.Equal("5 | 4 (1) | 0", await world.RowAsync());
        await world.AssertCleanAsync();
    }

    [Theory, Engines]
    [Trait("Feature", "RS-10")]
    public async Task The_operator_enables_it_and_clears_what_is_lost_for_good(Engine engine)
    {
        await using var world = await StartAsync(engine);
        await world.Stock.DepositAsync("A", 5);
        var universal = await world.TryReserveAsync(new ReserveLicenses.Input(await world.Stock.PlaceAsync("A"), world.Device().Ask()) { Kind = ReservationKind.Universal });
        Assert.Equal(RefusalCode.ReservationNotEnabled, universal.Refusal?.Code);

        var made = await world.ReserveAsync(world.Device(), "A", new ReservationWish("Advantage", 3));
        using var admin = await world.Installation.People.ApiAsync(world.Stock.Account);
        using var staff = await world.Installation.People.OperatorApiAsync();
        using var viewer = await world.Installation.People.ApiAsync(world.Stock.Account, Role.SmartAccountViewer);
        var address = $"{world.Stock.Account.Api}/virtual-accounts/{made.VirtualAccountId}";
        Assert.Equal(HttpStatusCode.OK, (await viewer.GetJsonAsync($"{address}/devices/{made.DeviceId}/reservation")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await viewer.PostJsonAsync($"{address}/reservations", new { requestCode = world.Device().Ask() })).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await admin.PostJsonAsync($"{address}/devices/{made.DeviceId}/reservation/remove", new { notes = "lost" })).Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await staff.PostJsonAsync($"{address}/devices/{made.DeviceId}/reservation/remove", new { notes = "" })).Status);

        // A removal from the table does not do: the device still has its code.
        var remove = new RemoveDevices.Input(made.VirtualAccountId, [made.DeviceId]);
        Assert.Equal(RefusalCode.ReservationInPlace, (await world.Installation.Get<RemoveDevices>().HandleAsync(world.Command(RemoveDevices.Name, remove), remove, Stop)).Refusal?.Code);
        Assert.Equal(HttpStatusCode.OK, (await staff.PostJsonAsync($"{address}/devices/{made.DeviceId}/reservation/remove", new { notes = "burnt down, letter of the insurance" })).Status);
        Assert.Equal("5 | 0 | +5", await world.RowAsync());
        await world.AssertCleanAsync();
    }

    [Theory, Engines]
    [Trait("Feature", "RS-05")]
    public async Task A_replacement_is_the_same_product(Engine engine)
    {
        await using var world = await StartAsync(engine);
        await world.Installation.Get<ApplyCatalog>().HandleAsync(Actor.System, new CatalogDraft { Products = [new ProductDraft("Router") { Pids = "ASR1001-X" }] }, cancellation: Stop);
        await world.Stock.DepositAsync("A", 5);
        var made = await world.ReserveAsync(world.Device(), "A", new ReservationWish("Advantage", 2));
        Assert.Contains("must be the same product", (await world.RehostAsync(made, new ReservingDevice("ASR1001-X", "R1"))).Refusal?.Detail, StringComparison.Ordinal);

        // Surplus pays for the copy; the failed one takes no update any more.
        var copy = Ok(await world.RehostAsync(made, world.Device()));
        Assert.Equal("5 | 0 (4) | +1", await world.RowAsync());
        Assert.Contains("can only be removed", (await world.TryUpdateAsync(made, new ReservationWish("Advantage", 1))).Refusal?.Detail, StringComparison.Ordinal);
        Assert.Contains(await world.Stock.AlertsAsync(), alert => alert.StartsWith("PendingRemoval", StringComparison.Ordinal));
        var reset = new RehostReservation.ResetInput(made.VirtualAccountId, made.DeviceId);
        Ok(await world.Installation.Get<RehostReservation>().ResetAsync(world.Command(RehostReservation.ResetName, reset), reset, Stop));
        Assert.DoesNotContain(await world.Stock.AlertsAsync(), alert => alert.StartsWith("PendingRemoval", StringComparison.Ordinal));
        Assert.Equal("5 | 0 (4) | +1", await world.RowAsync());
        Assert.NotEqual(made.DeviceId, copy.DeviceId);
        await world.AssertCleanAsync();
    }

    private static async Task EnableAsync(ReservationWorld world, long account)
    {
        await using var db = world.Installation.Database.Open();
        await db.Accounts.Where(row => row.Id == account).ExecuteUpdateAsync(set => set.SetProperty(row => row.SpecificReservation, true), Stop);
    }

    private static async Task<Verdict<ReservationView>> ReserveAsync(ReservationWorld world, string code) =>
        await world.TryReserveAsync(new ReserveLicenses.Input(await world.Stock.PlaceAsync("A"), code) { Licenses = [new ReservationWish("Advantage", 1)] });

    private static async Task<Refusal> RefusedAsync(ReservationWorld world, string code, TestAccount? account = null)
    {
        var place = account?.DefaultVirtualAccountId ?? await world.Stock.PlaceAsync("A");
        var input = new ReserveLicenses.Input(place, code) { Licenses = [new ReservationWish("Advantage", 1)] };
        var command = new Command(ReserveLicenses.Name, Actor.System, input) { Accounts = [account?.Id ?? world.AccountId] };
        return (await world.Installation.Get<ReserveLicenses>().HandleAsync(command, input, Stop)).Refusal ?? throw new InvalidOperationException("It was not refused");
    }
}
