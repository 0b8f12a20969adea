using System.Globalization;
using CsvHelper;

namespace Purser.Server.People;

/// <summary>A person to be added, as she stands in a list: everything as it was typed.</summary>
public sealed record ImportRow(string Email)
{
    /// <summary>Where in the list, for messages; left out: as they follow each other.</summary>
    public int Line { get; init; }

    public string Name { get; init; } = "";

    /// <summary>"Smart Account User" or "SmartAccountUser".</summary>
    public string Role { get; init; } = "";

    /// <summary>Names of virtual accounts.</summary>
    public IReadOnlyList<string> VirtualAccounts { get; init; } = [];

    /// <summary>"account" or "children": whether the virtual accounts below are included; empty for the whole Smart Account.</summary>
    public string Scope { get; init; } = "";
}

/// <param name="Line">0 where it is about the list as a whole.</param>
public sealed record ImportError(int Line, string Email, string Text);

/// <summary>Reads the CSV form of a list of people: email, name, role, virtual accounts, scope (SA-07).</summary>
public static class PeopleFile
{
    public const string Columns = "email, name, role, virtual accounts, scope";

    private static readonly string[] Known = ["email", "name", "role", "virtualaccounts", "scope"];

    // What the export of people has besides: a list that went out comes in again.
    private static readonly string[] Ignored = ["group", "givenby", "givenat", "lastsignin"];

    private static readonly CsvReaderOptions Options = new() { TrimWhitespace = true, TrackLineNumbers = true, MalformedData = CsvMalformedDataHandling.Throw };

    public static (IReadOnlyList<ImportRow> Rows, IReadOnlyList<ImportError> Errors) Read(string text)
    {
        var (rows, errors) = (new List<ImportRow>(), new List<ImportError>());
        try
        {
            using var csv = CsvReader.FromText(text.TrimStart('\uFEFF'), Options);
            csv.ReadHeader();
            var typed = csv.Headers.ToArray().ToList();
            var columns = typed.ConvertAll(Normal);
            if (Header(columns, typed) is { } wrong)
            {
                return ([], [wrong]);
            }

            while (rows.Count + errors.Count <= ImportRules.MostRows && csv.Read())
            {
                var line = (int)csv.LineNumber;
                if (csv.FieldCount != columns.Count)
                {
                    errors.Add(new ImportError(line, "", string.Create(CultureInfo.InvariantCulture, $"The line has {csv.FieldCount} fields; the first line names {columns.Count} columns.")));
                    continue;
                }

                var fields = Enumerable.Range(0, csv.FieldCount).ToDictionary(index => columns[index], csv.GetString);
                if (fields.GetValueOrDefault("group", "").Length > 0)
                {
                    // An export lists what people may through a group: it is not given to them again as a role of their own.
                    continue;
                }

                rows.Add(new ImportRow(Plain(fields["email"]))
                {
                    Line = line,
                    Name = Plain(fields.GetValueOrDefault("name", "")),
                    Role = fields.GetValueOrDefault("role", ""),
                    VirtualAccounts = NameList.Read(fields.GetValueOrDefault("virtualaccounts", "")),
                    Scope = fields.GetValueOrDefault("scope", ""),
                });
            }
        }
        catch (CsvFormatException fault)
        {
            errors.Add(new ImportError((int)fault.LineNumber, "", "This is not a CSV file: " + fault.Message));
        }

        return (rows, errors);
    }

    private static ImportError? Header(List<string> columns, List<string> typed)
    {
        if (!columns.Contains("email"))
        {
            return new ImportError(1, "", $"The first line names the columns: {Columns}. Only email is needed.");
        }

        var strange = typed.Find(column => !Known.Contains(Normal(column)) && !Ignored.Contains(Normal(column)));
        return strange is not null ? new ImportError(1, "", $"The column \"{strange}\" is not known. The columns are: {Columns}.")
            : columns.Distinct().Count() < columns.Count ? new ImportError(1, "", "A column appears twice.")
            : null;
    }

    private static string Normal(string column) => string.Concat(column.Where(char.IsLetter)).ToLowerInvariant();

    /// <summary>The apostrophe that an export puts before what a spreadsheet would take for a formula.</summary>
    internal static string Plain(string text) => text is ['\'', '=' or '+' or '-' or '@', ..] ? text[1..] : text;
}
