using Microsoft.AspNetCore.Http;
using Purser.Server.Web;
using Xunit;

namespace Purser.Tests.Web;

public sealed class PageUrlTests
{
    [Fact]
    public void Setting_replaces_and_empty_removes()
    {
        var url = PageUrl.Of(Request("/inventory", "?tab=licenses&q=a b&id=1&id=2"));
        Assert.Equal("/inventory?q=a%20b&id=1&id=2&tab=devices", url.With("tab", "devices").ToString());
        Assert.Equal("/inventory?tab=licenses&id=1&id=2", url.With("q", "").ToString());
        Assert.Equal("/inventory?tab=licenses", url.Only("tab").ToString());
        Assert.Equal("/inventory", url.Only().ToString());
        Assert.Equal("/export.csv?tab=licenses", url.Only("tab").To("/export.csv").ToString());
    }

    [Fact]
    public void Values_cannot_break_out_of_the_address() =>
        Assert.Equal("/inventory?q=%26admin%3D1%23x", PageUrl.Of(Request("/inventory", "")).With("q", "&admin=1#x").ToString());

    static DefaultHttpContext Request(string path, string query)
    {
        var context = new DefaultHttpContext();
        context.Request.Path = path;
        context.Request.QueryString = new QueryString(query);
        return context;
    }
}
