using System.Globalization;
using Purser.Server.Catalog;

namespace Purser.Server.Events;

/// <summary>Units of a restricted license that were locked to a device or released, of one kind of term.</summary>
public readonly record struct LockedPart(long Quantity, string License, LicenseType Type);

/// <summary>The events of restricted licenses with their exact texts (help ch. 6, PI-10).</summary>
public static class ExportEvents
{
    public static EventText Assigned(string device, string virtualAccount, IEnumerable<LockedPart> parts) => new(
        "Export Authorization Success",
        $"Export restricted licenses were assigned to product instance \"{device}\" in Virtual Account \"{virtualAccount}\". "
        + $"Licenses: {List(parts, part => $"{Term(part.Type)} {(part.Quantity == 1 ? "license" : "licenses")}")}.");

    /// <summary>Which kind of term would have done does not matter to a request, so both are named.</summary>
    public static EventText NotAvailable(string device, string virtualAccount, IEnumerable<(long Quantity, string License)> parts) => new(
        "Export Authorization Failure",
        $"Restricted License Not Available – The product instance \"{device}\" in Virtual Account \"{virtualAccount}\" has requested export restricted licenses that "
        + "are not available. You must add these licenses to this Virtual Account or transfer the product instance to a Virtual Account that contains these licenses. "
        + $"Licenses: {string.Join(", ", parts.Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.Quantity} \"{part.License}\" term/perpetual")))}.");

    /// <summary>The source describes this event without naming it.</summary>
    public static EventText Released(string device, string virtualAccount, IEnumerable<LockedPart> parts) => new(
        "Export Restricted Licenses Released",
        $"Export restricted licenses were removed from product instance \"{device}\" in Virtual Account \"{virtualAccount}\" and released back to the inventory for use "
        + $"by other product instances. Licenses: {List(parts, part => Term(part.Type))}.");

    private static string List(IEnumerable<LockedPart> parts, Func<LockedPart, string> end) => string.Join(", ", parts
        .GroupBy(part => (part.License, Term: Term(part.Type)))
        .Select(group => group.First() with { Quantity = group.Sum(part => part.Quantity) })
        .Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.Quantity} \"{part.License}\" {end(part)}")));

    private static string Term(LicenseType type) => type == LicenseType.Perpetual ? "perpetual" : "term";
}
