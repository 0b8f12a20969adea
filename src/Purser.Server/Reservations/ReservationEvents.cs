using System.Globalization;
using Purser.Server.Events;

namespace Purser.Server.Reservations;

/// <summary>Units of a license with one end, as the events of reservation name them.</summary>
/// <param name="EndsOn">Null for perpetual licenses.</param>
public readonly record struct ReservedPart(string License, long Quantity, DateOnly? EndsOn);

/// <summary>
/// The six reservation events (help ch. 5; RS-10). The source gives the words of the first (help ch. 4); the others follow it. Dates are
/// DD-MMM-YYYY, parts are grouped by license and then by end (domain rules 11.2).
/// </summary>
public static class ReservationEvents
{
    public const string ReservedKind = "Licenses Reserved";

    public static EventText Reserved(string device, string virtualAccount, IEnumerable<ReservedPart> parts) => new(
        ReservedKind, $"The following licenses were reserved on product instance \"{device}\" in Virtual Account \"{virtualAccount}\": {List(parts)}.");

    public static EventText ReservedUniversally(string device, string virtualAccount) => new(
        ReservedKind, $"All licenses were reserved on product instance \"{device}\" in Virtual Account \"{virtualAccount}\" (universal license reservation).");

    public static EventText Moved(string device, string from, string to, IEnumerable<ReservedPart> parts) => new(
        "Product Instance with Reserved Licenses Transferred",
        $"The product instance \"{device}\" with the following reserved licenses was transferred from the Virtual Account \"{from}\" to the Virtual Account \"{to}\": {List(parts)}.");

    public static EventText Increased(string device, string virtualAccount, IEnumerable<ReservedPart> parts) => new(
        "Reserved Licenses Increased",
        $"The reservation of product instance \"{device}\" in Virtual Account \"{virtualAccount}\" was increased by the following licenses: {List(parts)}.");

    public static EventText Decreased(string device, string virtualAccount, IEnumerable<ReservedPart> parts) => new(
        "Reserved Licenses Decreased",
        $"The reservation of product instance \"{device}\" in Virtual Account \"{virtualAccount}\" was decreased by the following licenses: {List(parts)}.");

    public static EventText Canceled(string device, string virtualAccount) => new(
        "Reservation Update Canceled", $"The update of the reservation of product instance \"{device}\" in Virtual Account \"{virtualAccount}\" was canceled.");

    public static EventText Confirmed(string device, string virtualAccount) => new(
        "Reservation Confirmation Code Entered",
        $"The confirmation code for the update of the reservation of product instance \"{device}\" in Virtual Account \"{virtualAccount}\" was entered.");

    public static EventText Returned(string device, string virtualAccount, IReadOnlyCollection<ReservedPart> parts) => new(
        "Reserved Licenses Returned",
        $"The reservation of product instance \"{device}\" in Virtual Account \"{virtualAccount}\" ended"
        + (parts.Count == 0 ? "." : $" and the following licenses were returned to the inventory: {List(parts)}."));

    public static EventText Rehosted(string failed, string replacement, string virtualAccount) => new(
        "Reserved Licenses Rehosted",
        $"The licenses that the failed product instance \"{failed}\" reserves in Virtual Account \"{virtualAccount}\" were copied to the product instance \"{replacement}\".");

    private static string List(IEnumerable<ReservedPart> parts)
    {
        var licenses = parts.GroupBy(part => part.License).OrderBy(group => group.Key, StringComparer.Ordinal).Select(License).ToList();
        return licenses.Count < 2 ? string.Concat(licenses) : $"{string.Join("; ", licenses.SkipLast(1))} and {licenses[^1]}";
    }

    private static string License(IGrouping<string, ReservedPart> license) => string.Create(
        CultureInfo.InvariantCulture,
        $"{license.Sum(part => part.Quantity)} \"{license.Key}\" License(s) ({string.Join(", ", license.GroupBy(part => part.EndsOn).OrderBy(group => group.Key ?? DateOnly.MaxValue).Select(Term))})");

    private static string Term(IGrouping<DateOnly?, ReservedPart> term) => string.Create(
        CultureInfo.InvariantCulture,
        $"{term.Sum(part => part.Quantity)} {(term.Key is { } day ? $"expiring {day.ToString("dd-MMM-yyyy", CultureInfo.InvariantCulture).ToUpperInvariant()}" : "perpetual")}");
}
