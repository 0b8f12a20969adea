using System.Net;
using Purser.Server.Store;
using Purser.Server.Web;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Web;

/// <summary>The pages' common ground inside the real application.</summary>
public sealed class WebOverHttpTests : IAsyncLifetime
{
    private TestInstallation installation = default!;
    private HttpClient client = default!;

    public async ValueTask InitializeAsync()
    {
        installation = await TestInstallation.StartAsync(Engine.Sqlite);
        client = installation.NewClient();
        client.DefaultRequestHeaders.Accept.ParseAdd("text/html");
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await installation.DisposeAsync();
    }

    [Fact]
    public async Task Unknown_address_is_a_page_for_people_under_the_content_policy()
    {
        var answer = await client.GetAsync("/no/such/page", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains("There is nothing at this address", await TextAsync(answer), StringComparison.Ordinal);
        Assert.Contains("default-src 'none'", string.Join(' ', answer.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
    }

    [Fact]
    public async Task Unknown_address_of_the_interface_is_no_page()
    {
        var answer = await client.GetAsync("/api/v1/nothing", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.DoesNotContain("<html", await TextAsync(answer), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Browser_files_are_kept_for_ever_in_their_smallest_form()
    {
        client.DefaultRequestHeaders.AcceptEncoding.ParseAdd("br");
        var answer = await client.GetAsync(AssetCatalog.Instance.Address("app.js"), TestContext.Current.CancellationToken);
        Assert.Equal("br", Assert.Single(answer.Content.Headers.ContentEncoding));
        Assert.Contains("immutable", answer.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        Assert.Equal("text/javascript", answer.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task Help_is_open_to_everybody() =>
        Assert.Contains("Reading a list", await client.GetStringAsync("/help/web-parts", TestContext.Current.CancellationToken), StringComparison.Ordinal);

    private static Task<string> TextAsync(HttpResponseMessage answer) => answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
}
