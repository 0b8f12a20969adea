using System.Globalization;
using CsvHelper;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.People;

namespace Purser.Server.Reservations.Bulk;

/// <summary>A request code of the file with everything that the file says of it.</summary>
public sealed record BatchEntry(string RequestCode, string? Product, IReadOnlyList<BatchLine> Lines);

/// <summary>
/// Reads the CSV file of many request codes. Several lines with one code are several licenses of one product instance; a line that names only a code
/// gets the licenses that were chosen for all. The file itself must be right before anything is begun; codes are judged one by one later.
/// </summary>
public sealed class BatchFile
{
    public const string Columns = "Request Code, License, Quantity, Product";
    public const int MostLines = 10_000;
    public const int LargestFile = 2_000_000;
    public const string TooLarge = "The file may have at most 2 MB. Divide it.";

    private const int MostErrors = 100;
    private const string CodeColumn = "requestcode";
    private const string LicenseColumn = "license";
    private const string QuantityColumn = "quantity";
    private const string ProductColumn = "product";

    private static readonly string[] Known = [CodeColumn, LicenseColumn, QuantityColumn, ProductColumn];
    private static readonly CsvReaderOptions Options = new() { TrimWhitespace = true, TrackLineNumbers = true, MalformedData = CsvMalformedDataHandling.Throw };

    private readonly CatalogSnapshot catalog;
    private readonly IReadOnlyList<ReservationWish> forAll;
    private readonly Dictionary<string, Entry> entries = new(StringComparer.Ordinal);
    private readonly List<RefusedItem> errors = [];
    private int lines;

    private BatchFile(CatalogSnapshot catalog, IReadOnlyList<ReservationWish> forAll) => (this.catalog, this.forAll) = (catalog, forAll);

    /// <param name="forAll">For lines that name only a request code.</param>
    /// <returns>The codes in the order of the file; a refusal that names every wrong line.</returns>
    public static Verdict<IReadOnlyList<BatchEntry>> Read(string text, IReadOnlyList<ReservationWish> forAll, CatalogSnapshot catalog)
    {
        if (text.Length > LargestFile)
        {
            return Refused(TooLarge);
        }

        var file = new BatchFile(catalog, forAll);
        file.Read(text);
        return file.errors.Count > 0 ? Mend(file.errors)
            : file.entries.Count == 0 ? Refused($"The file names no request code. Its first line names the columns: {Columns}.")
            : file.entries.Values.Select(entry => new BatchEntry(entry.RequestCode, entry.Product, entry.Lines)).ToList();
    }

    private void Read(string text)
    {
        try
        {
            using var csv = CsvReader.FromText(text.TrimStart('\uFEFF'), Options);
            csv.ReadHeader();
            var typed = csv.Headers.ToArray().ToList();
            var columns = typed.ConvertAll(Normal);
            if (Header(columns, typed) is { } wrong)
            {
                Error(1, "", wrong);
                return;
            }

            while (errors.Count < MostErrors && csv.Read())
            {
                ReadLine((int)csv.LineNumber, columns, csv);
                if (lines > MostLines)
                {
                    Error(0, "", $"The file has more than {MostLines} lines. Divide it.");
                    return;
                }
            }
        }
        catch (CsvFormatException fault)
        {
            Error((int)fault.LineNumber, "", "This is not a CSV file: " + fault.Message);
        }
    }

