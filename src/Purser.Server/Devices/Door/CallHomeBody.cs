using System.Text;
using System.Xml;

namespace Purser.Server.Devices.Door;

/// <summary>Call home carries the JSON envelope as an attachment named smart_licensing_data inside its XML (device reference 2.9); bare JSON is taken as well.</summary>
internal static class CallHomeBody
{
    private const string Attachment = "smart_licensing_data";

    private static readonly XmlReaderSettings Strict = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        IgnoreComments = true,
        IgnoreWhitespace = true,
    };

    public static bool IsXml(string mediaType) => mediaType.EndsWith("/xml", StringComparison.OrdinalIgnoreCase) || mediaType.EndsWith("+xml", StringComparison.OrdinalIgnoreCase);

    /// <summary>The envelope's bytes; what holds no such attachment is handed on as it is, and refused as unreadable.</summary>
    public static ReadOnlyMemory<byte> Unwrap(ReadOnlyMemory<byte> body, string? contentType)
    {
        if (contentType is null || !IsXml(contentType.Split(';')[0].Trim()))
        {
            return body;
        }

        try
        {
            return Find(body) ?? body;
        }
        catch (XmlException)
        {
            return body;
        }
    }

    /// <summary>The text of the first data element that follows a name element (or carries a name attribute) saying smart_licensing_data.</summary>
    private static ReadOnlyMemory<byte>? Find(ReadOnlyMemory<byte> body)
    {
        using var reader = XmlReader.Create(new MemoryStream(body.ToArray(), writable: false), Strict);
        var isNamed = false;
        while (reader.Read())
        {
            if (reader.NodeType != XmlNodeType.Element || reader.IsEmptyElement)
            {
                continue;
            }

            isNamed |= reader.GetAttribute("name") == Attachment;
            if (reader.LocalName.Equals("Name", StringComparison.OrdinalIgnoreCase) && reader.ReadString().Trim() == Attachment)
            {
                isNamed = true;
            }
            else if (isNamed && reader.LocalName.Equals("Data", StringComparison.OrdinalIgnoreCase))
            {
                var isBase64 = string.Equals(reader.GetAttribute("encoding"), "base64", StringComparison.OrdinalIgnoreCase);
                var text = reader.ReadString();
                return Decode(text, isBase64);
            }
        }

        return null;
    }

    private static ReadOnlyMemory<byte>? Decode(string text, bool isBase64)
    {
        if (!isBase64)
        {
            return Encoding.UTF8.GetBytes(text.Trim());
        }

        var buffer = new byte[text.Length];
        return Convert.TryFromBase64String(text.Trim(), buffer, out var length) ? buffer.AsMemory(0, length) : null;
    }
}
