using System.Globalization;
using System.Text;

namespace Purser.Server.Reports;

/// <summary>The small parts of a workbook: what it consists of, how cells look.</summary>
internal static class SpreadsheetParts
{
    private const string Head = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>""";
    private const string Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    private const string OfOffice = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    private const string Package = "http://schemas.openxmlformats.org/package/2006";
    private const string Type = "application/vnd.openxmlformats-officedocument.spreadsheetml";

    /// <summary>Whatever is not named is a sheet: so this stands first, before anybody knows how many there will be.</summary>
    public const string ContentTypes =
        $"""
        {Head}<Types xmlns="{Package}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="{Type}.worksheet+xml"/><Override PartName="/xl/workbook.xml" ContentType="{Type}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="{Type}.styles+xml"/></Types>
        """;

    public const string Relations =
        $"""
        {Head}<Relationships xmlns="{Package}/relationships"><Relationship Id="rId1" Type="{OfOffice}/officeDocument" Target="xl/workbook.xml"/></Relationships>
        """;

    /// <summary>In the order of the indices in <see cref="SpreadsheetText"/>.</summary>
    public const string Styles =
        $"""
        {Head}<styleSheet xmlns="{Main}"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\-mm\-dd"/><numFmt numFmtId="165" formatCode="yyyy\-mm\-dd\ hh:mm:ss"/></numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="5"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/><xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" quotePrefix="1"/></cellXfs></styleSheet>
        """;

    public static string Workbook(IReadOnlyList<string> sheets)
    {
        var text = new StringBuilder($"""{Head}<workbook xmlns="{Main}" xmlns:r="{OfOffice}"><sheets>""");
        for (var number = 1; number <= sheets.Count; number++)
        {
            text.Append("<sheet name=\"");
            SpreadsheetText.AppendEscaped(text, sheets[number - 1]);
            text.Append(CultureInfo.InvariantCulture, $"\" sheetId=\"{number}\" r:id=\"rId{number}\"/>");
        }

        return text.Append("</sheets></workbook>").ToString();
    }

    public static string WorkbookRelations(int sheets)
    {
        var text = new StringBuilder($"""{Head}<Relationships xmlns="{Package}/relationships">""");
        for (var number = 1; number <= sheets; number++)
        {
            text.Append(CultureInfo.InvariantCulture, $"""<Relationship Id="rId{number}" Type="{OfOffice}/worksheet" Target="worksheets/sheet{number}.xml"/>""");
        }

        return text.Append(CultureInfo.InvariantCulture, $"""<Relationship Id="rId{sheets + 1}" Type="{OfOffice}/styles" Target="styles.xml"/></Relationships>""").ToString();
    }

    /// <summary>The beginning of a sheet: the headings stay in view.</summary>
    public static string SheetHead(IEnumerable<int> widths, bool hasHeadings)
    {
        var text = new StringBuilder($"""{Head}<worksheet xmlns="{Main}">""");
        if (hasHeadings)
        {
            text.Append("""<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>""");
        }

        text.Append("<cols>");
        var number = 0;
        foreach (var width in widths)
        {
            number++;
            text.Append(CultureInfo.InvariantCulture, $"""<col min="{number}" max="{number}" width="{width}" customWidth="1"/>""");
        }

        return text.Append("</cols><sheetData>").ToString();
    }

    public const string SheetEnd = "</sheetData></worksheet>";
}
