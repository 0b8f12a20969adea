using System.Globalization;
using System.IO.Compression;
using System.Xml.Linq;

namespace Purser.Tests.Reports;

/// <summary>Reads workbooks as a program does that goes by the names in them: sheets by relation, cells by their type and format.</summary>
internal static class SpreadsheetFile
{
    private static readonly XNamespace Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    private static readonly XNamespace Office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    private static readonly XNamespace Package = "http://schemas.openxmlformats.org/package/2006/relationships";

    /// <summary>The sheets in their order: name, and the rows with their cells as text. Dates are written as dates, times as times.</summary>
    public static IReadOnlyList<(string Name, IReadOnlyList<string[]> Rows)> Read(byte[] file)
    {
        using var archive = new ZipArchive(new MemoryStream(file), ZipArchiveMode.Read);
        var targets = Part(archive, "xl/_rels/workbook.xml.rels").Elements(Package + "Relationship").ToDictionary(row => row.Attribute("Id")!.Value, row => row.Attribute("Target")!.Value);
        return [.. Part(archive, "xl/workbook.xml").Element(Main + "sheets")!.Elements(Main + "sheet").Select(sheet => (
            sheet.Attribute("name")!.Value, Rows(Part(archive, $"xl/{targets[sheet.Attribute(Office + "id")!.Value]}"))))];
    }

    private static IReadOnlyList<string[]> Rows(XElement sheet) =>
        [.. sheet.Element(Main + "sheetData")!.Elements(Main + "row").Select(row => row.Elements(Main + "c").Select(Text).ToArray())];

    private static string Text(XElement cell)
    {
        Assert.Null(cell.Element(Main + "f"));
        if (cell.Attribute("t")?.Value == "inlineStr")
        {
            return cell.Element(Main + "is")!.Element(Main + "t")!.Value;
        }

        var value = cell.Element(Main + "v")?.Value ?? "";
        return cell.Attribute("s")?.Value switch
        {
            "2" => DateTime.FromOADate(double.Parse(value, CultureInfo.InvariantCulture)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            "3" => DateTime.FromOADate(double.Parse(value, CultureInfo.InvariantCulture)).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
            _ => value,
        };
    }

    private static XElement Part(ZipArchive archive, string path)
    {
        using var part = archive.GetEntry(path)!.Open();
        return XDocument.Load(part, LoadOptions.PreserveWhitespace).Root!;
    }
}
