using System.Text;
using Microsoft.AspNetCore.Http;
using Purser.Server.Http;

namespace Purser.Tests.Http;

[Trait("Feature", "LI-12")]
public sealed class CsvTests
{
    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+1", "'+1")]
    [InlineData("-1", "'-1")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("\tx", "'\tx")]
    [InlineData("\rx", "'\rx")]
    [InlineData("plain", "plain")]
    [InlineData("a=b", "a=b")]
    [InlineData("", "")]
    public void A_text_that_a_spreadsheet_would_run_is_kept_a_text(string cell, string written) => Assert.Equal(written, Csv.Cell(cell));

    [Fact]
    public void Own_numbers_keep_their_minus() => Assert.Equal(["-3", "12", "-7"], new object[] { -3, 12L, -7m }.Select(Csv.Cell));

    [Fact]
    public void Instants_dates_and_flags_have_one_form() => Assert.Equal(
        ["2026-01-10T08:00:05Z", "2026-12-31", "Yes", ""],
        new object?[] { new DateTimeOffset(2026, 1, 10, 9, 0, 5, TimeSpan.FromHours(1)), new DateOnly(2026, 12, 31), true, null }.Select(Csv.Cell));

    [Fact]
    public async Task A_file_has_a_name_a_byte_order_mark_a_heading_and_quoted_cells()
    {
        var context = new DefaultHttpContext();
        using var body = new MemoryStream();
        context.Response.Body = body;
        var result = new CsvResult<string>("list of Ä.csv", [new("Name", text => text), new("Length", text => text.Length)], Rows());
        await result.ExecuteAsync(context);

        var bytes = body.ToArray();
        Assert.Equal([0xEF, 0xBB, 0xBF], bytes[..3]);
        Assert.Equal("Name,Length\r\n\"one, \"\"two\"\"\",10\r\n'=x,2\r\n", Encoding.UTF8.GetString(bytes[3..]));
        Assert.StartsWith("text/csv", context.Response.ContentType, StringComparison.Ordinal);
        Assert.Contains("filename*=UTF-8''list%20of%20%C3%84.csv", context.Response.Headers.ContentDisposition.ToString(), StringComparison.Ordinal);
    }

    private static async IAsyncEnumerable<string> Rows()
    {
        yield return "one, \"two\"";
        await Task.Yield();
        yield return "=x";
    }
}
