using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Playwright;
using Xunit;

namespace Purser.BrowserTests.Support;

/// <summary>One visitor's page, which remembers everything the browser complained about.</summary>
public sealed class Visit : IAsyncDisposable
{
    static readonly Lazy<string> AccessibilityRules = new(() => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "axe.min.js")));
    const string AllRules = "['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']";
    const string ColourRules = "['color-contrast', 'link-in-text-block']";
    readonly IBrowserContext context;
    readonly ConcurrentQueue<string> complaints = new();

    internal Visit(IBrowserContext context, IPage page)
    {
        this.context = context;
        Page = page;
        page.Console += (_, message) => { if (message.Type is "error" or "warning") complaints.Enqueue($"{message.Type}: {message.Text}"); };
        page.PageError += (_, error) => complaints.Enqueue($"exception: {error}");
    }

    public IPage Page { get; }

    /// <summary>Waits until nothing loads and every chart is drawn.</summary>
    public async Task SettledAsync()
    {
        await Page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        await Page.WaitForFunctionAsync("() => [...document.querySelectorAll('[data-chart]')].every(chart => chart.querySelector('canvas'))");
    }

    /// <summary>
    /// The page as it stands, in each of the ways: accessible, not wider than the window, pictured. It follows the system's theme and the width by itself, so that it
    /// is not loaded again; another theme changes nothing but colours.
    /// </summary>
    public async Task LookAsync(string name, IEnumerable<(bool Dark, int Width)> ways, bool fullPage = false)
    {
        var widths = new HashSet<int>();
        foreach (var (dark, width) in ways)
        {
            await Page.EmulateMediaAsync(new() { ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light });
            await Page.SetViewportSizeAsync(width, Page.ViewportSize!.Height);
            await SettledAsync();
            await ScreenshotAsync($"{name}-{(dark ? "dark" : "light")}-{width}", fullPage);
            Assert.True(await Page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= innerWidth"), $"{name} is wider than {width} pixels");
            await AssertAccessibleAsync(widths.Add(width) ? AllRules : ColourRules);
        }
    }

    /// <summary>Policy violations, script errors and failed loads since the visit began.</summary>
    public void AssertNoComplaints() => AssertNone(complaints);

    /// <summary>For tests that provoke a refusal, which the browser reports as an error of its own.</summary>
    public void ForgetComplaints() => complaints.Clear();

    /// <summary>Runs the accessibility rules of WCAG 2.2 A and AA over the page as it is now.</summary>
    public Task AssertAccessibleAsync() => AssertAccessibleAsync(AllRules);

    async Task AssertAccessibleAsync(string rules)
    {
        if (!await Page.EvaluateAsync<bool>("() => 'axe' in window")) await Page.EvaluateAsync(AccessibilityRules.Value);
        var answer = await Page.EvaluateAsync<JsonElement>(
            $"() => axe.run(document, {{ runOnly: {rules} }})"
            + ".then(r => r.violations.map(v => v.id + ': ' + v.help + ' → ' + v.nodes.map(n => n.target.join(' ') + ' (' + n.failureSummary.replace(/\\s+/g, ' ') + ')').slice(0, 4).join(' | ')))");
        AssertNone(answer.EnumerateArray().Select(violation => violation.GetString()!));
    }

    static void AssertNone(IEnumerable<string> findings)
    {
        var text = string.Join(Environment.NewLine, findings);
        if (text.Length > 0) Assert.Fail(text);
    }

    /// <summary>Keeps a picture for people in artifacts/screenshots.</summary>
    public async Task ScreenshotAsync(string name, bool fullPage = false) =>
        await Page.ScreenshotAsync(new() { Path = Path.Combine(Repository.Root, "artifacts", "screenshots", name + ".png"), FullPage = fullPage });

    public async ValueTask DisposeAsync() => await context.DisposeAsync();
}
