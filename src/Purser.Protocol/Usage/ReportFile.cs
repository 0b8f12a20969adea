using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace Purser.Protocol.Usage;

/// <summary>
/// What a device saves for somebody to carry to the authority: the usage reports, and who it is (device reference 4.4.2). The text of each report stays
/// as it came, so a file is written again byte for byte where its reports are.
/// </summary>
/// <param name="Reports">The JSON texts inside the <c>RUMReport</c> elements.</param>
public sealed record ReportFile(IReadOnlyList<string> Reports, string? SystemInfo = null)
{
    public const int MaximumBytes = 32 * 1024 * 1024;
    public const int MaximumReports = 50_000;

    private const string Root = "smartLicense";
    private const string Report = "RUMReport";
    private const string Info = "smartLicenseSystemInfo";

    private static readonly XmlReaderSettings Strict = new()
    {
        DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersInDocument = MaximumBytes, Async = false,
    };

    /// <summary>Reads the file with its reports one below the other, or one report alone, as published.</summary>
    public static WireResult<ReportFile> Read(string file)
    {
        if (file.Length > MaximumBytes)
        {
            return new WireRefusal(WireCode.TooLarge, $"A usage report file has at most {MaximumBytes / 1024 / 1024} MB. Save the reports of fewer days in each file");
        }

        if (file.StartsWith('\u001F'))
        {
            return new WireRefusal(WireCode.Malformed, "This is a packed file, not a usage report file. What a collector made (UD_SA_….tar.gz) is uploaded as a bundle");
        }

        try
        {
            using var reader = XmlReader.Create(new StringReader(file.TrimStart('\uFEFF')), Strict);
            var root = XElement.Load(reader, LoadOptions.PreserveWhitespace);
            return root.Name.LocalName switch
            {
                Report => Of([root], null),
                Root => Of([.. root.Elements(Report)], root.Element(Info)?.Element("data")?.Value.Trim()),
                var other => Broken($"It begins with <{other}>"),
            };
        }
        catch (XmlException fault)
        {
            return Broken($"It is no XML, or only a part of it: {XmlPlace.Of(fault)}");
        }
    }

    /// <summary>As devices save it.</summary>
    public string Write()
    {
        var text = new StringBuilder($"<{Root}>");
        foreach (var report in Reports)
        {
            // ]]> cannot stand inside a section, so it is divided between two.
            text.Append($"<{Report}><![CDATA[").Append(report.Replace("]]>", "]]]]><![CDATA[>", StringComparison.Ordinal)).Append($"]]></{Report}>");
        }

        if (SystemInfo is not null)
        {
            text.Append(new XElement(Info, new XElement("data", SystemInfo)).ToString(SaveOptions.DisableFormatting));
        }

        return text.Append($"</{Root}>").ToString();
    }

    private static WireResult<ReportFile> Of(IReadOnlyList<XElement> reports, string? info) =>
        reports.Count == 0 ? Broken("There is no usage report in it")
        : reports.Count > MaximumReports ? new WireRefusal(WireCode.TooLarge, $"A usage report file has at most {MaximumReports} reports. Save the reports of fewer days in each file")
        : new ReportFile([.. reports.Select(report => report.Value.Trim())], info);

    private static WireRefusal Broken(string why) =>
        new(WireCode.Malformed, $"This is no usage report file. {why}. On the device: license smart save usage unreported file FILE");
}
