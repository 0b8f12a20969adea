using System.Globalization;
using Purser.Server.Commands;
using Purser.Server.Licenses;
using Purser.Server.Reservations;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;
using static Purser.Tests.Reservations.ReservationWorld;

namespace Purser.Tests.Reservations;

/// <summary>The worked examples of domain rules 8 through the commands, with a device's own codes; the audit is clean after every step.</summary>
public sealed class ReservationLedgerTests
{
    [Theory, Engines]
    [Trait("Feature", "RS-03")]
    public async Task Increases_count_at_once_and_decreases_wait_for_the_confirmation(Engine engine)
    {
        await using var world = await StartAsync(engine);
        await world.Stock.DepositAsync("A", 12);
        await world.Stock.DepositAsync("A", 8, Until("2027-06-30"));
        await world.Stock.UseAsync("A", 5);
        var device = world.Device();
        var made = await world.ReserveAsync(device, "A", new ReservationWish("Advantage", 14));
        Assert.Equal("20 | 5 (14) | +1", await world.RowAsync());
        device.Install(made.Authorization);
        Assert.Equal([("Advantage", 12, null), ("Advantage", 2, new DateOnly(2027, 6, 30))], device.Grants);
        await world.AssertCleanAsync();

        var lower = await world.UpdateAsync(made, new ReservationWish("Advantage", 10));
        Assert.Equal("20 | 5 (14) ⚠ | +1", await world.RowAsync());
        await world.AssertCleanAsync();
        Assert.Equal(RefusalCode.UpdatePending, (await world.TryUpdateAsync(made, new ReservationWish("Advantage", 11))).Refusal?.Code);
        var code = device.Install(lower.Authorization);
        Ok(await world.ConfirmAsync(lower, code));
        Assert.Equal("20 | 5 (10) | +5", await world.RowAsync());
        await world.AssertCleanAsync();

        // The same code does nothing twice.
        Assert.Equal(RefusalCode.Conflict, (await world.ConfirmAsync(lower, code)).Refusal?.Code);
        var higher = await world.UpdateAsync(made, new ReservationWish("Advantage", 15));
        Assert.Equal("20 | 5 (15) | 0", await world.RowAsync());
        Assert.Equal(RefusalCode.CodeInvalid, (await world.ConfirmAsync(lower, code)).Refusal?.Code);
        Ok(await world.ConfirmAsync(higher, device.Install(higher.Authorization)));
        await world.AssertCleanAsync();

        Ok(await world.ReturnAsync(higher, device.Return()));
        Assert.Equal("20 | 5 | +15", await world.RowAsync());
        Assert.Equal(RefusalCode.Conflict, (await world.ReturnAsync(higher, device.Return())).Refusal?.Code);
        await world.AssertCleanAsync();
    }

    [Theory, Engines]
    [Trait("Feature", "RS-03")]
    public async Task A_canceled_update_leaves_everything_as_before_and_its_code_is_refused(Engine engine)
    {
        await using var world = await StartAsync(engine);
        await world.Stock.DepositAsync("A", 12);
        await world.Stock.DepositAsync("A", 8, Until("2027-06-30"));
        var device = world.Device();
        var made = await world.ReserveAsync(device, "A", new ReservationWish("Advantage", 14));
        var before = device.Install(made.Authorization);
        var lines = made.Licenses[0].Terms.Select(term => term.LineId).ToList();
        var exchanged = await world.UpdateAsync(made, new ReservationWish("Advantage", 0, [new(lines[0], 10), new(lines[1], 4)]));
        Assert.Equal("20 | 0 (16) ⚠ | +4", await world.RowAsync());
        var canceled = Ok(await world.CancelAsync(exchanged));
        Assert.Equal("20 | 0 (14) | +6", await world.RowAsync());
        Assert.Equal(made.Authorization, canceled.Authorization);
        await world.AssertCleanAsync();
        var next = await world.UpdateAsync(made, new ReservationWish("Advantage", 5));
        Assert.Equal(RefusalCode.CodeInvalid, (await world.ConfirmAsync(next, device.Install(exchanged.Authorization))).Refusal?.Code);
        Assert.Equal(RefusalCode.CodeInvalid, (await world.ConfirmAsync(next, before)).Refusal?.Code);
        Ok(await world.ConfirmAsync(next, device.Install(next.Authorization)));
        Assert.Equal("20 | 0 (5) | +15", await world.RowAsync());
        await world.AssertCleanAsync();
    }

    [Theory, Engines]
    [Trait("Feature", "RS-02")]
    public async Task A_term_that_ends_while_reserved_stays_on_the_books_until_it_is_replaced(Engine engine)
    {
        await using var world = await StartAsync(engine);
        await world.Stock.DepositAsync("A", 10);
        var term = await world.Stock.DepositAsync("A", 5, Until("2026-12-31"));
        await world.Stock.UseAsync("A", 4);
        var device = world.Device();
        var made = await world.ReserveAsync(device, "A", new ReservationWish("Advantage", 0, [new(term, 3)]));
        device.Install(made.Authorization);
        Assert.Equal("15 | 4 (3) | +8", await world.RowAsync());
        await world.AtAsync("2027-01-01");
        Assert.Equal("10 | 4 (3) | +3", await world.RowAsync());
        Assert.Contains(await world.Stock.AlertsAsync(), alert => alert.StartsWith("ReservedLicenseExpired", StringComparison.Ordinal));
        await world.AssertCleanAsync();

        // To nothing, canceled, and to three perpetual ones.
        var nothing = await world.UpdateAsync(made);
        Assert.Equal("10 | 4 (3) ⚠ | +3", await world.RowAsync());
        Ok(await world.CancelAsync(nothing));
        Assert.Equal("10 | 4 (3) | +3", await world.RowAsync());
        await world.AssertCleanAsync();
        var replaced = await world.UpdateAsync(made, new ReservationWish("Advantage", 3));
        Assert.Equal("10 | 4 (3) | +3", await world.RowAsync());
        Ok(await world.ConfirmAsync(replaced, device.Install(replaced.Authorization)));
        Assert.Equal("10 | 4 (3) | +3", await world.RowAsync());
        Assert.DoesNotContain(await world.Stock.AlertsAsync(), alert => alert.Contains("Reserved", StringComparison.Ordinal));
        await world.AssertCleanAsync();
    }

