using System.Globalization;

namespace Purser.Server.Licenses;

/// <summary>The transfer dialog as it stands: which licenses, which way, which other virtual account, how many of each term.</summary>
/// <param name="Here">The virtual account in which the dialog was opened.</param>
/// <param name="From">Licenses come from the other one to here; otherwise they go there.</param>
/// <param name="Quantities">As typed, by the name of the field.</param>
/// <param name="Fingerprint">Of the preview that is shown.</param>
public sealed record TransferForm(
    long Here, IReadOnlyList<long> Licenses, bool From, long? Other, IReadOnlyDictionary<string, string> Quantities, string? Fingerprint)
{
    /// <summary>Given: a transfer of these license transactions, which only goes from here (help ch. 4).</summary>
    public IReadOnlyList<long> Lines { get; init; } = [];

    public bool TagsTravel { get; init; }

    public const string Preview = "preview";
    public const string Refresh = "refresh";

    private const string QuantityPrefix = "n-";
    private const string LinePrefix = "line";

    public static string FieldOf(TransferOptions.Row row) =>
        string.Create(CultureInfo.InvariantCulture, $"{QuantityPrefix}{row.EntitlementId}-{(row.LineId is { } line ? $"{LinePrefix}{line}" : row.Term)}");

    /// <summary>From the address that opens the dialog: ?id=7&amp;way=from&amp;other=3&amp;n=2.</summary>
    public static TransferForm Opened(long here, IQueryCollection query) => new(
        here, Ids(query["id"]), query["way"] == "from", Number(query["other"]), new Dictionary<string, string>(), null)
    {
        Lines = Ids(query["line"]),
    };

    public static TransferForm Sent(long here, IFormCollection form) => new(
        here, Ids(form["id"]), form["way"] == "from" && form["line"].Count == 0, Number(form["other"]),
        form.Where(field => field.Key.StartsWith(QuantityPrefix, StringComparison.Ordinal)).ToDictionary(field => field.Key, field => field.Value.ToString().Trim()),
        form["fingerprint"].ToString() is { Length: > 0 } fingerprint ? fingerprint : null)
    {
        Lines = Ids(form["line"]), TagsTravel = form["tagsTravel"] == "true",
    };

    /// <summary>The rows with a quantity, beside the names of their fields. What is no whole number becomes 0, which the rules refuse in their own words.</summary>
    public IReadOnlyList<(string Field, TransferLicenses.Row Row)> Rows =>
    [
        .. from typed in Quantities
           where typed.Value.Length > 0 && typed.Value != "0"
           let parts = typed.Key[QuantityPrefix.Length..].Split('-', 2)
           where parts.Length == 2
           let line = parts[1].StartsWith(LinePrefix, StringComparison.Ordinal) ? Number(parts[1][LinePrefix.Length..]) : null
           select (typed.Key, new TransferLicenses.Row(parts[0], Number(typed.Value) ?? 0, line is null ? parts[1] : null) { LineId = line }),
    ];

    /// <summary>Null while the other virtual account is not chosen.</summary>
    public TransferLicenses.Input? ToInput() => Other is { } other
        ? new TransferLicenses.Input(From ? other : Here, From ? Here : other, [.. Rows.Select(row => row.Row)]) { Fingerprint = Fingerprint, TagsTravel = TagsTravel }
        : null;

    private static IReadOnlyList<long> Ids(IEnumerable<string?> texts) => [.. texts.Select(Number).OfType<long>().Distinct()];

    private static long? Number(string? text) =>
        long.TryParse(text, NumberStyles.None | NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static long? Number(Microsoft.Extensions.Primitives.StringValues values) => Number(values.ToString());
}
