using Microsoft.Playwright;
using Purser.BrowserTests.Support;
using Xunit;

[assembly: AssemblyFixture(typeof(Browser))]

namespace Purser.BrowserTests.Support;

/// <summary>One Chromium for all tests of the assembly; each test opens its own context, so cookies never mix.</summary>
public sealed class Browser : IAsyncLifetime
{
    static readonly string Executable = Environment.GetEnvironmentVariable("PURSER_CHROMIUM") ?? "/usr/bin/chromium";
    static readonly string[] Arguments =
    [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ];

    IPlaywright? playwright;
    IBrowser? browser;

    public async ValueTask InitializeAsync()
    {
        if (!File.Exists(Executable)) return;
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = Executable, Args = Arguments });
    }

    /// <summary>A fresh visitor of the server at this address.</summary>
    public async Task<Visit> VisitAsync(string baseUrl, VisitOptions? options = null)
    {
        Assert.SkipWhen(browser is null, $"No Chromium at {Executable}; set PURSER_CHROMIUM.");
        options ??= new VisitOptions();
        var context = await browser.NewContextAsync(new()
        {
            BaseURL = baseUrl,
            ViewportSize = new() { Width = options.Width, Height = options.Height },
            ColorScheme = options.Dark ? ColorScheme.Dark : ColorScheme.Light,
            ReducedMotion = ReducedMotion.Reduce,
            TimezoneId = options.Zone,
            Locale = "en-GB",
            IgnoreHTTPSErrors = true,
            JavaScriptEnabled = options.Scripts,
        });
        return new Visit(context, await context.NewPageAsync());
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null) await browser.DisposeAsync();
        playwright?.Dispose();
    }
}

public sealed record VisitOptions(int Width = 1360, int Height = 860, bool Dark = false, string Zone = "Europe/Berlin", bool Scripts = true);
