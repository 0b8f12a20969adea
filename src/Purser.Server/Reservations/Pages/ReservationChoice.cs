using System.Globalization;
using Purser.Server.Web;
using Purser.Server.Web.Components;

namespace Purser.Server.Reservations.Pages;

/// <summary>What is offered, and what was chosen of it in the wizard.</summary>
internal static class ReservationChoice
{
    /// <summary>Licenses that come into the inventory with the reservation are there to be reserved (help ch. 4, step 3).</summary>
    public static OfferReservation.Answer WithAdditions(OfferReservation.Answer offer, ReservationForm form)
    {
        var added = form.Additions.Where(wish => wish.Quantity > 0).ToDictionary(wish => wish.EntitlementId, wish => wish.Quantity);
        var missing = offer.CanAdd.Where(license => added.ContainsKey(license.EntitlementId) && offer.Licenses.All(one => one.EntitlementId != license.EntitlementId))
            .Select(license => new OfferReservation.License(license.EntitlementId, license.License, license.Description, 0, 0, 0, []));
        return added.Count == 0 ? offer : offer with
        {
            Licenses = [.. offer.Licenses.Concat(missing).Select(license => With(license, added.GetValueOrDefault(license.EntitlementId)))
                .OrderBy(license => license.Name, StringComparer.OrdinalIgnoreCase)],
        };
    }

    /// <summary>A line that comes only with the reservation cannot be chosen by itself, so such a license is chosen as a whole.</summary>
    private static OfferReservation.License With(OfferReservation.License license, long added) =>
        added == 0 ? license : license with { Available = license.Available + added, Maximum = license.Maximum + added, Lines = [] };

    /// <summary>By lines where the terms were opened and filled in, otherwise by the quantity; blank is zero (help ch. 4).</summary>
    public static (IReadOnlyList<ReservationWish> Wishes, FormErrors Errors) Read(OfferReservation.Answer offer, ReservationForm form)
    {
        var (wishes, errors) = (new List<ReservationWish>(), new Dictionary<string, string>());
        foreach (var license in offer.Licenses)
        {
            var lines = license.Lines.Select(line => (line.LineId, line.Maximum, Field: ReservationForm.LineField(license.EntitlementId, line.LineId))).Where(line => form.Typed(line.Field).Length > 0).ToList();
            var field = ReservationForm.QuantityField(license.EntitlementId);
            var total = NumberOf(form, field, license.Maximum, errors) ?? 0;
            var chosen = lines.ConvertAll(line => new ReservationWish.Line(line.LineId, NumberOf(form, line.Field, line.Maximum, errors) ?? 0));
            if (lines.Count > 0 && form.Typed(field).Length > 0 && chosen.Sum(line => line.Quantity) is var sum && sum != total)
            {
                errors.TryAdd(field, $"The terms below add up to {Figure.Text(sum)}, not {Figure.Text(total)}. Clear one or the other.");
            }

            var name = license.EntitlementId.ToString(CultureInfo.InvariantCulture);
            wishes.Add(lines.Count > 0 ? new ReservationWish(name, 0, chosen) : new ReservationWish(name, total));
        }

        return ([.. wishes.Where(wish => wish.Sum > 0)], new FormErrors(null, errors));
    }

    /// <param name="maximum">Null: unlimited.</param>
    private static long? NumberOf(ReservationForm form, string field, long? maximum, Dictionary<string, string> errors)
    {
        var typed = form.Typed(field);
        var number = typed.Length == 0 ? 0 : ReservationForm.Number(typed);
        if (number is null or < 0)
        {
            errors[field] = "Enter a whole number, 0 or more.";
        }
        else if (number > maximum)
        {
            errors[field] = $"At most {Figure.Text(maximum.Value)} can be reserved.";
        }

        return number;
    }
}
