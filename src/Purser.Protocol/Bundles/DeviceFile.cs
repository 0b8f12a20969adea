using System.Xml;
using System.Xml.Linq;
using Purser.Protocol.Trust;

namespace Purser.Protocol.Bundles;

/// <summary>
/// What a file of a product instance brings, divided by what it is for: usage reports, trust requests, authorization requests. Each is a file as a device saves it
/// alone; null where there is none.
/// </summary>
public sealed record DeviceFile(string? Reports, string? Trust, string? Authorization)
{
    private const string Root = "smartLicense";
    private const string Report = "RUMReport";
    private const string Asked = "smartLicenseAuthRequest";
    private const string Info = "smartLicenseSystemInfo";

    private static readonly XmlReaderSettings Strict = new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersInDocument = BundleLimits.FileBytes };

    public static WireResult<DeviceFile> Read(string text)
    {
        try
        {
            using var reader = XmlReader.Create(new StringReader(text.TrimStart('\uFEFF')), Strict);
            var root = XElement.Load(reader, LoadOptions.PreserveWhitespace);
            var file = new DeviceFile(Part(root, Report), Part(root, TrustRequest.Element), Part(root, Asked));
            return root.Name.LocalName == Root && file != new DeviceFile(null, null, null) ? file : Broken("There is no usage report, trust request or authorization request in it");
        }
        catch (XmlException fault)
        {
            return Broken($"It is no XML, or only a part of it: {fault.Message.TrimEnd('.')}");
        }
    }

    private static string? Part(XElement root, string element) => root.Elements(element).Any()
        ? new XElement(Root, root.Elements().Where(one => one.Name.LocalName == element || one.Name.LocalName == Info)).ToString(SaveOptions.DisableFormatting)
        : null;

    private static WireRefusal Broken(string why) => new(WireCode.Malformed, $"This is no file of a product instance. {why}. Have the collector fetch it again");
}
