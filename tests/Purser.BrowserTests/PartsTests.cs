using Purser.BrowserTests.Gallery;
using Purser.BrowserTests.Support;
using Xunit;

namespace Purser.BrowserTests;

public sealed class PartsTests(Browser browser, GalleryHost host)
{
    [Theory]
    [InlineData("licenses", "/gallery")]
    [InlineData("usage", "/gallery?tab=usage")]
    [InlineData("general", "/gallery?tab=general")]
    [InlineData("drawer", "/gallery?license=3")]
    [InlineData("dialog-page", "/gallery/token")]
    [InlineData("filtered", "/gallery?status=short&q=nothing")]
    [InlineData("help-page", "/help/web-parts")]
    [InlineData("outside", "/outside")]
    public async Task Parts_are_accessible_and_break_no_policy(string name, string address)
    {
        foreach (var (dark, width) in new[] { (false, 1360), (true, 1360), (false, 400) })
        {
            await using var visit = await browser.VisitAsync(host.Address, new(width, Dark: dark));
            await visit.Page.GotoAsync(address);
            await visit.SettledAsync();
            await visit.ScreenshotAsync($"parts-{name}-{(dark ? "dark" : "light")}-{width}", fullPage: name != "drawer");
            await visit.AssertAccessibleAsync();
            visit.AssertNoComplaints();
        }
    }
}
