using Purser.Server.Web;
using Xunit;

namespace Purser.Tests.Web;

public sealed class MarkdownTests
{
    [Theory]
    [InlineData("# Title\ntext", "<h2>Title</h2><p>text</p>")]
    [InlineData("## Lower", "<h3>Lower</h3>")]
    [InlineData("one\nline\n\ntwo", "<p>one line</p><p>two</p>")]
    [InlineData("- a\n- b\n  goes on", "<ul><li>a</li><li>b   goes on</li></ul>")]
    [InlineData("1. a\n2. b", "<ol><li>a</li><li>b</li></ol>")]
    [InlineData("**strong** and *soft* and `+12`", "<p><strong>strong</strong> and <em>soft</em> and <code>&#x2B;12</code></p>")]
    [InlineData("see [alerts](/alerts?level=major)", "<p>see <a href=\"/alerts?level=major\">alerts</a></p>")]
    [InlineData("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>")]
    [InlineData("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>")]
    [InlineData("[x](//evil.example)", "<p>[x](//evil.example)</p>")]
    [InlineData("[x](/a\"onclick=b)", "<p><a href=\"/a&quot;onclick=b\">x</a></p>")]
    public void Small_subset_becomes_safe_markup(string text, string html) => Assert.Equal(html, Markdown.ToHtml(text));

    [Fact]
    public void Every_help_text_renders() => Assert.All(HelpTexts.Names, name => Assert.StartsWith("<h2>", HelpTexts.Find(name), StringComparison.Ordinal));
}
