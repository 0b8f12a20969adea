using System.Globalization;
using CsvHelper;
using Purser.Cli.Collector.Store;
using Purser.Protocol;

namespace Purser.Cli.Collector.Devices;

/// <summary>A line of the sheet by which people tell the collector its product instances.</summary>
internal sealed record SheetRow(
    int Line, Udi? Udi, string? Hostname, string VirtualAccount, CollectionMethod Method, string? Address, string? User, string? Password, string? Certificate);

/// <summary>Reads the sheet whole, and names every line that cannot be. Pure.</summary>
internal static class DeviceSheet
{
    public const int MaximumBytes = 16 * 1024 * 1024;

    private const int LongestText = 255;
    private const int MostProblems = 20;

    public static readonly IReadOnlyList<string> Columns = ["pid", "serial_number", "hostname", "virtual_account", "method", "address", "user", "password", "certificate"];

    private static readonly CsvReaderOptions Options = new() { TrimWhitespace = true, TrackLineNumbers = true, MalformedData = CsvMalformedDataHandling.Throw };

    public static (IReadOnlyList<SheetRow> Rows, IReadOnlyList<string> Problems) Read(string text)
    {
        var (rows, problems) = (new List<SheetRow>(), new List<string>());
        try
        {
            using var csv = CsvReader.FromText(text.TrimStart('\uFEFF'), Options);
            csv.ReadHeader();
            var columns = csv.Headers.ToArray().Select(static name => name.ToLowerInvariant().Replace(' ', '_')).ToList();
            if (HeaderProblem(columns) is { } wrong)
            {
                return ([], [wrong]);
            }

            while (problems.Count < MostProblems && csv.Read())
            {
                var line = (int)csv.LineNumber;
                var (row, problem) = csv.FieldCount == columns.Count
                    ? Row(line, Enumerable.Range(0, csv.FieldCount).Where(index => csv.GetString(index).Length > 0).ToDictionary(index => columns[index], csv.GetString, StringComparer.Ordinal))
                    : (null, string.Create(CultureInfo.InvariantCulture, $"it has {csv.FieldCount} cells; the first line names {columns.Count} columns"));
                if (row is not null)
                {
                    rows.Add(row);
                }
                else
                {
                    problems.Add(string.Create(CultureInfo.InvariantCulture, $"line {line}: {problem}"));
                }
            }
        }
        catch (CsvFormatException fault)
        {
            problems.Add(string.Create(CultureInfo.InvariantCulture, $"line {fault.LineNumber} is no CSV: {fault.Message}"));
        }

        problems.AddRange(Twice(rows));
        return (rows, problems.Count == 0 && rows.Count == 0 ? ["there is no product instance in the sheet"] : problems);
    }

    private static string? HeaderProblem(IReadOnlyList<string> columns) =>
        columns.FirstOrDefault(name => !Columns.Contains(name)) is { } unknown ? $"the first line names a column '{unknown}'; there are: {string.Join(", ", Columns)}"
        : columns.Count != columns.Distinct(StringComparer.Ordinal).Count() ? "a column stands twice in the first line"
        : null;

    private static (SheetRow? Row, string? Problem) Row(int line, Dictionary<string, string> cells)
    {
        string? Cell(string name) => cells.GetValueOrDefault(name);

        var (pid, sn, address) = (Cell("pid"), Cell("serial_number"), Cell("address"));
        if (cells.Values.Any(static text => text.Length > LongestText || text.Any(char.IsControl)))
        {
            return (null, $"a cell has more than {LongestText} letters or has control characters");
        }

        if ((pid is null) != (sn is null) || (pid is not null && !new Udi(pid, sn!).IsWellFormed))
        {
            return (null, "pid and serial_number go together, 1 to 64 characters each without blanks and commas");
        }

        if (Method(Cell("method"), address) is not { } method)
        {
            return (null, $"'{Cell("method")}' is no method; there are: push, restconf, rest, file");
        }

        var udi = pid is null ? null : new Udi(pid, sn!);
        var row = new SheetRow(line, udi, Cell("hostname"), Cell("virtual_account") ?? "", method, AddressOf(address), Cell("user"), Cell("password"), Fingerprint(Cell("certificate")));
        return Problem(row, address, Cell("certificate")) is { } problem ? (null, problem) : (row, null);
    }

    private static CollectionMethod? Method(string? text, string? address) => text?.ToLowerInvariant() switch
    {
        null => address is null ? CollectionMethod.Push : CollectionMethod.Restconf,
        "push" => CollectionMethod.Push,
        "restconf" => CollectionMethod.Restconf,
        "rest" => CollectionMethod.Rest,
        "file" => CollectionMethod.File,
        _ => null,
    };

    private static string? Problem(SheetRow row, string? address, string? certificate)
    {
        var isFetched = row.Method is CollectionMethod.Restconf or CollectionMethod.Rest;
        return address is not null && row.Address is null ? $"'{address}' is no address; expected a host, or https://HOST:PORT (http only on this machine: the password would travel unencrypted)"
            : isFetched && row.Address is null ? "what is fetched from needs an address"
            : !isFetched && row.Udi is null ? "a product instance that is not fetched from needs its pid and serial_number"
            : certificate is not null && row.Certificate is null ? "the certificate is its SHA-256 fingerprint, 64 hex digits"
            : null;
    }

    private static string? AddressOf(string? text) =>
        text is not null && Uri.TryCreate(text.Contains("://", StringComparison.Ordinal) ? text : $"https://{text}", UriKind.Absolute, out var url)
        && url.PathAndQuery == "/" && url.UserInfo.Length == 0 && (url.Scheme == "https" || (url.Scheme == "http" && url.IsLoopback))
            ? url.GetLeftPart(UriPartial.Authority)
            : null;

    private static string? Fingerprint(string? text) =>
        text?.Replace(":", "", StringComparison.Ordinal).ToLowerInvariant() is { Length: 64 } hex && hex.All(char.IsAsciiHexDigit) ? hex : null;

    private static IEnumerable<string> Twice(List<SheetRow> rows) =>
        from key in new Func<SheetRow, string?>[] { static row => row.Udi?.Display, static row => row.Address }
        from row in rows.Where(row => key(row) is not null).GroupBy(row => key(row)!, StringComparer.OrdinalIgnoreCase)
        where row.Count() > 1
        select string.Create(CultureInfo.InvariantCulture, $"line {row.ElementAt(1).Line}: {row.Key} stands in line {row.First().Line} already");
}
