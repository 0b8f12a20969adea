using System.Diagnostics.CodeAnalysis;
using System.Net;
using Purser.Agent.State;
using Purser.Protocol.Wire;

namespace Purser.Agent.Transport;

/// <summary>Where an authority listens, and what a device may do there.</summary>
public static class AuthorityAddress
{
    /// <summary>A bare host gets the published path. Null and a reason when the address is no good.</summary>
    public static bool TryParse(string text, TransportKind kind, [NotNullWhen(true)] out Uri? address, [NotNullWhen(false)] out string? problem)
    {
        address = null;
        var path = kind switch
        {
            TransportKind.CallHome => DeviceAddresses.CallHome,
            TransportKind.Cslu => DeviceAddresses.Push,
            _ => DeviceAddresses.Smart,
        };
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps) || uri.UserInfo.Length > 0)
        {
            problem = $"'{text}' is no address; expected https://<host>{path}";
            return false;
        }

        // No token goes to a collector, and what comes back is signed (device reference 2.8: http, port 8182).
        if (IsPlain(uri) && !IsLoopback(uri) && kind != TransportKind.Cslu)
        {
            problem = $"'{text}' would send tokens in clear text; use https (plain http is for this same machine only)";
            return false;
        }

        address = uri.AbsolutePath == "/" ? new Uri(uri, path) : uri;
        problem = null;
        return true;
    }

    /// <summary>A configuration that was written for registration names an authority all the same: what is pushed has its own address there.</summary>
    public static Uri OfPushes(Uri address) => DeviceAddresses.Registration.Contains(address.AbsolutePath.TrimEnd('/'), StringComparer.OrdinalIgnoreCase) ? new Uri(address, DeviceAddresses.Push) : address;

    public static bool IsPlain(Uri uri) => uri.Scheme == Uri.UriSchemeHttp;

    public static bool IsLoopback(Uri uri) =>
        uri.IdnHost.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(uri.IdnHost.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));
}
