using Microsoft.AspNetCore.Http;
using Purser.Server.Store;
using Purser.Server.Web;
using Xunit;

namespace Purser.Tests.Web;

public sealed class ViewerTests
{
    static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(10, "just now")]
    [InlineData(-60, "1 min ago")]
    [InlineData(-7_200, "2 h ago")]
    [InlineData(3 * 86_400, "in 3 d")]
    [InlineData(-40 * 86_400, "12 Oct 2026")]
    public void Instants_are_told_relative_to_now(int seconds, string text) => Assert.Equal(text, Viewer().Relative(Now.AddSeconds(seconds)));

    [Fact]
    public void Zone_comes_from_the_cookie() =>
        Assert.Equal("21 Nov 2026 07:00:00 UTC−05:00", Viewer("purser-zone=America%2FNew_York").Exact(Now));

    [Theory, InlineData(""), InlineData("purser-zone=Nowhere%2FAtAll"), InlineData("purser-zone=..%2F..%2Fetc%2Fpasswd")]
    public void Without_a_known_zone_it_is_utc(string cookie) => Assert.Equal("21 Nov 2026 12:00:00 UTC", Viewer(cookie).Exact(Now));

    [Theory]
    [InlineData("", "light")]
    [InlineData("purser-scheme=dark", "dark")]
    [InlineData("purser-scheme=dark; purser-theme=light", "light")]
    [InlineData("purser-theme=\"><script>", "light")]
    public void Theme_follows_the_choice_then_the_system(string cookie, string theme) => Assert.Equal(theme, Viewer(cookie).Theme);

    static Viewer Viewer(string cookies = "")
    {
        var context = new DefaultHttpContext();
        if (cookies.Length > 0) context.Request.Headers.Cookie = cookies;
        return new Viewer(new HttpContextAccessor { HttpContext = context }, new DomainClock(new FixedClock()));
    }

    sealed class FixedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Now;
    }
}
