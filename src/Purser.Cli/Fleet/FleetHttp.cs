using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Purser.Agent;
using Purser.Agent.State;
using Purser.Cli.Device;

namespace Purser.Cli.Fleet;

/// <summary>The connections that all devices of a fleet share, and whom they trust.</summary>
internal static class FleetHttp
{
    /// <param name="server">Where the authority is.</param>
    /// <param name="ca">PEM file with the authority's root; null over plain HTTP on this machine.</param>
    /// <param name="connections">At most so many at once.</param>
    public static (HttpClient Http, TrustAnchor Trust) Open(Uri server, string? ca, int connections)
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false, MaxConnectionsPerServer = connections };
        if (ca is null)
        {
            return (new HttpClient(handler) { BaseAddress = server }, new TrustAnchor());
        }

        var root = InitCommand.ReadRoot(ca);
        handler.SslOptions = new SslClientAuthenticationOptions
        {
            CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust, CustomTrustStore = { root }, RevocationMode = X509RevocationMode.NoCheck,
            },
        };
        return (new HttpClient(handler) { BaseAddress = server }, DeviceSetup.Pin(root));
    }
}
