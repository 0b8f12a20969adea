using System.Diagnostics.CodeAnalysis;

namespace Purser.Server.Web;

/// <summary>Addresses that a form or a link brings along to be led to. Only those on this server are followed.</summary>
public static class OwnAddress
{
    /// <summary>
    /// Neither "//evil.example" nor "/\evil.example", which browsers take for other servers; nor anything that no address has unescaped, because they
    /// leave tabs and line breaks out wherever they stand (URL Standard 4.4): "/⇥/evil.example" is the same as the first.
    /// </summary>
    public static bool Is([NotNullWhen(true)] string? address) =>
        address is "/" or ['/', not ('/' or '\\'), ..] && address.All(character => character is > ' ' and < '\x7f');
}
