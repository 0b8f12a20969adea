using System.Globalization;
using System.Xml;

namespace Purser.Protocol;

/// <summary>Where a text stops being XML, for who carried it; the parser's own words help nobody.</summary>
internal static class XmlPlace
{
    public static string Of(XmlException fault) => fault.LineNumber == 0
        ? "it is empty"
        : string.Create(CultureInfo.InvariantCulture, $"it cannot be read on from line {fault.LineNumber}, character {fault.LinePosition}");
}
