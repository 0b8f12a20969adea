using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Devices;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Reservations;
using Purser.Server.Store;

namespace Purser.Server.Compat;

/// <summary>License reservation in the published API (API reference 3.6): each item is a command of its own and has its own outcome.</summary>
internal sealed class ReservationCalls(
    Database database, CatalogCache catalogs, Places places, ReserveLicenses reserve, UpdateReservation update, ConfirmReservation confirm)
{
    private sealed record Outcome(Refusal? Refusal, ReservationView? View, Device? Device, string? Asked)
    {
        public string Status => Refusal is null ? Published.Success : "FAILURE";
    }

    /// <summary>POST v1 and v2 …/reserve-licenses.</summary>
    public async Task<IResult> ReserveAsync(HttpContext context)
    {
        var input = await PublishedInput.ReadAsync(context.Request);
        var place = await places.OfRouteAsync(context, Permission.LicenseReserve);
        return !place.IsOk ? Published.Refused(place.Refusal!) : await AnswerAsync(context, input.Objects("reservationRequests"), (item, key) => ReserveAsync(context, place.Value, item, key), "reservation");
    }

    /// <summary>POST …/licenses/reserve-bulk of the newer contract: the same for several virtual accounts.</summary>
    public async Task<IResult> ReserveBulkAsync(HttpContext context)
    {
        var input = await PublishedInput.ReadAsync(context.Request);
        var all = new List<(PublishedInput Item, Verdict<VirtualAccount> Place)>();
        foreach (var group in input.Objects("virtualAccounts"))
        {
            var place = await places.FindAsync(context, Permission.LicenseReserve, group.Text("name") ?? "");
            all.AddRange(group.Objects("reservationRequests").Select(item => (item, place)));
        }

        return await AnswerAsync(context, [.. all.Select(one => one.Item)], (item, key) =>
        {
            var place = all.First(one => ReferenceEquals(one.Item, item)).Place;
            return place.IsOk ? ReserveAsync(context, place.Value, item, key) : Task.FromResult(new Outcome(place.Refusal, null, null, item.Text("reservationCode")));
        }, "reservation");
    }

    /// <summary>POST …/update-licenses.</summary>
    public async Task<IResult> UpdateAsync(HttpContext context)
    {
        var input = await PublishedInput.ReadAsync(context.Request);
        var place = await places.OfRouteAsync(context, Permission.LicenseReserve);
        return !place.IsOk ? Published.Refused(place.Refusal!) : await AnswerAsync(context, input.Objects("reservationUpdateRequests"), (item, key) => UpdateAsync(context, place.Value, item, key), "reservation");
    }

    /// <summary>POST …/confirm-licenses.</summary>
    public async Task<IResult> ConfirmAsync(HttpContext context)
    {
        var input = await PublishedInput.ReadAsync(context.Request);
        var place = await places.OfRouteAsync(context, Permission.LicenseReserve);
        if (!place.IsOk)
        {
            return Published.Refused(place.Refusal!);
        }

        var items = input.Objects("reservationConfirmationRequests");
        if (Published.ListProblem(items.Count) is { } problem)
        {
            return problem;
        }

        var outcomes = new List<object>();
        var done = 0;
        foreach (var (index, item) in items.Index())
        {
            var outcome = await ConfirmAsync(context, place.Value, item, KeyOf(context, index));
            done += outcome.Refusal is null ? 1 : 0;
            outcomes.Add(new
            {
                status = outcome.Status, statusMessage = outcome.Refusal?.Detail ?? "Update confirmed", confirmation_code = item.Text("confirmationCode"),
                sudi = PublishedSudi.Read(item.Object("sudi") ?? item), productTagName = item.Text("productTagName"),
            });
        }

        // One request is answered as one thing, several as a list.
        return Published.Answer(new
        {
            data = outcomes.Count == 1 ? outcomes[0] : outcomes, status = StatusOf(done, outcomes.Count), statusMessage = $"{done} update requests processed successfully",
        });
    }

    private async Task<IResult> AnswerAsync(HttpContext context, IReadOnlyList<PublishedInput> items, Func<PublishedInput, string?, Task<Outcome>> act, string what)
    {
        if (Published.ListProblem(items.Count) is { } problem)
        {
            return problem;
        }

        var catalog = await catalogs.CurrentAsync(context.RequestAborted);
        var outcomes = new List<Outcome>();
        foreach (var (index, item) in items.Index())
        {
            outcomes.Add(await act(item, KeyOf(context, index)));
        }

        var codes = outcomes.Select(outcome => Written(outcome, catalog)).ToList();
        var done = outcomes.Count(outcome => outcome.Refusal is null);

        // The list under the right name and the misspelled one (API reference 3.6).
        return Published.Answer(new
        {
            authorizationCodes = codes, autorizationCodes = codes, status = StatusOf(done, codes.Count), statusMessage = $"{done} {what} requests processed successfully",
        });
    }

    private async Task<Outcome> ReserveAsync(HttpContext context, VirtualAccount place, PublishedInput item, string? key)
    {
        if (item.Text("reservationCode") is not { } code)
        {
            return new Outcome(Missing(), null, null, null);
        }

        var isUniversal = string.Equals(item.Text("reservationType"), "UNIVERSAL", StringComparison.OrdinalIgnoreCase);
        Verdict<IReadOnlyList<ReservationWish>> wishes = isUniversal ? new List<ReservationWish>() : Wishes(item);
        if (!wishes.IsOk)
        {
            return new Outcome(wishes.Refusal, null, null, code);
        }

        var input = new ReserveLicenses.Input(place.Id, code)
        {
            Kind = isUniversal ? ReservationKind.Universal : ReservationKind.Specific, Licenses = wishes.Value, Product = item.Text("productTagName", "softwareTag"),
        };
        var made = await reserve.HandleAsync(context.Command(ReserveLicenses.Name, input) with { IdempotencyKey = key }, input, context.RequestAborted);
        return made.IsOk ? new Outcome(null, made.Value, await DeviceAsync(made.Value, place.AccountId, context.RequestAborted), code) : new Outcome(made.Refusal, null, null, code);
    }

    private async Task<Outcome> UpdateAsync(HttpContext context, VirtualAccount place, PublishedInput item, string? key)
    {
        var found = await FindAsync(context, place, item);
        var wishes = Wishes(item);
        if (!found.IsOk || !wishes.IsOk)
        {
            return new Outcome(found.Refusal ?? wishes.Refusal, null, null, null);
        }

        var input = new UpdateReservation.Input(place.Id, found.Value.Id, wishes.Value);
        var made = await update.HandleAsync(context.Command(UpdateReservation.Name, input) with { IdempotencyKey = key }, input, context.RequestAborted);
        return made.IsOk ? new Outcome(null, made.Value, found.Value, made.Value.RequestCode) : new Outcome(made.Refusal, null, found.Value, null);
    }

    private async Task<Outcome> ConfirmAsync(HttpContext context, VirtualAccount place, PublishedInput item, string? key)
    {
        var found = await FindAsync(context, place, item);
        if (!found.IsOk || item.Text("confirmationCode") is not { } code)
        {
            return new Outcome(found.Refusal ?? Missing(), null, null, null);
        }

        var input = new ConfirmReservation.Input(place.Id, found.Value.Id, code);
        var made = await confirm.HandleAsync(context.Command(ConfirmReservation.Name, input) with { IdempotencyKey = key }, input, context.RequestAborted);
        return new Outcome(made.Refusal, null, found.Value, null);
    }

    /// <summary>The one product instance of a virtual account that reserves and that the item means.</summary>
    private async Task<Verdict<Device>> FindAsync(HttpContext context, VirtualAccount place, PublishedInput item)
    {
        var sudi = PublishedSudi.Read(item.Object("sudi") ?? item);
        if (!sudi.NamesOne)
        {
            return Missing();
        }

        await using var db = database.Read(place.AccountId);
        var found = await sudi.Find(db.Devices.Where(device => device.AccountId == place.AccountId && device.VirtualAccountId == place.Id && device.State == DeviceState.Registered && device.Mode == DeviceMode.Reserved))
            .OrderBy(device => device.Id).Take(2).ToListAsync(context.RequestAborted);
        return found is [var one] ? one : Verdict.Refused(RefusalCode.NotFound, $"No Product Instance {sudi} with a reservation was found in Virtual Account ‘{place.Name}’.");
    }

    private async Task<Device?> DeviceAsync(ReservationView view, long accountId, CancellationToken cancellation)
    {
        await using var db = database.Read(accountId);
        return await db.Devices.FirstOrDefaultAsync(row => row.AccountId == accountId && row.Id == view.DeviceId, cancellation);
    }

    private static Verdict<IReadOnlyList<ReservationWish>> Wishes(PublishedInput item)
    {
        var wishes = new List<ReservationWish>();
        foreach (var license in item.Objects("licenses"))
        {
            if (license.Text("entitlementTag", "license") is not { } tag || license.Number("quantity", out _) is not (> 0 and var quantity))
            {
                return Verdict.Refused(RefusalCode.InvalidInput, "Each license needs an entitlementTag and a quantity of 1 or more.");
            }

            wishes.Add(new ReservationWish(tag, quantity) { LongestTermLast = string.Equals(license.Text("precedence"), "LONGEST_TERM_LAST", StringComparison.OrdinalIgnoreCase) });
        }

        return wishes;
    }

    private static object Written(Outcome outcome, CatalogSnapshot catalog)
    {
        var product = outcome.Device is { } device ? catalog.FindProduct(device.ProductId) : null;
        return new
        {
            sudi = outcome.Device is null ? null : PublishedSudi.Of(outcome.Device),
            productInstance = outcome.Device?.DisplayName,
            licenses = (outcome.View?.Licenses ?? []).SelectMany(license => license.Terms.Where(term => term.Quantity > 0).Select(term => new
            {
                licenseType = term.EndsOn is null ? "PERPETUAL" : "TERM", quantity = term.Quantity, startDate = Published.Day(term.StartsOn), endDate = Published.Day(term.EndsOn),
                name = license.Name, entitlementTag = catalog.FindEntitlement(license.EntitlementId)!.Tag,
            })),
            authorizationCode = outcome.View?.Authorization,
            productTagName = product?.Tag,
            productType = outcome.Device?.UdiPid,
            status = outcome.Status,
            statusMessage = outcome.Refusal?.Detail ?? "Authorization code generated successfully",
            reservationCode = outcome.Asked,
        };
    }

    private static string? KeyOf(HttpContext context, int index) => context.IdempotencyKey() is { } own ? $"{own}:{index}" : null;

    private static string StatusOf(int done, int all) => done == all ? Published.Success : done == 0 ? Published.ErrorStatus : "WARNING";

    private static Refusal Missing() => Verdict.Refused(RefusalCode.InvalidInput, "Missing required input parameters");
}
