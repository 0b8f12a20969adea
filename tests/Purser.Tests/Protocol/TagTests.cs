using Purser.Protocol;

namespace Purser.Tests.Protocol;

public sealed class TagTests
{
    [Theory]
    [InlineData("regid.2026-01.net.northwind.NW9300,v1_5a3c6f1e-8a44-4c1f-9d0e-2b7c9d10aa01", "net.northwind", "NW9300", "v1")]
    [InlineData("regid.2026-01.net.north-wind.advantagek9-NW9500,1.0_5a3c6f1e-8a44-4c1f-9d0e-2b7c9d10aa01", "net.north-wind", "advantagek9-NW9500", "1.0")]
    [InlineData("regid.2026-01.net.northwind.NW_CALLS,12.0_5a3c6f1e-8a44-4c1f-9d0e-2b7c9d10aa01", "net.northwind", "NW_CALLS", "12.0")]
    public void Parts_are_read(string text, string domain, string name, string version)
    {
        Assert.True(Tag.TryParse(text, out var tag));
        Assert.Equal(("2026-01", domain, name, version), (tag.Minted, tag.Domain, tag.Name, tag.Version));
        Assert.Equal(Guid.Parse("5a3c6f1e-8a44-4c1f-9d0e-2b7c9d10aa01"), tag.Uuid);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("regid.2026-1.net.northwind.X,1.0_5a3c6f1e-8a44-4c1f-9d0e-2b7c9d10aa01")]
    [InlineData("regid.2026-01.net.northwind.X,1.0_5A3C6F1E-8a44-4c1f-9d0e-2b7c9d10aa01")]
    [InlineData("regid.2026-01.net.northwind.X,one_5a3c6f1e-8a44-4c1f-9d0e-2b7c9d10aa01")]
    [InlineData("regid.2026-01.net.northwind.X,1.0_5a3c6f1e-8a44-4c1f-9d0e-2b7c9d10aa01\n")]
    [InlineData("regid.2026-01.net.northwind.X,1.0")]
    public void Anything_else_is_no_tag(string? text) => Assert.False(Tag.TryParse(text, out _));

    [Fact]
    public void Minting_follows_the_grammar() => Assert.Equal(
        "regid.2026-03.net.northwind.NW9300_Advantage,1.0_5a3c6f1e-8a44-4c1f-9d0e-2b7c9d10aa01",
        Tag.Mint(WireSamples.Now, "northwind.net", "NW9300_Advantage", Guid.Parse("5a3c6f1e-8a44-4c1f-9d0e-2b7c9d10aa01")).Text);

    [Fact]
    public void A_udi_has_three_forms()
    {
        Assert.Equal("PID:NW-9300-48,SN:FOC2501A0B1", new Udi("NW-9300-48", "FOC2501A0B1").Display);
        Assert.Equal("P:NW-9300-48,S:FOC2501A0B1", new Udi("NW-9300-48", "FOC2501A0B1").Key);
        Assert.Equal("P:NW-V,S:1,U:ab", new Udi("NW-V", "1", "ab").Key);
        Assert.False(new Udi("NW,1", "1").IsWellFormed);
    }

    [Theory]
    [InlineData("a", true)]
    [InlineData("", false)]
    [InlineData("a b", false)]
    [InlineData("a\n", false)]
    public void Tokens_are_opaque_but_bounded(string text, bool good) => Assert.Equal(good, TokenText.IsWellFormed(text));

    [Fact]
    public void The_longest_token_has_255_characters()
    {
        Assert.True(TokenText.IsWellFormed(new string('t', 255)));
        Assert.False(TokenText.IsWellFormed(new string('t', 256)));
    }
}
