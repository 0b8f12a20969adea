using System.CommandLine;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Purser.Agent.Restconf;
using Purser.Agent.Store;
using Purser.Cli.Http;
using Purser.Protocol.Usage;

namespace Purser.Cli.Device.Serve;

/// <param name="Store">The device's file.</param>
/// <param name="Listen">Where it answers.</param>
/// <param name="Certificate">PEM with its key; null: one that the device makes itself.</param>
/// <param name="Folder">Of operations that read or write files; null: beside the store.</param>
internal sealed record ServeOptions(string Store, string Listen, string? Certificate, string? Folder);

/// <summary>Answers collectors and managers, and does what is due meanwhile, as <c>run</c> does.</summary>
internal static class ServeCommand
{
    /// <summary>Base64 of the largest file to import, and what stands around it.</summary>
    private const long LargestBody = (ImportFile.MaximumBytes * 4L / 3) + 4096;

    private const int MostConnections = 64;

    private static readonly TimeSpan BetweenTicks = TimeSpan.FromSeconds(10);

    public static Command Build(Option<string> store)
    {
        var listen = new Option<string>("--listen") { Description = "Where to answer: https://ADDRESS:PORT, or http on the loopback address", Required = true, HelpName = "URL" };
        var certificate = new Option<string?>("--certificate") { Description = "Certificate and key, PEM; otherwise the device makes its own", HelpName = "FILE" };
        var folder = new Option<string?>("--files") { Description = "Folder of operations that read or write files", HelpName = "FOLDER" };
        var command = new Command("serve", "Answer collectors over RESTCONF and do everything when it is due; Ctrl-C ends it") { listen, certificate, folder };
        command.SetAction((parsed, cancel) => DeviceSession.GuardAsync(parsed, () => RunAsync(
            new ServeOptions(parsed.GetRequiredValue(store), parsed.GetRequiredValue(listen), parsed.GetValue(certificate), parsed.GetValue(folder)),
            parsed.InvocationConfiguration,
            cancel)));
        return command;
    }

    private static async Task<int> RunAsync(ServeOptions options, InvocationConfiguration console, CancellationToken cancel)
    {
        var endpoint = ListenAddress.Read(options.Listen);
        if ((new FileTrustedStore(options.Store).Load() ?? throw new CommandException($"there is no device in {options.Store} yet; run init first")).RemoteAccess is null)
        {
            throw new CommandException("nobody may manage this device yet: set a password first, as one line of the standard input of 'device password'");
        }

        using var certificate = endpoint.IsEncrypted ? ServerCertificate.Open(options.Certificate, options.Store, endpoint.Address) : null;
        using var gate = new DeviceGate(options.Store, console, new NotificationHub(), cancel);
        await using var app = Application(endpoint, certificate, gate, new DeviceFolder(Path.GetFullPath(options.Folder ?? options.Store + ".files")));
        try
        {
            await app.StartAsync(cancel);
        }
        catch (IOException problem)
        {
            throw new CommandException($"{options.Listen} cannot be listened at: {problem.Message}");
        }

        await console.Output.WriteLineAsync($"Answering at {app.Services.GetRequiredService<Microsoft.AspNetCore.Hosting.Server.IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()}"
            + (certificate is null ? "" : $", certificate SHA-256 {certificate.GetCertHashString(System.Security.Cryptography.HashAlgorithmName.SHA256).ToLowerInvariant()}"));
        await console.Output.FlushAsync(cancel);
        await TickAsync(gate, cancel);
        await app.StopAsync(CancellationToken.None);
        return ExitCode.Done;
    }

    private static async Task TickAsync(DeviceGate gate, CancellationToken cancel)
    {
        try
        {
            while (true)
            {
                await gate.UseAsync(agent => agent.TickAsync(cancel));
                await Task.Delay(BetweenTicks, TimeProvider.System, cancel);
            }
        }
        catch (OperationCanceledException)
        {
            // Ctrl-C.
        }
    }

    private static WebApplication Application(ListenAddress endpoint, System.Security.Cryptography.X509Certificates.X509Certificate2? certificate, DeviceGate gate, DeviceFolder folder)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRouting();
        builder.WebHost.UseKestrel(server =>
        {
            server.AddServerHeader = false;
            server.Limits.MaxRequestBodySize = LargestBody;
            server.Limits.MaxConcurrentConnections = MostConnections;
            server.Listen(new IPEndPoint(endpoint.Address, endpoint.Port), listening => Encrypt(listening, certificate));
        });
        var app = builder.Build();
        app.Use(RestconfErrors.GuardAsync);
        app.Use((context, next) => BasicAccess.CheckAsync(context, next, gate.Access, static refused =>
            RestconfErrors.WriteAsync(refused, StatusCodes.Status401Unauthorized, "access-denied", "User name and password of this device are needed")));
        RestconfRoutes.Map(app, gate, folder);
        DeviceServiceRoutes.Map(app, gate);
        return app;
    }

    private static void Encrypt(ListenOptions listening, System.Security.Cryptography.X509Certificates.X509Certificate2? certificate)
    {
        if (certificate is not null)
        {
            listening.UseHttps(certificate);
        }
    }
}
