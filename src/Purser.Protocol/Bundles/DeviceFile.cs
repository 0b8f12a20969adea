using System.Text;
using System.Xml;
using System.Xml.Linq;
using Purser.Protocol.Trust;

namespace Purser.Protocol.Bundles;

/// <summary>
/// What a file of a product instance brings, divided by what it is for: usage reports, trust requests, authorization requests. Each is a file as a device saves it
/// alone; null where there is none.
/// </summary>
/// <param name="Reports">The file as it came: to write it anew could change a report by a byte, and its signature covers each.</param>
public sealed record DeviceFile(string? Reports, string? Trust, string? Authorization)
{
    private const string Root = "smartLicense";
    private const string Report = "RUMReport";
    private const string Asked = "smartLicenseAuthRequest";
    private const string Info = "smartLicenseSystemInfo";

    private static readonly XmlReaderSettings Strict = new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersInDocument = BundleLimits.FileBytes };

    /// <summary>A writer would otherwise make line feeds of carriage returns, and what is signed would be another text.</summary>
    private static readonly XmlWriterSettings Exact = new() { OmitXmlDeclaration = true, NewLineHandling = NewLineHandling.Entitize };

    public static WireResult<DeviceFile> Read(string text)
    {
        try
        {
            using var reader = XmlReader.Create(new StringReader(text.TrimStart('\uFEFF')), Strict);
            var root = XElement.Load(reader, LoadOptions.PreserveWhitespace);
            var file = new DeviceFile(root.Elements(Report).Any() ? text : null, Part(root, TrustRequest.Element), Part(root, Asked));
            return root.Name.LocalName == Root && file != new DeviceFile(null, null, null) ? file : Broken("There is no usage report, trust request or authorization request in it");
        }
        catch (XmlException fault)
        {
            return Broken($"It is no XML, or only a part of it: {XmlPlace.Of(fault)}");
        }
    }

    private static string? Part(XElement root, string element)
    {
        if (!root.Elements(element).Any())
        {
            return null;
        }

        var text = new StringBuilder();
        using (var writer = XmlWriter.Create(text, Exact))
        {
            new XElement(Root, root.Elements().Where(one => one.Name.LocalName == element || one.Name.LocalName == Info)).Save(writer);
        }

        return text.ToString();
    }

    private static WireRefusal Broken(string why) => new(WireCode.Malformed, $"This is no file of a product instance. {why}. Save it again on the product instance, or have the collector fetch it again");
}
