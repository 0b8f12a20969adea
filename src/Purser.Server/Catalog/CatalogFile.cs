using System.Text.Json;
using System.Text.RegularExpressions;
using CsvHelper;
using Purser.Protocol;
using Purser.Server.Commands;
using Purser.Server.Licenses;

namespace Purser.Server.Catalog;

/// <summary>The forms in which a catalog can be brought in.</summary>
public enum CatalogFileKind
{
    Json,
    ProductsCsv,
    EntitlementsCsv,
    SkusCsv,

    /// <summary>One tag a line, # comments; names without a feature suffix are software tags.</summary>
    Tags,
}

/// <summary>Reads a catalog file into a draft, with every error of every line.</summary>
public static partial class CatalogFile
{
    private const int MostErrors = 1000;

    private static readonly CsvReaderOptions Options = new()
    {
        TrimWhitespace = true,
        TrackLineNumbers = true,
        MalformedData = CsvMalformedDataHandling.Throw,
    };

    public static (CatalogDraft Draft, IReadOnlyList<CatalogError> Errors) Read(CatalogFileKind kind, string text)
    {
        var errors = new List<CatalogError>();
        var draft = kind switch
        {
            CatalogFileKind.Json => Json(text, errors),
            CatalogFileKind.ProductsCsv => new CatalogDraft { Products = Rows(text, ["name"], ["tag", "description", "family", "licenses", "includes", "pids"], errors, Product) },
            CatalogFileKind.EntitlementsCsv => new CatalogDraft
            {
                Entitlements = Rows(text, ["name"], ["tag", "description", "version", "enforcement", "tiergroup", "tierrank", "reportingonly"], errors, Entitlement),
            },
            CatalogFileKind.SkusCsv => new CatalogDraft { Skus = Skus(text, errors) },
            CatalogFileKind.Tags => Tags(text, errors),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No such kind of file"),
        };
        if (errors.Count == 0 && draft.Products.Count + draft.Entitlements.Count + draft.Skus.Count == 0)
        {
            errors.Add(new CatalogError(1, "file", Empty(kind)));
        }

        return (draft, errors);
    }

    private static string Empty(CatalogFileKind kind) => kind switch
    {
        CatalogFileKind.Json => "This file names nothing to import. A JSON file holds at least one of the lists \"products\", \"entitlements\" and \"skus\".",
        CatalogFileKind.Tags => "This file names nothing to import: there must be one tag a line.",
        _ => "This file names nothing to import: below the line of column names there must be at least one more.",
    };

    private static CatalogDraft Json(string text, List<CatalogError> errors)
    {
        try
        {
            // A list may be written as null.
            var read = JsonSerializer.Deserialize<CatalogDraft>(text, WritePath.Json) ?? new CatalogDraft();
            return new CatalogDraft { Products = read.Products ?? [], Entitlements = read.Entitlements ?? [], Skus = read.Skus ?? [] };
        }
        catch (JsonException fault)
        {
            errors.Add(new CatalogError((int)(fault.LineNumber ?? 0) + 1, fault.Path ?? "", "This is not the JSON of a catalog: " + fault.Message));
            return new CatalogDraft();
        }
    }