    private void ReadLine(int number, List<string> columns, CsvReader csv)
    {
        lines++;
        if (csv.FieldCount != columns.Count)
        {
            Error(number, "", string.Create(CultureInfo.InvariantCulture, $"The line has {csv.FieldCount} fields; the first line names {columns.Count} columns. A field that holds the separator stands in quotes."));
            return;
        }

        var fields = Enumerable.Range(0, csv.FieldCount).ToDictionary(index => columns[index], csv.GetString);
        var code = PeopleFile.Plain(fields[CodeColumn]);
        var (license, quantity, product) = (fields.GetValueOrDefault(LicenseColumn, ""), fields.GetValueOrDefault(QuantityColumn, ""), fields.GetValueOrDefault(ProductColumn, ""));
        if (code.Length == 0)
        {
            if (license.Length + quantity.Length + product.Length > 0)
            {
                Error(number, "", "The line names no request code. Repeat the code in every line of its product instance.");
            }

            return;
        }

        if (product.Length > 0 && catalog.FindProduct(product) is null)
        {
            Error(number, code, $"There is no product \"{product}\" in the catalog.");
        }
        else if (Wishes(number, code, license, quantity) is { Count: > 0 } wished)
        {
            EntryOf(number, code, product)?.Lines.AddRange(wished);
        }
    }

    /// <summary>Empty where the line is wrong.</summary>
    private List<BatchLine> Wishes(int number, string code, string license, string quantity)
    {
        if (license.Length == 0 && quantity.Length == 0)
        {
            if (forAll.Count == 0)
            {
                Error(number, code, "The line names no license, and none was chosen for such lines. Name license and quantity, or choose the licenses for all.");
            }

            return [.. forAll.Select(wish => new BatchLine(number, wish.License, wish.Quantity))];
        }

        if (license.Length == 0)
        {
            Error(number, code, "The line names a quantity but no license.");
        }
        else if (ReservationWish.Find(catalog, license) is null)
        {
            Error(number, code, $"There is no license \"{license}\".");
        }
        else if (!long.TryParse(quantity, NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count is < 1 or > int.MaxValue)
        {
            Error(number, code, $"The quantity \"{quantity}\" is not a whole number from 1 on.");
        }
        else
        {
            return [new BatchLine(number, license, count)];
        }

        return [];
    }

    private Entry? EntryOf(int number, string code, string product)
    {
        var key = string.Concat(code.Where(character => !char.IsWhiteSpace(character)));
        if (!entries.TryGetValue(key, out var entry))
        {
            entry = new Entry(code, product.Length > 0 ? product : null);
            entries.Add(key, entry);
        }
        else if (product.Length > 0 && entry.Product is { } other && !string.Equals(product, other, StringComparison.OrdinalIgnoreCase))
        {
            Error(number, code, $"Another line says that this request code is of the product \"{other}\".");
            return null;
        }

        entry.Product ??= product.Length > 0 ? product : null;
        return entry;
    }

    private static string? Header(List<string> columns, List<string> typed)
    {
        if (!columns.Contains(CodeColumn))
        {
            return $"The first line names the columns, separated by commas, semicolons or tabs: {Columns}. Only Request Code is needed.";
        }

        var strange = typed.Find(column => !Known.Contains(Normal(column)));
        return strange is not null ? $"The column \"{strange}\" is not known. The columns are: {Columns}."
            : columns.Distinct().Count() < columns.Count ? "A column appears twice."
            : null;
    }

    private void Error(int line, string code, string text) => errors.Add(new RefusedItem(line, code, RefusalCode.InvalidInput, text));

    private static string Normal(string column) => string.Concat(column.Where(char.IsLetter)).ToLowerInvariant();

    private static Refusal Mend(List<RefusedItem> errors)
    {
        var first = errors[0].Id > 0 ? string.Create(CultureInfo.InvariantCulture, $"Line {errors[0].Id}: {errors[0].Detail}") : errors[0].Detail;
        var more = errors.Count == 1 ? "" : errors.Count < MostErrors ? $" There are {errors.Count - 1} more errors." : $" There are at least {MostErrors - 1} more errors.";
        return Refused($"{first}{more} Nothing was begun: mend the file and send it again.") with { Items = errors };
    }

    private static Refusal Refused(string detail) => Verdict.Refused(RefusalCode.InvalidInput, detail, "csv");

    private sealed class Entry(string requestCode, string? product)
    {
        public string RequestCode => requestCode;

        public string? Product { get; set; } = product;

        public List<BatchLine> Lines { get; } = [];
    }
}
