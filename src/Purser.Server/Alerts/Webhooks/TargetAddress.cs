using System.Net;
using System.Net.Sockets;

namespace Purser.Server.Alerts.Webhooks;

/// <summary>Addresses that lie inside: nobody may make this server send there for him, unless the operator allows it (Webhooks:PrivateTargets).</summary>
public static class TargetAddress
{
    // RFC 6890 and its registries: private, shared, loopback, link-local, documentation, benchmarking, multicast, reserved; and what wraps such an address.
    private static readonly IPNetwork[] Inside =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16",
            "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            "::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
        }.Select(IPNetwork.Parse),
    ];

    public static bool IsPrivate(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return plain.AddressFamily is not (AddressFamily.InterNetwork or AddressFamily.InterNetworkV6) || Inside.Any(network => network.Contains(plain));
    }
}

/// <summary>The target may not be reached from here.</summary>
public sealed class TargetRefusedException(string reason) : Exception(reason);
