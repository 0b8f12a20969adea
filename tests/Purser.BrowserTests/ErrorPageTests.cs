using System.Net;
using Microsoft.Playwright;
using Purser.BrowserTests.Gallery;
using Purser.BrowserTests.Support;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Purser.BrowserTests;

public sealed class ErrorPageTests(Browser browser, GalleryHost host)
{
    [Theory]
    [InlineData("/no/such/page", 404, "There is nothing at this address")]
    [InlineData("/gallery/denied", 403, "permission to read orders")]
    [InlineData("/gallery/failure", 500, "fault of the server")]
    public async Task Person_gets_a_page_that_says_what_to_do(string address, int status, string text)
    {
        await using var visit = await browser.VisitAsync(host.Address);
        var answer = await visit.Page.GotoAsync(address);
        Assert.Equal(status, answer!.Status);
        await Expect(visit.Page.GetByRole(AriaRole.Main)).ToContainTextAsync(text);
        await visit.ScreenshotAsync($"error-{status}");
        await visit.AssertAccessibleAsync();
    }

    [Fact]
    public async Task Form_without_token_is_refused_with_a_page()
    {
        using var client = new HttpClient { BaseAddress = new(host.Address) };
        client.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        var answer = await client.PostAsync("/gallery/token", new FormUrlEncodedContent([new("days", "3")]), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("could not be understood", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/no/such/page", HttpStatusCode.NotFound)]
    [InlineData("/gallery/failure", HttpStatusCode.InternalServerError)]
    public async Task Program_gets_no_page(string address, HttpStatusCode status)
    {
        using var client = new HttpClient { BaseAddress = new(host.Address) };
        client.DefaultRequestHeaders.Accept.ParseAdd("application/json");
        var answer = await client.GetAsync(address, TestContext.Current.CancellationToken);
        Assert.Equal(status, answer.StatusCode);
        Assert.DoesNotContain("<html", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }
}
