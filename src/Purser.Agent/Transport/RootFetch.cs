using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Purser.Protocol.Certificates;

namespace Purser.Agent.Transport;

/// <summary>
/// Gets the root whose fingerprint a person gave; TLS servers seldom send it along. What the server shows in this one handshake is judged afterwards, by the root that came:
/// first the fingerprint must fit, then the server's own certificate must descend from it. Until then nothing is believed, and the request holds no secret.
/// </summary>
internal sealed class RootFetch(string fingerprint, TimeProvider machineClock) : IDisposable
{
    private const string Path = "/pki/root.pem";
    private const int Longest = 16 * 1024;

    private readonly List<X509Certificate2> shown = [];
    private SslPolicyErrors errors;

    /// <summary>The root, or null and what was wrong.</summary>
    public async Task<(X509Certificate2? Root, string? Problem)> GetAsync(Uri authority, SocketsHttpHandler handler, CancellationToken cancel)
    {
        handler.SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = Remember };
        using var client = new HttpClient(handler, disposeHandler: true) { MaxResponseContentBufferSize = Longest };
        using var response = await client.GetAsync(new Uri(authority, Path), cancel);
        if (!response.IsSuccessStatusCode)
        {
            return (null, $"{authority.Host}:{authority.Port}{Path} answered HTTP {(int)response.StatusCode}");
        }

        var root = Parse(await response.Content.ReadAsStringAsync(cancel));
        if (root is null || ChainCheck.Fingerprint(root) != fingerprint)
        {
            root?.Dispose();
            return (null, "the authority's root does not have the fingerprint that this device was given");
        }

        var problem = new PinnedTls(DeviceSetup.Pin(root), machineClock).Judge(shown.FirstOrDefault(), shown, errors);
        return (root, problem);
    }

    public void Dispose() => shown.ForEach(static certificate => certificate.Dispose());

    private bool Remember(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors problems)
    {
        if (certificate is not X509Certificate2 leaf)
        {
            return false;
        }

        // Copies: the handshake disposes of its own.
        errors = problems;
        shown.AddRange(PinnedTls.Shown(leaf, chain).Select(static one => X509CertificateLoader.LoadCertificate(one.RawData)));
        return true;
    }

    private static X509Certificate2? Parse(string pem)
    {
        try
        {
            return X509Certificate2.CreateFromPem(pem);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
