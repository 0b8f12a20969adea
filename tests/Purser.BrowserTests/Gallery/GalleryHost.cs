using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Purser.BrowserTests.Support;
using Purser.Server.Web;
using Xunit;

[assembly: AssemblyFixture(typeof(Purser.BrowserTests.Gallery.GalleryHost))]

namespace Purser.BrowserTests.Gallery;

/// <summary>A server of nothing but the shared web parts and a page that shows each of them.</summary>
public sealed class GalleryHost : IAsyncLifetime
{
    WebApplication? app;

    public string Address => app!.Urls.First();

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        WebFeature.Add(builder.Services);
        builder.Services.AddNavigation(GalleryNavigation.Items);
        app = builder.Build();
        WebFeature.Use(app);
        app.Use((context, next) =>
        {
            GalleryNavigation.Fill(context.RequestServices.GetRequiredService<ShellState>(), signedIn: !context.Request.Path.StartsWithSegments("/outside", StringComparison.Ordinal));
            return next(context);
        });
        GalleryEndpoints.Map(app);
        WebFeature.Map(app).AddAdditionalAssemblies(typeof(GalleryHost).Assembly);
        await app.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (app is not null) await app.DisposeAsync();
    }
}
