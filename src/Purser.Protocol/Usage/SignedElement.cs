using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Purser.Protocol.Wire;

namespace Purser.Protocol.Usage;

/// <summary>
/// A text that the authority signs, as an element of a file that devices import: <c>&lt;name&gt;&lt;data/&gt;&lt;signature/&gt;&lt;signer/&gt;&lt;/name&gt;</c>. The signature covers the
/// name too, so that no element passes for one of another kind.
/// </summary>
/// <param name="Chain">The signer's certificate first, the root last; DER. Not judged here.</param>
public sealed record SignedElement(string Name, string Data, string Signature, IReadOnlyList<byte[]> Chain)
{
    private const int MostCertificates = WireLimits.ChainLength;

    public static SignedElement Seal(string name, string data, ECDsa key, IEnumerable<byte[]> chain) =>
        new(name, data, MessageSignature.Sign(key, Covered(name, data)).Value, [.. chain]);

    public bool IsSignedBy(ECDsa key) => Base64.TryDecode(Signature, MessageSignature.Bytes) is { } value && MessageSignature.Verify(key, Covered(Name, Data), value);

    public XElement ToXml() => new(
        Name,
        new XElement("data", Data),
        new XElement("signature", Signature),
        new XElement("signer", Chain.Select(certificate => new XElement("certificate", Convert.ToBase64String(certificate)))));

    public static WireResult<SignedElement> Read(XElement element)
    {
        var chain = element.Elements("signer").Elements("certificate").Take(MostCertificates).Select(one => Base64.TryDecode(one.Value, WireLimits.CertificateBytes)).ToList();
        return element.Element("data")?.Value is not { } data || element.Element("signature")?.Value is not { } signature || chain.Count == 0 || chain.Contains(null)
            ? new WireRefusal(WireCode.Malformed, $"<{element.Name.LocalName}> lacks its data, its signature or the certificates of its signer: bring the whole file, unchanged")
            : new SignedElement(element.Name.LocalName, data, signature, chain!);
    }

    private static byte[] Covered(string name, string data) => Encoding.UTF8.GetBytes($"{name}\n{data}");
}
