using System.Globalization;
using CsvHelper;
using Microsoft.Net.Http.Headers;

namespace Purser.Server.Http;

/// <summary>A column of a CSV file. Numbers, dates and instants are written as such; everything else as text.</summary>
public sealed record CsvColumn<TRow>(string Title, Func<TRow, object?> Value);

/// <summary>A list as a CSV file, written to the response row by row (LI-12).</summary>
public sealed class CsvResult<TRow>(string fileName, IReadOnlyList<CsvColumn<TRow>> columns, IAsyncEnumerable<TRow> rows) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.ContentType = "text/csv; charset=utf-8";
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName(fileName);
        response.Headers.ContentDisposition = disposition.ToString();

        // The byte order mark tells spreadsheets that the text is UTF-8.
        var options = new CsvWriterOptions { WriteByteOrderMark = true, NewLine = "\r\n" };
        await using var csv = CsvWriter.Create(response.Body, options, leaveOpen: true);
        foreach (var column in columns)
        {
            csv.WriteField(column.Title);
        }

        await csv.EndRecordAsync(httpContext.RequestAborted);
        await foreach (var row in rows.WithCancellation(httpContext.RequestAborted))
        {
            foreach (var column in columns)
            {
                csv.WriteField(Csv.Cell(column.Value(row)));
            }

            await csv.EndRecordAsync(httpContext.RequestAborted);
        }
    }
}

public static class Csv
{
    /// <summary>Does the caller ask for the CSV form of a list? ?format=csv, or Accept: text/csv.</summary>
    public static bool IsWanted(HttpContext context) =>
        string.Equals(context.Request.Query["format"], "csv", StringComparison.OrdinalIgnoreCase)
        || context.Request.Headers.Accept.ToString().StartsWith("text/csv", StringComparison.OrdinalIgnoreCase);

    public static string Cell(object? value) => value switch
    {
        null => "",
        string text => Neutral(text),
        DateTimeOffset instant => instant.UtcDateTime.ToString("s", CultureInfo.InvariantCulture) + "Z",
        DateOnly date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        bool yes => yes ? "Yes" : "No",

        // Our own numbers may start with a minus.
        sbyte or byte or short or ushort or int or uint or long or ulong or decimal => ((IFormattable)value).ToString(null, CultureInfo.InvariantCulture),
        _ => Neutral(Convert.ToString(value, CultureInfo.InvariantCulture) ?? ""),
    };

    /// <summary>A spreadsheet takes a text that starts so for a formula, and runs it; the apostrophe keeps it a text.</summary>
    private static string Neutral(string text) => text.Length > 0 && text[0] is '=' or '+' or '-' or '@' or '\t' or '\r' or '\n' ? $"'{text}" : text;
}
