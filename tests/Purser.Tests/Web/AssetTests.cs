using Purser.Server.Web;
using Xunit;

namespace Purser.Tests.Web;

public sealed class AssetTests
{
    [Theory]
    [InlineData("gzip, deflate, br, zstd", "br")]
    [InlineData("gzip", "gzip")]
    [InlineData("br;q=0, gzip;q=0.5", "gzip")]
    [InlineData("", null)]
    public void Smallest_accepted_form_is_served(string accept, string? encoding)
    {
        var asset = AssetCatalog.Instance.Find(AssetCatalog.Instance.Address("app.css")["/assets/".Length..])!;
        Assert.Equal(encoding, asset.For(accept).Encoding);
    }

    [Fact]
    public void First_page_stays_under_its_budget()
    {
        var sizes = new[] { "app.js", "app.css", "icons.svg" }.Select(name => AssetCatalog.Instance.Find(AssetCatalog.Instance.Address(name)["/assets/".Length..])!.Brotli.Length);
        Assert.InRange(sizes.Sum(), 1, 200_000);
    }

    [Fact]
    public void Unknown_icon_fails_loudly() => Assert.Throws<ArgumentException>(() => AssetCatalog.Instance.IconAddress("no-such-icon"));
}
