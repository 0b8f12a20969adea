using System.Net;

namespace Purser.Server.Settings;

/// <summary>"10.1.2.3, 10.1.0.0/16, ::1" as networks; a lone address is a network of one.</summary>
public static class ProxyList
{
    public static IEnumerable<IPNetwork> Read(string list) => Entries(list).Select(Network).OfType<IPNetwork>();

    /// <summary>The entries that are none.</summary>
    public static IEnumerable<string> Wrong(string list) => Entries(list).Where(entry => Network(entry) is null);

    private static string[] Entries(string list) => list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static IPNetwork? Network(string entry) =>
        IPNetwork.TryParse(entry, out var network) ? network
        : !entry.Contains('/', StringComparison.Ordinal) && IPAddress.TryParse(entry, out var address)
            ? new IPNetwork(address, address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? 32 : 128)
        : null;
}
