using System.Globalization;
using Purser.Agent.Rules;
using Purser.Agent.State;
using Purser.Protocol.Reservations;

namespace Purser.Agent.Show;

/// <summary>"Reservation Info" and what a reserved license shows (device reference 3.3).</summary>
internal static class ReservationSections
{
    /// <param name="whole">For tech support: every line, with "none" where there is nothing, also while reservation is disabled.</param>
    public static void Write(ShowText text, DeviceState state, bool whole)
    {
        var units = state.UnitsOf();
        text.Title("Reservation Info").Line($"License reservation: {(state.Reservation.Enabled ? "ENABLED" : "DISABLED")}");
        if (!whole && !state.Reservation.Enabled && units.All(static one => one.Unit.Phase == ReservationPhase.None))
        {
            return;
        }

        text.Line().Line("Overall status:");
        foreach (var (role, unit) in units)
        {
            text.Line($"  {role}: {unit.Udi.Display}").Append(section => Unit(section, unit, whole));
        }

        var licenses = units.SelectMany(static one => one.Unit.Installed?.Licenses ?? []).GroupBy(static license => license.Tag).ToList();
        if (licenses.Count > 0)
        {
            text.Line().Line("Specified license reservations:");
        }

        foreach (var license in licenses)
        {
            License(text, [.. license], units);
        }
    }

    public static string Status(ReservationPhase phase) => phase switch
    {
        ReservationPhase.InProgress => "RESERVATION IN PROGRESS",
        ReservationPhase.Specific => "SPECIFIC INSTALLED",
        ReservationPhase.Universal => "UNIVERSAL INSTALLED",
        _ => "NOT INSTALLED",
    };

    /// <summary>Below a license in use; nothing while the device is not reserved.</summary>
    public static void Usage(ShowText text, DeviceState state, EntitlementUse use)
    {
        if (!state.IsReserved())
        {
            return;
        }

        text.Line("  Reservation:").Line($"    Reservation status: {Status(state.ActiveUnit().Phase)}");
        if (state.ActiveUnit().Installed is { IsUniversal: false })
        {
            text.Line(string.Create(CultureInfo.InvariantCulture, $"    Total reserved count: {ReservedCover.Of(state, use).Sum(static license => license.Count)}"));
        }

        if (use.Reason is { } reason)
        {
            text.Line($"    Reason: {reason}");
        }
    }

    private static void Unit(ShowText text, UnitReservation unit, bool whole)
    {
        var since = unit switch
        {
            { Installed.At: var at } => $" on {ShowText.Date(at)}",
            { Request.At: var at } => $" on {ShowText.Date(at)}",
            _ => "",
        };
        text.Line($"      Reservation status: {Status(unit.Phase)}{since}");
        if (unit.Installed is not null)
        {
            text.Line("      Export-Controlled Functionality: ALLOWED");
        }

        Known(text, whole, "Request code", unit.Request?.Code ?? (whole ? unit.Installed?.RequestCode : null));
        Known(text, whole, "Last return code", unit.LastReturn?.ReturnCode);
        Known(text, whole, "Last Confirmation code", unit.LastConfirmationCode);
        if (whole)
        {
            Known(text, whole, "Reservation authorization code", unit.Installed is not { } installed ? null
                : installed.IsUniversal ? "universal" : string.Create(CultureInfo.InvariantCulture, $"number {installed.Number}"));
        }
    }

    private static void Known(ShowText text, bool whole, string what, string? value)
    {
        if (whole || value is not null)
        {
            text.Line($"      {what}: {value ?? "<none>"}");
        }
    }

    private static void License(ShowText text, IReadOnlyList<AuthorizedLicense> terms, IReadOnlyList<(string Role, UnitReservation Unit)> units)
    {
        var name = Protocol.Tag.TryParse(terms[0].Tag, out var tag) ? tag.Name : terms[0].Tag;
        text.Line($"  {terms[0].DisplayName} ({name}):")
            .Line($"    Description: {terms[0].TagDescription}")
            .Line(string.Create(CultureInfo.InvariantCulture, $"    Total reserved count: {terms.Sum(static term => term.Count)}"))
            .Line("    Term information:");
        foreach (var (role, unit) in units)
        {
            var own = unit.Installed?.Licenses.Where(license => license.Tag == terms[0].Tag).ToList() ?? [];
            if (own.Count > 0)
            {
                text.Line($"      {role}: {unit.Udi.Display}");
            }

            own.ForEach(term => Term(text, term));
        }
    }

    private static void Term(ShowText text, AuthorizedLicense term)
    {
        text.Line($"        License type: {(term.IsPerpetual ? "PERPETUAL" : "TERM")}");
        if (!term.IsPerpetual)
        {
            text.Line($"          Start Date: {Day(term.StartsOn, term.StartsAt)}").Line($"          End Date: {Day(term.EndsOn, term.EndsAt)}");
        }

        text.Line(string.Create(CultureInfo.InvariantCulture, $"          Term Count: {term.Count}"));
        if (term.SubscriptionId.Length > 0)
        {
            text.Line($"          Subscription ID: {term.SubscriptionId}");
        }
    }

    /// <summary>Days are those of UTC, unless the authorization says when they begin and end.</summary>
    private static string Day(DateOnly? day, DateTimeOffset? at) => day is { } known
        ? $"{known.ToString("yyyy-MMM-dd", CultureInfo.InvariantCulture).ToUpperInvariant()}{(at is { } instant ? $" ({ShowText.Date(instant)})" : " UTC")}"
        : "None";
}
