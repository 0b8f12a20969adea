using System.IO.Compression;
using System.Text;

namespace Purser.Server.Reports;

/// <summary>
/// A workbook (ISO/IEC 29500) written forward only, straight to where it goes: whatever its length, a few kilobytes of it are in memory. The
/// packages for it keep whole parts in memory; what a table needs is little enough to be written here.
/// </summary>
internal sealed class SpreadsheetWriter : IAsyncDisposable
{
    /// <summary>Rows of a sheet, the headings among them; what is longer goes on in another sheet.</summary>
    public const int MostRows = 1_048_576;

    private const int FlushAt = 32_768;
    private const int LongestSheetName = 31;

    private readonly HeldBackStream target;
    private readonly ZipArchive archive;
    private readonly int mostRows;
    private readonly List<string> sheets = [];
    private readonly StringBuilder text = new(FlushAt * 2);
    private byte[] bytes = new byte[FlushAt * 4];
    private Stream? sheet;

    private SpreadsheetWriter(HeldBackStream target, ZipArchive archive, int mostRows)
    {
        this.target = target;
        this.archive = archive;
        this.mostRows = mostRows;
    }

    public static async Task<SpreadsheetWriter> CreateAsync(Stream body, CancellationToken cancellation, int mostRows = MostRows)
    {
        var heldBack = new HeldBackStream(body);
        var writer = new SpreadsheetWriter(heldBack, await ZipArchive.CreateAsync(heldBack, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, cancellation), mostRows);
        await writer.PartAsync("[Content_Types].xml", SpreadsheetParts.ContentTypes, cancellation);
        await writer.PartAsync("_rels/.rels", SpreadsheetParts.Relations, cancellation);
        await writer.PartAsync("xl/styles.xml", SpreadsheetParts.Styles, cancellation);
        return writer;
    }

    /// <summary>A sheet with headings above its rows.</summary>
    public async Task SheetAsync(string name, IReadOnlyList<ReportColumn> columns, IAsyncEnumerable<IReadOnlyList<object?>> rows, CancellationToken cancellation)
    {
        var part = 1;
        await BeginAsync(name, columns, cancellation);
        var written = 1;
        await foreach (var row in rows.WithCancellation(cancellation))
        {
            if (written == mostRows)
            {
                part++;
                await EndAsync(cancellation);
                await BeginAsync(FormattableString.Invariant($"{name} {part}"), columns, cancellation);
                written = 1;
            }

            await RowAsync(row, cancellation);
            written++;
        }

        await EndAsync(cancellation);
    }

    /// <summary>A sheet of names and what they stand for.</summary>
    public async Task FactsAsync(string name, IEnumerable<(string Name, object? Value)> facts, CancellationToken cancellation)
    {
        await OpenAsync(name, SpreadsheetParts.SheetHead([24, 80], hasHeadings: false), cancellation);
        foreach (var (fact, value) in facts)
        {
            text.Append("<row>");
            SpreadsheetText.AppendText(text, fact, SpreadsheetText.Heading);
            SpreadsheetText.AppendCell(text, value);
            text.Append("</row>");
        }

        await EndAsync(cancellation);
    }

    /// <summary>Writes what names all the sheets. Without it the file is no workbook: so one that broke off is never taken for a whole one.</summary>
    public async Task CompleteAsync(CancellationToken cancellation)
    {
        await PartAsync("xl/workbook.xml", SpreadsheetParts.Workbook(sheets), cancellation);
        await PartAsync("xl/_rels/workbook.xml.rels", SpreadsheetParts.WorkbookRelations(sheets.Count), cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        if (sheet is not null)
        {
            await sheet.DisposeAsync();
        }

        await archive.DisposeAsync();
        await target.FlushAsync();
    }

    private async Task BeginAsync(string name, IReadOnlyList<ReportColumn> columns, CancellationToken cancellation)
    {
        await OpenAsync(name, SpreadsheetParts.SheetHead(columns.Select(column => column.Width), hasHeadings: true), cancellation);
        text.Append("<row>");
        foreach (var column in columns)
        {
            SpreadsheetText.AppendText(text, column.Cell == ReportCell.Instant ? $"{column.Title} (UTC)" : column.Title, SpreadsheetText.Heading);
        }

        text.Append("</row>");
    }

    private async Task OpenAsync(string name, string head, CancellationToken cancellation)
    {
        sheets.Add(SheetName(name));
        sheet = await archive.CreateEntry(FormattableString.Invariant($"xl/worksheets/sheet{sheets.Count}.xml"), CompressionLevel.Fastest).OpenAsync(cancellation);
        text.Append(head);
    }

    private ValueTask RowAsync(IReadOnlyList<object?> cells, CancellationToken cancellation)
    {
        text.Append("<row>");
        for (var index = 0; index < cells.Count; index++)
        {
            SpreadsheetText.AppendCell(text, cells[index]);
        }

        text.Append("</row>");
        return text.Length < FlushAt ? ValueTask.CompletedTask : FlushAsync(cancellation);
    }

    private async Task EndAsync(CancellationToken cancellation)
    {
        text.Append(SpreadsheetParts.SheetEnd);
        await FlushAsync(cancellation);
        await sheet!.DisposeAsync();
        sheet = null;
    }

    private async ValueTask FlushAsync(CancellationToken cancellation)
    {
        var needed = Encoding.UTF8.GetMaxByteCount(text.Length);
        if (bytes.Length < needed)
        {
            bytes = new byte[needed];
        }

        // Characters of two halves never stand across chunks here: each is encoded together with the whole row.
        var length = Encoding.UTF8.GetBytes(text.ToString(), bytes);
        text.Clear();
        await sheet!.WriteAsync(bytes.AsMemory(0, length), cancellation);
    }

    private async Task PartAsync(string path, string content, CancellationToken cancellation)
    {
        await using var part = await archive.CreateEntry(path, CompressionLevel.Fastest).OpenAsync(cancellation);
        await part.WriteAsync(Encoding.UTF8.GetBytes(content), cancellation);
    }

    /// <summary>Some characters and more than 31 of them are not allowed in the name of a sheet.</summary>
    private static string SheetName(string name)
    {
        var allowed = string.Concat(name.Select(character => character is '[' or ']' or ':' or '*' or '?' or '/' or '\\' ? ' ' : character)).Trim('\'', ' ');
        return allowed.Length <= LongestSheetName ? allowed : allowed[..LongestSheetName];
    }
}
