using System.Xml;
using System.Xml.Linq;

namespace Purser.Protocol.Trust;

/// <summary>What a device saves for somebody to carry to the authority: a trust request for each unit of its set (<c>license smart save trust-request FILE</c>).</summary>
public sealed record TrustRequestFile(IReadOnlyList<TrustRequest> Requests)
{
    public const int MaximumBytes = 1024 * 1024;
    public const int MaximumRequests = 1_000;

    private const string Root = "smartLicense";

    private static readonly XmlReaderSettings Strict = new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersInDocument = MaximumBytes };

    public static WireResult<TrustRequestFile> Read(string file)
    {
        try
        {
            using var reader = XmlReader.Create(new StringReader(file.TrimStart('\uFEFF')), Strict);
            var root = XElement.Load(reader, LoadOptions.PreserveWhitespace);
            var elements = root.Name.LocalName == Root ? root.Elements(TrustRequest.Element).ToList() : [];
            if (elements.Count is 0 or > MaximumRequests)
            {
                return Broken(elements.Count == 0 ? "There is no trust request in it" : $"It has more than {MaximumRequests} trust requests");
            }

            var read = elements.ConvertAll(TrustRequest.Read);
            return read.Find(one => !one.IsOk) is { Code: not null } broken ? new WireRefusal(broken.Code, broken.Detail!) : new TrustRequestFile([.. read.Select(one => one.Value)]);
        }
        catch (XmlException fault)
        {
            return Broken($"It is no XML, or only a part of it: {XmlPlace.Of(fault)}");
        }
    }

    /// <param name="requests">As <see cref="TrustRequest.Seal"/> makes them.</param>
    public static string Write(IEnumerable<XElement> requests) => new XElement(Root, requests).ToString(SaveOptions.DisableFormatting);

    private static WireRefusal Broken(string why) => new(WireCode.Malformed, $"This is no trust request file. {why}. On the device: license smart save trust-request FILE");
}