    private static ProductDraft Product(CsvLine line) => new(
        line.Text("name"), line.TextOrNull("tag"), line.TextOrNull("description"), line.TextOrNull("family"),
        line.TextOrNull("licenses")?.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries), line.Number)
    {
        Pids = line.TextOrNull("pids"),
        Includes = line.TextOrNull("includes") is { } included ? InclusionWords.Read(included) : null,
    };

    private static EntitlementDraft Entitlement(CsvLine line) => new(
        line.Text("name"), line.TextOrNull("tag"), line.TextOrNull("description"), line.TextOrNull("version"),
        line.OneOf<Enforcement>("enforcement"), line.TextOrNull("tiergroup"), (int?)line.Integer("tierrank"), line.Number)
    {
        IsReportingOnly = line.YesNo("reportingonly"),
    };

    /// <summary>One line for each license of a SKU; the SKU's own columns are read from its first line.</summary>
    private static List<SkuDraft> Skus(string text, List<CatalogError> errors)
    {
        var lines = Rows(
            text,
            ["sku", "license"],
            ["description", "productfamily", "smartaccountmandatory", "quantity", "type", "termmonths", "billing", "replaces"],
            errors,
            line =>
            {
                var months = (int?)line.Integer("termmonths") ?? 0;
                return (
                    Sku: new SkuDraft(
                        line.Text("sku"), line.TextOrNull("description"), line.TextOrNull("productfamily"), line.YesNo("smartaccountmandatory"), Line: line.Number),
                    License: new SkuLineDraft(
                        line.Text("license"),
                        line.Integer("quantity") ?? 1,
                        line.OneOf<LicenseType>("type") ?? (months > 0 ? LicenseType.Term : LicenseType.Perpetual),
                        months,
                        line.Number)
                    {
                        Billing = line.OneOf<Billing>("billing") ?? Billing.Prepaid,
                        Replaces = SkuWords.ParseReplaced(line.TextOrNull("replaces")),
                    });
            });
        return lines.GroupBy(line => line.Sku.Code, StringComparer.OrdinalIgnoreCase)
            .Select(sku => sku.First().Sku with { Lines = sku.Select(line => line.License).ToList() })
            .ToList();
    }

    private static CatalogDraft Tags(string text, List<CatalogError> errors)
    {
        var products = new List<ProductDraft>();
        var entitlements = new List<EntitlementDraft>();
        var number = 0;
        foreach (var line in text.Split('\n').Select(line => line.Trim()))
        {
            number++;
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            if (!Tag.TryParse(line, out var tag))
            {
                errors.Add(new CatalogError(number, "tag", $"'{line}' is not a tag."));
            }
            else if (SoftwareName.IsMatch(tag.Name))
            {
                products.Add(new ProductDraft(tag.Name, tag.Text, Line: number));
            }
            else
            {
                // High-security licenses are the export-restricted ones (help ch. 6).
                var enforcement = tag.Name.EndsWith("HSEC", StringComparison.OrdinalIgnoreCase) ? Enforcement.ExportRestricted : (Enforcement?)null;
                entitlements.Add(new EntitlementDraft(tag.Name, tag.Text, Enforcement: enforcement, Line: number));
            }
        }

        return new CatalogDraft { Products = products, Entitlements = entitlements };
    }

    private static List<TRow> Rows<TRow>(
        string text, string[] required, string[] optional, List<CatalogError> errors, Func<CsvLine, TRow> make)
    {
        var rows = new List<TRow>();
        try
        {
            using var csv = CsvReader.FromText(text, Options);
            csv.ReadHeader();
            var columns = csv.Headers.ToArray().Select(CsvLine.Normal).ToList();
            CheckColumns(columns, required, optional, errors);
            while (errors.Count < MostErrors && columns.Count > 0 && csv.Read())
            {
                var line = new CsvLine((int)csv.LineNumber, columns, [.. Enumerable.Range(0, csv.FieldCount).Select(csv.GetString)], errors);
                if (csv.FieldCount != columns.Count)
                {
                    errors.Add(new CatalogError(line.Number, "", $"The line has {csv.FieldCount} fields; the first line names {columns.Count} columns."));
                    continue;
                }

                rows.Add(make(line));
            }
        }
        catch (CsvFormatException fault)
        {
            errors.Add(new CatalogError((int)fault.LineNumber, "", "This is not a CSV file: " + fault.Message));
        }

        return rows;
    }

    private static void CheckColumns(List<string> columns, string[] required, string[] optional, List<CatalogError> errors)
    {
        errors.AddRange(required.Except(columns).Select(name => new CatalogError(1, name, $"The column '{name}' is missing.")));
        errors.AddRange(columns.Except(required).Except(optional).Select(name => new CatalogError(1, name, $"There is no column '{name}' in this kind of file.")));
        errors.AddRange(columns.GroupBy(name => name).Where(name => name.Count() > 1)
            .Select(name => new CatalogError(1, name.Key, $"The column '{name.Key}' appears twice.")));
        if (errors.Count > 0)
        {
            columns.Clear();
        }
    }

    // A model's name alone: C9300, C9300L, C8000V, WLC_9500C. Whatever follows a model is a feature.
    [GeneratedRegex(@"\A[A-Z]{1,5}_?\d{3,5}[A-Z]{0,2}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SoftwareName { get; }
}
