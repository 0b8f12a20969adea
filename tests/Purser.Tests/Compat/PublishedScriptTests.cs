using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;
using Purser.Tests.Tidy;

namespace Purser.Tests.Compat;

/// <summary>A real script against a real socket: tests/compat/published_api.py, which knows the published API and nothing else.</summary>
[Trait("Feature", "AP-02")]
public sealed class PublishedScriptTests
{
    [Theory, Engines]
    public async Task The_published_calls_work_for_a_script_of_the_standard_library(Engine engine)
    {
        var port = FreePort();
        await using var installation = await TestInstallation.StartAsync(
            engine,
            settings => settings with { Http = settings.Http with { Port = port } },
            builder =>
            {
                builder.Services.RemoveAll<IServer>();
                builder.WebHost.UseKestrel();
            });
        var estate = await PublishedEstate.MakeAsync(installation);

        var start = new ProcessStartInfo("python3") { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in new[] { Path.Combine(SourceTree.Root, "tests", "compat", "published_api.py"), $"http://127.0.0.1:{port}", estate.ClientId, estate.ClientSecret })
        {
            start.ArgumentList.Add(argument);
        }

        using var script = Process.Start(start)!;
        var output = script.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = script.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await script.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(script.ExitCode == 0, $"{await output}\n{await errors}");
        Assert.EndsWith("everything answered as published\n", await output, StringComparison.Ordinal);
    }

    /// <summary>One whose neighbour, for HTTPS, is free as well.</summary>
    private static int FreePort()
    {
        while (true)
        {
            using var first = new TcpListener(IPAddress.Loopback, 0);
            first.Start();
            var port = ((IPEndPoint)first.LocalEndpoint).Port;
            using var second = new TcpListener(IPAddress.Loopback, port + 1);
            try
            {
                second.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody has the neighbour: another pair.
            }
        }
    }
}
