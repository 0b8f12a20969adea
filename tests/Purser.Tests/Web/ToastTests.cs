using System.Text;
using Microsoft.AspNetCore.Http;
using Purser.Server.Web;
using Xunit;

namespace Purser.Tests.Web;

public sealed class ToastTests
{
    [Theory]
    [InlineData("/tokens/5", "/tokens/5")]
    [InlineData("/", "/")]
    [InlineData("//evil.example", null)]
    [InlineData("/\\evil.example", null)]
    [InlineData("https://evil.example", null)]
    [InlineData("javascript:alert(1)", null)]
    public void Link_survives_only_when_it_stays_here(string link, string? expected)
    {
        var toast = Toast.Take(Carrying($$"""{"text":"Done","link":{{System.Text.Json.JsonSerializer.Serialize(link)}}}"""));
        Assert.Equal(expected, toast!.Link);
    }

    [Theory, InlineData("no json"), InlineData("{}"), InlineData("null"), InlineData("[1]")]
    public void Unreadable_cookie_is_no_toast(string content) => Assert.Null(Toast.Take(Carrying(content)));

    static DefaultHttpContext Carrying(string json)
    {
        var context = new DefaultHttpContext();
        context.Request.Headers.Cookie = "purser-toast=" + Uri.EscapeDataString(Convert.ToBase64String(Encoding.UTF8.GetBytes(json)));
        return context;
    }
}
