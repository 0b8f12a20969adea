using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Purser.Protocol.Certificates;

namespace Purser.Tests.Agent;

/// <summary>The test authority behind real sockets, with its own certificate.</summary>
internal sealed class LiveAuthority : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ECDsa tlsKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    private LiveAuthority()
    {
        // TLS is judged by the machine's clock.
        Authority = new TestAuthority(new ManualClock(TimeProvider.System.GetUtcNow()));
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        using var bare = Authority.Pki.Tls(tlsKey, TimeProvider.System.GetUtcNow());
        var certificate = bare.CopyWithPrivateKey(tlsKey);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(System.Net.IPAddress.Loopback, 0);
            foreach (var address in new[] { System.Net.IPAddress.Loopback, System.Net.IPAddress.Parse("127.0.0.2") })
            {
                kestrel.Listen(address, 0, listen => listen.UseHttps(https =>
                {
                    https.ServerCertificate = certificate;
                    https.ServerCertificateChain = [Authority.Pki.Issuing];
                }));
            }
        });
        builder.WebHost.UseKestrelHttpsConfiguration();
        app = builder.Build();
        app.MapPost("/licservice/license", AnswerAsync);
        app.MapPost("/Transportgateway/services/DeviceRequestHandler", AnswerAsync);
        app.MapGet("/pki/root.pem", () => Authority.Root.ExportCertificatePem());
    }

    public TestAuthority Authority { get; }

    public string Plain => Address("http:");

    public string Secure => Address("https://127.0.0.1");

    /// <summary>The same server at an address that its certificate does not name.</summary>
    public string SecureElsewhere => Address("https://127.0.0.2");

    public string Fingerprint => ChainCheck.Fingerprint(Authority.Root);

    public static async Task<LiveAuthority> StartAsync()
    {
        var live = new LiveAuthority();
        await live.app.StartAsync(TestContext.Current.CancellationToken);
        return live;
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        Authority.Dispose();
        tlsKey.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        await context.Response.Body.WriteAsync(Authority.Answer(body.ToArray()), context.RequestAborted);
    }

    private string Address(string scheme) => app.Urls.First(url => url.StartsWith(scheme, StringComparison.Ordinal));
}
