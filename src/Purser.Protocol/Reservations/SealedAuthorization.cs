using System.Security.Cryptography;
using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace Purser.Protocol.Reservations;

/// <summary>An authorization file as it came: what it says, and the exact bytes that its signature covers.</summary>
/// <param name="Signature">DER form; also what confirmation and return codes follow from.</param>
/// <param name="Chain">The signer's certificate first; DER. Not judged here.</param>
public sealed record SealedAuthorization(SpecificAuthorization Authorization, ReadOnlyMemory<byte> Signed, ReadOnlyMemory<byte> Signature, IReadOnlyList<byte[]> Chain)
{
    private const string Begin = "<authorizationCode>";
    private const string End = "</authorizationCode>";
    private const int MostCertificates = 8;

    private static readonly XmlReaderSettings Strict = new()
    {
        DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersInDocument = SpecificAuthorization.MaximumBytes, IgnoreWhitespace = false,
    };

    /// <summary>Reads a file. The signature must still be checked: <see cref="IsSignedBy"/>, by a key whose certificates the device trusts.</summary>
    public static WireResult<SealedAuthorization> Read(string file)
    {
        if (file.Length > SpecificAuthorization.MaximumBytes)
        {
            return new WireRefusal(WireCode.TooLarge, $"An authorization file has at most {SpecificAuthorization.MaximumBytes} characters.");
        }

        var text = file.Trim();
        var (from, to) = (text.IndexOf(Begin, StringComparison.Ordinal), text.IndexOf(End, StringComparison.Ordinal));
        if (!text.StartsWith("<specificPLR>", StringComparison.Ordinal) || from < 0 || to < from)
        {
            return Broken("It begins with <specificPLR> and holds <authorizationCode>: bring the whole file, unchanged");
        }

        try
        {
            // The signed part alone is believed, so it is read by itself, from exactly the bytes that are signed.
            var signed = text[from..(to + End.Length)];
            var frame = Load(string.Concat(text.AsSpan(0, from), text.AsSpan(to + End.Length)));
            if (frame.Elements().Any(element => element.Name.LocalName is not ("signature" or "udi" or "signer")))
            {
                return Broken("There is more in it than belongs there");
            }

            var authorization = SpecificAuthorization.Of(Load(signed));
            return !authorization.IsOk ? new WireRefusal(authorization.Code!, authorization.Detail!)
                : frame.Element("udi")?.Value != authorization.Value.Udi.Key ? Broken("The UDI at its end is not the one that was signed")
                : new SealedAuthorization(
                    authorization.Value, Encoding.UTF8.GetBytes(signed), Convert.FromBase64String(frame.Element("signature")?.Value ?? ""),
                    [.. frame.Elements("signer").Elements("certificate").Take(MostCertificates).Select(certificate => Convert.FromBase64String(certificate.Value))]);
        }
        catch (Exception fault) when (fault is XmlException or FormatException)
        {
            return Broken(fault.Message.TrimEnd('.'));
        }
    }

    public bool IsSignedBy(ECDsa key) => key.VerifyData(Signed.Span, Signature.Span, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    private static XElement Load(string text)
    {
        using var reader = XmlReader.Create(new StringReader(text), Strict);
        return XElement.Load(reader, LoadOptions.PreserveWhitespace);
    }

    private static WireRefusal Broken(string why) => new(WireCode.Malformed, $"This is no authorization file, or it was damaged on its way. {why}.");
}
