namespace Purser.Server.Reports;

/// <summary>What the cells of a column are.</summary>
public enum ReportCell
{
    Text,
    Number,
    Date,
    Instant,
}

/// <summary>A column of a report: the same in the browser, in Excel, in CSV and for programs.</summary>
/// <param name="Key">Its name for programs: "virtualAccount".</param>
/// <param name="Width">In Excel, in characters.</param>
public sealed record ReportColumn(string Key, string Title, ReportCell Cell = ReportCell.Text, int Width = 18)
{
    /// <summary>Names the row.</summary>
    public bool IsPrimary { get; init; }
}

/// <summary>A row of a report. A cell is a text, a <see cref="long"/>, a date, an instant or nothing.</summary>
/// <param name="Key">Unique in the report.</param>
public sealed record ReportRow(string Key, IReadOnlyList<object?> Cells);