    [Theory, Engines]
    [Trait("Feature", "RS-03")]
    public async Task A_term_that_ends_while_an_update_is_pending_is_still_told_after_it_was_confirmed(Engine engine)
    {
        await using var world = await StartAsync(engine);
        await world.Stock.DepositAsync("A", 10);
        var term = await world.Stock.DepositAsync("A", 5, Until("2026-12-31"));
        var device = world.Device();
        var made = await world.ReserveAsync(device, "A", new ReservationWish("Advantage", 0, [new(term, 3)]));
        device.Install(made.Authorization);
        var raised = await world.UpdateAsync(made, new ReservationWish("Advantage", 0, [new(term, 4)]));
        await world.AtAsync("2027-01-01");
        Ok(await world.ConfirmAsync(raised, device.Install(raised.Authorization)));
        Assert.Equal("10 | 0 (4) | +6", await world.RowAsync());
        Assert.Contains(await world.Stock.AlertsAsync(), alert => alert.StartsWith("ReservedLicenseExpired", StringComparison.Ordinal));
        var replaced = await world.UpdateAsync(made, new ReservationWish("Advantage", 4));
        Ok(await world.ConfirmAsync(replaced, device.Install(replaced.Authorization)));
        Assert.DoesNotContain(await world.Stock.AlertsAsync(), alert => alert.StartsWith("ReservedLicenseExpired", StringComparison.Ordinal));
        await world.AssertCleanAsync();
    }

    [Theory, Engines]
    [Trait("Feature", "RS-05")]
    public async Task A_failed_product_is_rehosted_within_the_threshold(Engine engine)
    {
        await using var world = await StartAsync(engine);
        await world.Stock.DepositAsync("A", 10);
        var made = new List<ReservationView>();
        var owners = new List<ReservingDevice>();
        for (var number = 0; number < 10; number++)
        {
            owners.Add(world.Device());
            made.Add(await world.ReserveAsync(owners[^1], "A", new ReservationWish("Advantage", 1)));
            owners[^1].Install(made[^1].Authorization);
        }

        Assert.Equal("10 | 0 (10) | 0", await world.RowAsync());
        var replacement = world.Device();
        var copied = Ok(await world.RehostAsync(made[0], replacement));
        replacement.Install(copied.Authorization);
        Assert.Equal([1], replacement.Grants.Select(grant => grant.Count));
        Assert.Equal("10 | 0 (11) | -1", await world.RowAsync());
        await world.AssertCleanAsync();
        Assert.StartsWith("Previous Product Return Pending", (await world.RehostAsync(made[1], world.Device())).Refusal?.Detail, StringComparison.Ordinal);
        Assert.Equal(RefusalCode.Conflict, (await world.RehostAsync(made[0], world.Device())).Refusal?.Code);
        Ok(await world.ReturnAsync(made[0], owners[0].Return()));
        Assert.Equal("10 | 0 (10) | 0", await world.RowAsync());
        await world.AssertCleanAsync();

        // A, B, C: the replacement may fail in turn, and is returned by its own code.
        var third = world.Device();
        var again = Ok(await world.RehostAsync(copied, third));
        third.Install(again.Authorization);
        Assert.Equal("10 | 0 (11) | -1", await world.RowAsync());
        Ok(await world.ReturnAsync(again, third.Return()));
        Ok(await world.ReturnAsync(copied, replacement.Return()));
        Assert.Equal("10 | 0 (9) | +1", await world.RowAsync());
        await world.AssertCleanAsync();
    }

    [Theory, Engines]
    [Trait("Feature", "RS-05")]
    public async Task A_failed_product_whose_replacement_is_returned_can_be_rehosted_again(Engine engine)
    {
        await using var world = await ReservationWorld.StartAsync(engine);
        await world.Stock.DepositAsync("A", 5);
        var first = await world.ReserveAsync(world.Device(), "A", new ReservationWish("Advantage", 2));
        var second = await world.ReserveAsync(world.Device(), "A", new ReservationWish("Advantage", 3));
        var replacement = world.Device();
        var copied = Ok(await world.RehostAsync(first, replacement));
        replacement.Install(copied.Authorization);
        Assert.Equal("5 | 0 (7) | -2", await world.RowAsync());
        Assert.NotNull((await world.RehostAsync(second, world.Device())).Refusal);

        Ok(await world.ReturnAsync(copied, replacement.Return()));

        Assert.Equal("5 | 0 (5) | 0", await world.RowAsync());
        Ok(await world.RehostAsync(first, world.Device()));
        Assert.StartsWith("Previous Product Return Pending", (await world.RehostAsync(second, world.Device())).Refusal?.Detail, StringComparison.Ordinal);
        await world.AssertCleanAsync();
    }

    private static LicenseTerms Until(string day) => LicenseTerms.Term(new DateOnly(2026, 1, 1), DateOnly.Parse(day, CultureInfo.InvariantCulture), DayZone.Utc);
}
