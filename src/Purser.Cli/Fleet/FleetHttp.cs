using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Purser.Agent;
using Purser.Agent.State;

namespace Purser.Cli.Fleet;

/// <summary>The connections that all devices of a fleet share, and whom they trust.</summary>
internal static class FleetHttp
{
    /// <param name="ca">PEM file with the authority's root; null over plain HTTP on this machine.</param>
    /// <param name="connections">At most so many at once.</param>
    public static (HttpMessageInvoker Http, TrustAnchor Trust) Open(string? ca, int connections)
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false, MaxConnectionsPerServer = connections };
        if (ca is null)
        {
            return (new HttpMessageInvoker(handler), new TrustAnchor());
        }

        var root = LoadRoot(ca);
        handler.SslOptions = new SslClientAuthenticationOptions
        {
            CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust, CustomTrustStore = { root }, RevocationMode = X509RevocationMode.NoCheck,
            },
        };
        return (new HttpMessageInvoker(handler), DeviceSetup.Pin(root));
    }

    private static X509Certificate2 LoadRoot(string path)
    {
        try
        {
            return X509Certificate2.CreateFromPem(File.ReadAllText(path));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new CommandException($"{path} is no readable certificate (PEM): {fault.Message}");
        }
    }
}
