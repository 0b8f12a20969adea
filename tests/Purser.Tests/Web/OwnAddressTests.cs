using Purser.Server.Web;

namespace Purser.Tests.Web;

public sealed class OwnAddressTests
{
    [Theory]
    [InlineData("/", true)]
    [InlineData("/accounts/acme.example/alerts?tab=major&q=%C3%BC", true)]
    [InlineData("//evil.example", false)]
    [InlineData("/\\evil.example", false)]
    [InlineData("/\t/evil.example", false)]
    [InlineData("/\n/evil.example", false)]
    [InlineData("/x\r\nSet-Cookie: a=b", false)]
    [InlineData("/\0x", false)]
    [InlineData("/ü", false)]
    [InlineData(" /x", false)]
    [InlineData("https://evil.example", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void Only_addresses_of_this_server_are_followed(string? address, bool isOwn) => Assert.Equal(isOwn, OwnAddress.Is(address));
}
