using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Purser.BrowserTests.Support;
using Purser.Server.Commands;
using Purser.Server.Settings;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.BrowserTests.Pages;

/// <summary>The real server on a port of its own, with an estate as customers have it.</summary>
public sealed class PagesHost : IAsyncLifetime
{
    private TestInstallation? installation;

    internal TestInstallation Installation => installation!;

    internal Estate Estate { get; private set; } = default!;

    public string Address { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        (installation, Address) = await StartServerAsync();
        Estate = await Estate.MakeAsync(installation);
    }

    /// <summary>A visitor who is signed in as this person.</summary>
    internal Task<Visit> VisitAsync(Browser browser, Actor person, VisitOptions? options = null) => VisitAsync(browser, Installation, Address, person, options);

    internal static async Task<Visit> VisitAsync(Browser browser, TestInstallation installation, string address, Actor person, VisitOptions? options)
    {
        var visit = await browser.VisitAsync(address, options);
        var cookie = (await TestBrowser.CookieAsync(installation, person)).Split('=', 2);
        await visit.Page.Context.AddCookiesAsync([new() { Name = cookie[0], Value = cookie[1], Url = address }]);
        return visit;
    }

    /// <summary>An empty installation that browsers reach.</summary>
    internal static async Task<(TestInstallation Installation, string Address)> StartServerAsync(Engine engine = Engine.Sqlite)
    {
        var port = TestPorts.Pair();
        var started = await TestInstallation.StartAsync(
            engine,
            settings => settings with { Http = new HttpSettings { Port = port } },
            builder =>
            {
                // A browser needs a real socket.
                builder.Services.RemoveAll<IServer>();
                builder.WebHost.UseKestrel();
                builder.Logging.SetMinimumLevel(LogLevel.Error);
            });
        return (started, $"http://localhost:{port}");
    }

    public async ValueTask DisposeAsync()
    {
        if (installation is not null)
        {
            await installation.DisposeAsync();
        }
    }
}
