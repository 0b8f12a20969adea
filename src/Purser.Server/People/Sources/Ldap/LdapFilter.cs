using System.Text;

namespace Purser.Server.People.Sources.Ldap;

/// <summary>Puts text into a search filter so that it stays text, whatever it contains (RFC 4515 3).</summary>
internal static class LdapFilter
{
    public static string With(string filter, string place, string text) => filter.Replace(place, Escape(text), StringComparison.Ordinal);

    /// <summary>The same filter for whatever stands there.</summary>
    public static string WithAny(string filter, string place) => filter.Replace(place, "*", StringComparison.Ordinal);

    public static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length + 8);
        foreach (var character in text)
        {
            _ = character switch
            {
                '*' => escaped.Append("\\2a"),
                '(' => escaped.Append("\\28"),
                ')' => escaped.Append("\\29"),
                '\\' => escaped.Append("\\5c"),
                '\0' => escaped.Append("\\00"),
                _ => escaped.Append(character),
            };
        }

        return escaped.ToString();
    }
}
