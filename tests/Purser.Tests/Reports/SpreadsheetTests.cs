using System.Globalization;
using Purser.Server.Reports;

namespace Purser.Tests.Reports;

/// <summary>Workbooks: what is written is read again, whatever stands in it, and nothing in it is ever run.</summary>
[Trait("Feature", "RP-01")]
public sealed class SpreadsheetTests
{
    private static readonly ReportColumn[] Columns = [new("a", "A"), new("n", "N", ReportCell.Number), new("d", "D", ReportCell.Date), new("i", "I", ReportCell.Instant)];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("plain")]
    [InlineData("=1+1")]
    [InlineData("=HYPERLINK(\"http://evil.example\",\"x\")")]
    [InlineData("+1")]
    [InlineData("-1")]
    [InlineData("@SUM(A1)")]
    [InlineData("\tx")]
    [InlineData("<c><f>1</f></c> & \"quotes\"")]
    [InlineData("naïve 🚀 Ω")]
    [InlineData("  spaces  ")]
    [InlineData("two\r\nlines")]
    public async Task A_text_stays_the_text_that_it_was(string text)
    {
        var sheet = (await WriteAsync([[text, 1L, null, null]]))[0];
        Assert.Equal(text, sheet.Rows[1][0]);
    }

    [Theory]
    [InlineData("=1", true)]
    [InlineData("\nx", true)]
    [InlineData("a=1", false)]
    [InlineData("", false)]
    public void What_a_spreadsheet_would_run_once_edited_gets_the_apostrophe(string text, bool isLike) => Assert.Equal(isLike, SpreadsheetText.IsLikeAFormula(text));

    [Fact]
    public async Task Numbers_dates_and_times_are_what_they_are()
    {
        var leap = new DateOnly(2028, 2, 29);
        var instant = new DateTimeOffset(2026, 3, 29, 3, 30, 5, TimeSpan.FromHours(2));
        var rows = (await WriteAsync([["x", -3L, leap, instant], ["y", long.MaxValue, new DateOnly(1999, 12, 31), null]]))[0].Rows;
        Assert.Equal(["A", "N", "D", "I (UTC)"], rows[0]);
        Assert.Equal(["x", "-3", "2028-02-29", "2026-03-29 01:30:05"], rows[1]);
        Assert.Equal(["y", long.MaxValue.ToString(CultureInfo.InvariantCulture), "1999-12-31", ""], rows[2]);
    }

    [Fact]
    public async Task What_XML_cannot_carry_and_what_is_too_long_does_not_break_the_file()
    {
        var rows = (await WriteAsync([["a\0b\u0001\uD800c", 1L, null, null], [new string('x', 40_000), 2L, null, null]]))[0].Rows;
        Assert.Equal("a\uFFFDb\uFFFD\uFFFDc", rows[1][0]);
        Assert.Equal(SpreadsheetText.LongestText, rows[2][0].Length);
        Assert.EndsWith("x…", rows[2][0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_does_not_fit_into_a_sheet_goes_on_in_another()
    {
        var sheets = await WriteAsync([.. Enumerable.Range(1, 7).Select(number => new object?[] { $"row {number}", (long)number, null, null })], mostRows: 4);
        Assert.Equal(["Some rows", "Some rows 2", "Some rows 3", "About"], sheets.Select(sheet => sheet.Name));
        Assert.Equal([4, 4, 2, 1], sheets.Select(sheet => sheet.Rows.Count));
        Assert.Equal("row 7", sheets[2].Rows[1][0]);
    }

    [Fact]
    public async Task A_file_without_rows_has_its_headings()
    {
        var sheets = await WriteAsync([]);
        Assert.Equal(["A", "N", "D", "I (UTC)"], Assert.Single(sheets[0].Rows));
    }

    /// <summary>An office program opens it: the proof that it is a workbook, and that formulas in texts are not counted.</summary>
    [Fact]
    public async Task LibreOffice_opens_it()
    {
        var lines = await Office.OpenAsync(
            await BytesAsync([["=1+1", 3L, new DateOnly(2026, 12, 31), new DateTimeOffset(2026, 1, 10, 8, 0, 5, TimeSpan.Zero)], ["naïve 🚀", -7L, null, null]]), Stop);
        Assert.Equal(["A,N,D,I (UTC)", "=1+1,3,2026-12-31,2026-01-10 08:00:05", "naïve 🚀,-7,,"], lines);
    }

    private static async Task<IReadOnlyList<(string Name, IReadOnlyList<string[]> Rows)>> WriteAsync(IReadOnlyList<object?[]> rows, int mostRows = SpreadsheetWriter.MostRows) =>
        SpreadsheetFile.Read(await BytesAsync(rows, mostRows));

    private static async Task<byte[]> BytesAsync(IReadOnlyList<object?[]> rows, int mostRows = SpreadsheetWriter.MostRows)
    {
        using var file = new MemoryStream();
        await using (var writer = await SpreadsheetWriter.CreateAsync(new OnlyAsync(file), Stop, mostRows))
        {
            await writer.SheetAsync("Some rows", Columns, rows.ToAsyncEnumerable(), Stop);
            await writer.FactsAsync("About", [("Report", "Some rows")], Stop);
            await writer.CompleteAsync(Stop);
        }

        return file.ToArray();
    }

    /// <summary>As the body of an answer is: forward only, and never written to while a thread waits.</summary>
    private sealed class OnlyAsync(Stream inner) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => inner.WriteAsync(buffer, cancellationToken);

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => inner.WriteAsync(buffer, offset, count, cancellationToken);

        public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Written synchronously");

        public override void Flush() => throw new NotSupportedException("Flushed synchronously");

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
