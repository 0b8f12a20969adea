using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;

namespace Purser.Server.Reports;

/// <summary>Which virtual accounts a report is about (help ch. 8; domain rules 12.6).</summary>
public enum PlaceChoice
{
    All,
    Selected,

    /// <summary>Accounts with ALL of these tags.</summary>
    Tagged,
}

/// <summary>Which licenses a report is about (help ch. 8; domain rules 12.6).</summary>
public enum LicenseChoice
{
    All,
    Selected,

    /// <summary>Licenses with ALL these license tags.</summary>
    Tagged,

    /// <summary>Licenses with NO license tags.</summary>
    Untagged,
}

/// <summary>
/// What somebody asked to be reported. It travels as the query of an address, so a report can be opened again, sent to a colleague and saved.
/// Lists that the choices do not name are empty.
/// </summary>
public sealed record ReportRequest(ReportKind Kind)
{
    /// <summary>The parts of an address that make a report, in the order in which they are written.</summary>
    public static readonly IReadOnlyList<string> Fields = ["name", "description", "places", "va", "vaTag", "licenses", "license", "licenseTag", "productType", "days"];

    public string Name { get; init; } = "";
    public string Description { get; init; } = "";
    public PlaceChoice Places { get; init; }
    public IReadOnlyList<long> VirtualAccounts { get; init; } = [];

    /// <summary>Custom tags, each as "Country:Sweden".</summary>
    public IReadOnlyList<string> PlaceTags { get; init; } = [];
    public LicenseChoice Licenses { get; init; }
    public IReadOnlyList<long> LicenseIds { get; init; } = [];
    public IReadOnlyList<string> LicenseTags { get; init; } = [];

    /// <summary>Product families; none means all. Only of a report on product instances.</summary>
    public IReadOnlyList<string> ProductTypes { get; init; } = [];

    /// <summary>How far back a report on history goes; 0 for the others.</summary>
    public int Days { get; init; }

    /// <param name="valuesOf">The values of a field of the address.</param>
    public static ReportRequest From(ReportKind kind, Func<string, IReadOnlyList<string?>> valuesOf)
    {
        var (ids, tags) = (Numbers("va"), Texts("vaTag"));
        var places = Choice("places", ids.Count > 0 ? PlaceChoice.Selected : tags.Count > 0 ? PlaceChoice.Tagged : PlaceChoice.All);
        var request = new ReportRequest(kind)
        {
            Name = Text("name"),
            Description = Text("description"),
            Places = places,
            VirtualAccounts = places == PlaceChoice.Selected ? ids : [],
            PlaceTags = places == PlaceChoice.Tagged ? tags : [],
        };
        if (kind == ReportKind.ProductInstances)
        {
            return request with { ProductTypes = Texts("productType") };
        }

        var (licenseIds, licenseTags) = (Numbers("license"), Texts("licenseTag"));
        var licenses = Choice("licenses", licenseIds.Count > 0 ? LicenseChoice.Selected : licenseTags.Count > 0 ? LicenseChoice.Tagged : LicenseChoice.All);
        return request with
        {
            Days = kind != ReportKind.UsageHistory ? 0 : Text("days").Length > 0 ? (int)Math.Min(Numbers("days")[0], int.MaxValue) : HistoryPeriods.Usual,
            Licenses = licenses,
            LicenseIds = licenses == LicenseChoice.Selected ? licenseIds : [],
            LicenseTags = licenses == LicenseChoice.Tagged ? licenseTags : [],
        };

        string Text(string field) => valuesOf(field) is [{ } text, ..] ? text.Trim() : "";

        IReadOnlyList<string> Texts(string field) =>
            [.. valuesOf(field).Where(value => !string.IsNullOrWhiteSpace(value)).Select(value => value!.Trim()).Distinct(StringComparer.OrdinalIgnoreCase)];

        // What is no number is no id of anything: 0 is nobody's.
        IReadOnlyList<long> Numbers(string field) =>
            [.. Texts(field).Select(value => long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0).Distinct()];

        T Choice<T>(string field, T otherwise)
            where T : struct, Enum =>
            Text(field) is not { Length: > 0 } typed ? otherwise
            : Enum.TryParse<T>(typed, ignoreCase: true, out var choice) && Enum.IsDefined(choice) ? choice
            : throw new BadHttpRequestException($"{field} is one of: {string.Join(", ", Enum.GetNames<T>()).ToLowerInvariant()}.");
    }

    public static ReportRequest From(ReportKind kind, IQueryCollection query) => From(kind, field => query[field]);

    /// <summary>The address below which this report is, with its query.</summary>
    public string Address(string path) => QueryHelpers.AddQueryString(path, Values());

    private IEnumerable<KeyValuePair<string, string?>> Values()
    {
        IEnumerable<(string Field, string Value)> values =
        [
            ("name", Name), ("description", Description), ("places", Places == PlaceChoice.All ? "" : Places.ToString().ToLowerInvariant()),
            .. VirtualAccounts.Select(id => ("va", id.ToString(CultureInfo.InvariantCulture))), .. PlaceTags.Select(tag => ("vaTag", tag)),
            ("licenses", Licenses == LicenseChoice.All ? "" : Licenses.ToString().ToLowerInvariant()),
            .. LicenseIds.Select(id => ("license", id.ToString(CultureInfo.InvariantCulture))), .. LicenseTags.Select(tag => ("licenseTag", tag)),
            .. ProductTypes.Select(type => ("productType", type)), ("days", Days is 0 or HistoryPeriods.Usual ? "" : Days.ToString(CultureInfo.InvariantCulture)),
        ];
        return values.Where(pair => pair.Value.Length > 0).Select(pair => KeyValuePair.Create(pair.Field, (string?)pair.Value));
    }
}
