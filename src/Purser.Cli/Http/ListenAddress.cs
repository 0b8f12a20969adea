using System.Net;

namespace Purser.Cli.Http;

/// <summary>Passwords travel with each request, so without encryption only the device itself may ask.</summary>
internal sealed record ListenAddress(bool IsEncrypted, IPAddress Address, int Port)
{
    public static ListenAddress Read(string text)
    {
        var address = ReadOpen(text);
        return address.IsEncrypted || IPAddress.IsLoopback(address.Address)
            ? address
            : throw new CommandException("passwords would travel unencrypted: use https, or http on the loopback address 127.0.0.1");
    }

    /// <summary>Where no password is asked for.</summary>
    public static ListenAddress ReadOpen(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || url.PathAndQuery != "/")
        {
            throw new CommandException($"'{text}' is no address to listen at; expected https://ADDRESS:PORT");
        }

        var host = url.Host.Trim('[', ']');
        if ((host == "localhost" ? IPAddress.Loopback : IPAddress.TryParse(host, out var parsed) ? parsed : null) is not { } address)
        {
            throw new CommandException($"'{host}' is no address of this device; expected an IP address, such as 0.0.0.0 for all");
        }

        return new ListenAddress(url.Scheme == "https", address, url.Port);
    }
}
