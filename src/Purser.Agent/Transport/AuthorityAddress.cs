using System.Diagnostics.CodeAnalysis;
using System.Net;
using Purser.Agent.State;

namespace Purser.Agent.Transport;

/// <summary>Where an authority listens, and what a device may do there.</summary>
public static class AuthorityAddress
{
    /// <summary>Where devices push that are licensed by policy.</summary>
    private const string PushPath = "/cslu/v1/pi";

    private const string SmartPath = "/licservice/license";
    private const string CallHomePath = "/Transportgateway/services/DeviceRequestHandler";

    /// <summary>Where devices register (device reference 2.8).</summary>
    private static readonly string[] RegistrationPaths = [SmartPath, "/SmartTransport", CallHomePath, "/its/service/oddce/services/DDCEService"];

    /// <summary>A bare host gets the published path. Null and a reason when the address is no good.</summary>
    public static bool TryParse(string text, TransportKind kind, [NotNullWhen(true)] out Uri? address, [NotNullWhen(false)] out string? problem)
    {
        address = null;
        var path = kind switch
        {
            TransportKind.CallHome => CallHomePath,
            TransportKind.Cslu => PushPath,
            _ => SmartPath,
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
    public static Uri OfPushes(Uri address) => RegistrationPaths.Contains(address.AbsolutePath.TrimEnd('/'), StringComparer.OrdinalIgnoreCase) ? new Uri(address, PushPath) : address;

    public static bool IsPlain(Uri uri) => uri.Scheme == Uri.UriSchemeHttp;

    public static bool IsLoopback(Uri uri) =>
        uri.IdnHost.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(uri.IdnHost.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));
}
