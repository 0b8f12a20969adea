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
        await using var visit = await browser.VisitAsync(host.Address);
        await visit.Page.GotoAsync(address);
        await visit.LookAsync($"parts-{name}", [(false, 1360), (true, 1360), (false, 400)], fullPage: name != "drawer");
        visit.AssertNoComplaints();
    }
}
