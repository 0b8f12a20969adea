using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Purser.Server.Settings;

namespace Purser.Server.Pki;

/// <summary>HTTPS on the port beside plain HTTP, with the authority's own certificate. Plain HTTP stays on loopback; 'any' opens HTTPS to the network.</summary>
public static class HttpsEndpoint
{
    public static void Add(WebApplicationBuilder builder, PurserSettings settings)
    {
        builder.Services.AddSingleton<TlsContext>();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(options =>
        {
            var tls = options.ApplicationServices.GetRequiredService<TlsContext>();
            if (settings.Http.Listen == "any")
            {
                options.Listen(IPAddress.IPv6Any, settings.Http.HttpsPort, listen => Secure(listen, tls));
            }
            else
            {
                options.ListenLocalhost(settings.Http.HttpsPort, listen => Secure(listen, tls));
            }
        });
    }

    private static void Secure(ListenOptions listen, TlsContext tls) => listen.UseHttps(new TlsHandshakeCallbackOptions
    {
        OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions { ServerCertificateContext = tls.Current }),
    });
}

/// <summary>The certificate and its chain as handshakes need them; made anew when the authority has a new one.</summary>
public sealed class TlsContext(AuthorityKeys keys)
{
    private (AuthorityCertificate Key, SslStreamCertificateContext Context)? made;

    public SslStreamCertificateContext Current
    {
        get
        {
            var key = keys.Current.Tls;
            if (made is { } known && ReferenceEquals(known.Key, key))
            {
                return known.Context;
            }

            var context = Make(keys.Current, key);
            made = (key, context);
            return context;
        }
    }

    private static SslStreamCertificateContext Make(Keyring ring, AuthorityCertificate key)
    {
        using var privateKey = ECDsa.Create();
        privateKey.ImportPkcs8PrivateKey(key.SigningKey.Use(signing => signing.ExportPkcs8PrivateKey()), out _);

        // Round trip through PKCS#12: a key that was merely attached is of no use to the TLS stack of some platforms.
        using var attached = key.Certificate.CopyWithPrivateKey(privateKey);
        var certificate = X509CertificateLoader.LoadPkcs12(attached.Export(X509ContentType.Pkcs12), null);
        return SslStreamCertificateContext.Create(certificate, [ring.IssuerOf(key).Certificate, ring.Root.Certificate], offline: true);
    }
}
