using System.CommandLine;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Purser.Cli.Collector.Push;
using Purser.Cli.Collector.Status;
using Purser.Cli.Collector.Store;
using Purser.Cli.Device;
using Purser.Cli.Http;
using Purser.Protocol.Usage;

namespace Purser.Cli.Collector;

/// <summary>The collector at work: it answers devices and people, and does what is due.</summary>
internal static class RunCommand
{
    /// <summary>A file of a device as JSON text, and what stands around it.</summary>
    private const long LargestBody = (ReportFile.MaximumBytes * 2L) + 4096;

    private static readonly TimeSpan BetweenTicks = TimeSpan.FromSeconds(1);

    private static readonly Option<string> Listen = new("--listen") { Description = "Where it answers: https://ADDRESS:PORT, or http on the loopback address", Required = true, HelpName = "URL" };
    private static readonly Option<string?> PushListen = new("--push") { Description = "Where devices push besides, also without encryption: http://ADDRESS:PORT. Nothing else is answered there", HelpName = "URL" };
    private static readonly Option<string?> Certificate = new("--certificate") { Description = "Certificate and key, PEM; otherwise the collector makes its own", HelpName = "FILE" };
    private static readonly Option<double> PullEvery = new("--pull-every") { Description = "Hours between two fetches of a device", DefaultValueFactory = static _ => CollectorWork.DefaultPullEvery.TotalHours, HelpName = "HOURS" };

    /// <summary>What it was told when it was started.</summary>
    internal sealed record Options(string Folder, string Listen, string? Push, string? Certificate, TimeSpan PullEvery);

    public static Command Build(Option<string> data)
    {
        var command = new Command("run", "Answer devices and people, and do what is due; Ctrl-C ends it") { Listen, PushListen, Certificate, PullEvery };
        command.SetAction((parsed, cancel) => DeviceSession.GuardAsync(parsed, () => RunAsync(
            new Options(parsed.GetRequiredValue(data), parsed.GetRequiredValue(Listen), parsed.GetValue(PushListen), parsed.GetValue(Certificate), Hours(parsed.GetValue(PullEvery))),
            parsed.InvocationConfiguration,
            cancel)));
        return command;
    }

    private static TimeSpan Hours(double hours) => hours is >= 0.01 and <= 24 * 365 ? TimeSpan.FromHours(hours) : throw new CommandException("--pull-every is 0.01 to 8760 hours");

    private static async Task<int> RunAsync(Options options, InvocationConfiguration console, CancellationToken cancel)
    {
        var endpoint = ListenAddress.Read(options.Listen);
        var push = options.Push is { } url ? ListenAddress.ReadOpen(url) : null;
        if (push is { IsEncrypted: true })
        {
            throw new CommandException("devices push to the https address of --listen too; --push is for those that cannot check its certificate: http://ADDRESS:PORT");
        }

        using var work = new CollectorWork(await CollectorStore.OpenAsync(options.Folder, TimeProvider.System, cancel), options.PullEvery);
        using var certificate = endpoint.IsEncrypted ? ServerCertificate.Open(options.Certificate, Path.Combine(work.Store.Folder, "collector"), endpoint.Address) : null;
        await using var app = Application(endpoint, push, certificate, work);
        try
        {
            await app.StartAsync(cancel);
        }
        catch (IOException problem)
        {
            throw new CommandException($"{options.Listen} cannot be listened at: {problem.Message}");
        }

        await console.Output.WriteLineAsync($"Answering at {app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()}"
            + (push is null ? "" : $" and for devices at {options.Push}")
            + (certificate is null ? "" : $", certificate SHA-256 {certificate.GetCertHashString(HashAlgorithmName.SHA256).ToLowerInvariant()}"));
        if ((await work.Store.SettingsAsync(cancel)).Access is null)
        {
            await console.Output.WriteLineAsync("Nobody may see its pages yet: set a password, as one line of the standard input of 'purser collector password'");
        }

        await console.Output.FlushAsync(cancel);
        await Task.WhenAll(RepeatAsync(work.DevicesAsync, console, cancel), RepeatAsync(work.AuthorityAsync, console, cancel));
        await app.StopAsync(CancellationToken.None);
        return ExitCode.Done;
    }

    /// <summary>A slow device does not keep the authority waiting, so each has its own.</summary>
    private static async Task RepeatAsync(Func<CancellationToken, Task> act, InvocationConfiguration console, CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                await act(cancel);
                await Task.Delay(BetweenTicks, TimeProvider.System, cancel);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                // Ctrl-C.
            }
            catch (Exception problem) when (problem is System.Data.Common.DbException or Microsoft.EntityFrameworkCore.DbUpdateException or IOException or CommandException)
            {
                // A full disk ends one day, and then everything goes on where it was.
                await console.Error.WriteLineAsync($"purser: {problem.GetBaseException().Message}");
                await Task.Delay(TimeSpan.FromSeconds(10), TimeProvider.System, CancellationToken.None);
            }
        }
    }

    private static WebApplication Application(ListenAddress endpoint, ListenAddress? push, X509Certificate2? certificate, CollectorWork work)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddLogging();
        builder.Services.AddRouting();
        builder.Services.AddRazorComponents();
        builder.Services.AddAntiforgery(static antiforgery => antiforgery.Cookie.Name = "collector-form");
        builder.Services.AddSingleton<IDataProtectionProvider>(work.Store.Protection);
        builder.Services.AddSingleton(work);
        PushRoutes.AddLimit(builder.Services);
        builder.WebHost.UseKestrel(server =>
        {
            server.AddServerHeader = false;
            server.Limits.MaxRequestBodySize = LargestBody;
            server.Listen(new IPEndPoint(endpoint.Address, endpoint.Port), listening =>
            {
                if (certificate is not null)
                {
                    listening.UseHttps(certificate);
                }
            });
            if (push is not null)
            {
                server.Listen(new IPEndPoint(push.Address, push.Port));
            }
        });
        var app = builder.Build();
        app.Use((context, next) => context.Connection.LocalPort == push?.Port && !context.Request.Path.StartsWithSegments(PushRoutes.Root, StringComparison.Ordinal) ? NotThere(context) : next(context));
        app.UseRouting();
        app.UseRateLimiter();
        PushRoutes.Map(app, work.Push);
        StatusRoutes.Map(app, work);
        return app;
    }

    private static Task NotThere(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }
}
