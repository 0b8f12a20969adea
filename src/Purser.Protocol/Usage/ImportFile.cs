using System.Xml;
using System.Xml.Linq;

namespace Purser.Protocol.Usage;

/// <summary>What the authority gives to be imported on a device: signed elements below one root, or a policy alone.</summary>
public sealed record ImportFile(IReadOnlyList<SignedElement> Elements)
{
    public const int MaximumBytes = 4 * 1024 * 1024;

    private const string Root = "smartLicense";

    private static readonly XmlReaderSettings Strict = new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersInDocument = MaximumBytes };

    public SignedElement? Find(string name) => Elements.FirstOrDefault(element => element.Name == name);

    public string Write() => new XElement(Root, Elements.Select(element => element.ToXml())).ToString(SaveOptions.DisableFormatting);

    public static WireResult<ImportFile> Read(string file)
    {
        try
        {
            using var reader = XmlReader.Create(new StringReader(file.TrimStart('\uFEFF')), Strict);
            var root = XElement.Load(reader, LoadOptions.PreserveWhitespace);
            var elements = (root.Name.LocalName == Root ? root.Elements() : [root]).Select(SignedElement.Read).ToList();
            return elements.Find(element => !element.IsOk) is { Code: not null } broken ? new WireRefusal(broken.Code, broken.Detail!)
                : elements.Count == 0 ? new WireRefusal(WireCode.Malformed, "There is nothing in this file to import")
                : new ImportFile([.. elements.Select(element => element.Value)]);
        }
        catch (XmlException fault)
        {
            return new WireRefusal(WireCode.Malformed, $"This is no file to import, or only a part of one: {XmlPlace.Of(fault)}");
        }
    }
}
