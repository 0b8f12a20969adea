using Purser.Server.Http;

namespace Purser.Server.Reports;

/// <summary>A kind of report: its columns, and its rows as pages and as a whole.</summary>
internal interface IReport
{
    ReportKind Kind { get; }

    IReadOnlyList<ReportColumn> Columns { get; }

    Task<Page<ReportRow>> PageAsync(ReportSelection selection, PageRequest page, CancellationToken cancellation);

    /// <summary>All rows, one after the other: no more than a few hundred are in memory at a time.</summary>
    IAsyncEnumerable<ReportRow> AllAsync(ReportSelection selection, CancellationToken cancellation);
}
