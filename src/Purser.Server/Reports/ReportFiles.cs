using System.Globalization;
using System.Text;
using Microsoft.Net.Http.Headers;
using Purser.Server.Http;

namespace Purser.Server.Reports;

/// <summary>A report as a file: CSV, or a workbook for Excel. Both are written row by row while the rows are read.</summary>
internal static class ReportFiles
{
    public const string ExcelType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    /// <summary>?format=xlsx, or Accept: the media type of workbooks.</summary>
    public static bool IsExcelWanted(HttpContext context) =>
        string.Equals(context.Request.Query["format"], "xlsx", StringComparison.OrdinalIgnoreCase)
        || context.Request.Headers.Accept.ToString().StartsWith(ExcelType, StringComparison.OrdinalIgnoreCase);

    public static IResult Csv(RunReport.WholeAnswer report) => new CsvResult<ReportRow>(
        FileName(report, "csv"),
        [.. report.Columns.Select((column, index) => new CsvColumn<ReportRow>(column.Title, row => row.Cells[index]))],
        report.Rows);

    public static IResult Excel(RunReport.WholeAnswer report, string account, string person) => new ExcelResult(report, account, person);

    /// <summary>"Branches in Sweden 2026-01-10.csv".</summary>
    private static string FileName(RunReport.WholeAnswer report, string extension)
    {
        var name = new StringBuilder();
        foreach (var character in report.Request.Name)
        {
            name.Append(char.IsControl(character) || "\\/:*?\"<>|".Contains(character, StringComparison.Ordinal) ? ' ' : character);
        }

        return string.Create(CultureInfo.InvariantCulture, $"{name.ToString().Trim(' ', '.')} {report.RunAt.UtcDateTime:yyyy-MM-dd}.{extension}");
    }

    private sealed class ExcelResult(RunReport.WholeAnswer report, string account, string person) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var (response, stop) = (httpContext.Response, httpContext.RequestAborted);
            response.ContentType = ExcelType;
            var disposition = new ContentDispositionHeaderValue("attachment");
            disposition.SetHttpFileName(FileName(report, "xlsx"));
            response.Headers.ContentDisposition = disposition.ToString();
            await using var writer = await SpreadsheetWriter.CreateAsync(response.Body, stop);
            await writer.SheetAsync(report.Request.Kind.Title(), report.Columns, report.Rows.Select(row => row.Cells), stop);
            await writer.FactsAsync("About", Facts(), stop);
            await writer.CompleteAsync(stop);
        }

        private IEnumerable<(string, object?)> Facts() =>
        [
            ("Report", report.Request.Name), ("Description", report.Request.Description), ("Smart Account", account), ("Run by", person), ("Run at (UTC)", report.RunAt),
            .. ReportWords.Facts(report.Request),
        ];
    }
}
