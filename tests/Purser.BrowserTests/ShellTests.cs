using Purser.BrowserTests.Gallery;
using Purser.BrowserTests.Support;
using Xunit;

namespace Purser.BrowserTests;

public sealed class ShellTests(Browser browser, GalleryHost host)
{
    [Theory, InlineData(false, 1360), InlineData(true, 1360), InlineData(false, 420)]
    public async Task Skeleton_is_accessible_and_breaks_no_policy(bool dark, int width)
    {
        await using var visit = await browser.VisitAsync(host.Address, new(width, Dark: dark));
        await visit.Page.GotoAsync("/gallery");
        await visit.ScreenshotAsync($"shell-{(dark ? "dark" : "light")}-{width}");
        await visit.AssertAccessibleAsync();
        visit.AssertNoComplaints();
    }
}
