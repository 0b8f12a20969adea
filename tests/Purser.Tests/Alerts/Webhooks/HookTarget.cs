using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Purser.Tests.Alerts.Webhooks;

/// <summary>A receiver of webhooks on https of this machine, with a certificate of an authority of its own.</summary>
internal sealed class HookTarget : IAsyncDisposable
{
    private readonly WebApplication app;

    private HookTarget(WebApplication app, string authorityFile) => (this.app, AuthorityFile) = (app, authorityFile);

    public sealed record Message(string Id, string Timestamp, string Signature, string Body);

    public ConcurrentQueue<Message> Messages { get; } = new();

    /// <summary>What it answers from now on.</summary>
    public int Status { get; set; } = StatusCodes.Status204NoContent;

    /// <summary>Takes messages and never answers.</summary>
    public bool IsSilent { get; set; }

    public string AuthorityFile { get; }

    public string Address => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single().Replace("127.0.0.1", "localhost", StringComparison.Ordinal) + "/hook";

    public static async Task<HookTarget> StartAsync()
    {
        var (certificate, file) = Certificate();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate)));
        var made = builder.Build();
        var target = new HookTarget(made, file);
        made.MapPost("/hook", async (HttpContext context) =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var headers = context.Request.Headers;
            target.Messages.Enqueue(new Message(headers["webhook-id"]!, headers["webhook-timestamp"]!, headers["webhook-signature"]!, await reader.ReadToEndAsync()));
            if (target.IsSilent)
            {
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                return;
            }

            context.Response.Headers.Location = "/elsewhere";
            context.Response.StatusCode = target.Status;
        });
        made.MapPost("/elsewhere", context =>
        {
            target.Messages.Enqueue(new Message("followed", "", "", ""));
            return Task.CompletedTask;
        });
        await made.StartAsync();
        return target;
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        File.Delete(AuthorityFile);
    }

    /// <summary>A certificate for localhost, and a file with the authority that made it: itself.</summary>
    internal static (X509Certificate2 Certificate, string File) Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var made = request.CreateSelfSigned(new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2099, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var file = Path.GetTempFileName();
        File.WriteAllText(file, made.ExportCertificatePem());
        return (X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null), file);
    }
}
