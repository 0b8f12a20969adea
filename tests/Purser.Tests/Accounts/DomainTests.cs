using Purser.Server.Accounts;

namespace Purser.Tests.Accounts;

/// <summary>Which domain identifiers may be asked for, and what of them somebody owns.</summary>
[Trait("Feature", "SA-01")]
public sealed class DomainTests
{
    [Theory]
    [InlineData("ACME.Example", "acme.example")]
    [InlineData("eu.acme.example", "acme.example")]
    [InlineData("eu.acme.co.uk", "acme.co.uk")]
    [InlineData("acme.github.io", "acme.github.io")]
    [InlineData("www.ck", "www.ck")]
    [InlineData("a.b.kawasaki.jp", "a.b.kawasaki.jp")]
    [InlineData("x.city.kawasaki.jp", "city.kawasaki.jp")]
    [InlineData("Bücher.example", "xn--bcher-kva.example")]
    [InlineData("例え.公司.cn", "xn--r8jz45g.xn--55qx5d.cn")]
    public void The_part_that_somebody_owns_is_known(string typed, string root) => Assert.Equal(root, AccountRequestRules.Judge(typed, "domain").Value.Root);

    [Theory]
    [InlineData("acme", "domain name such as")]
    [InlineData("", "domain name such as")]
    [InlineData("co.uk", "Nobody owns")]
    [InlineData("github.io", "Nobody owns")]
    [InlineData("gmail.com", "public mail service")]
    [InlineData("EU.GMail.com", "public mail service")]
    [InlineData("аcme.example", "mixes letters")]
    [InlineData("xn--cme-5cd.example", "mixes letters")]
    [InlineData("сосо.example", "look like Latin")]
    [InlineData("acmeα.example", "mixes letters")]
    [InlineData("acme٢.example", "mixes letters")]
    [InlineData("acıme.example", "look like Latin")]
    [InlineData("հօո-2.example", "look like Latin")]
    [InlineData("bıg.example", "look like Latin")]
    [InlineData("biɡ.example", "not written with (U+0261)")]
    [InlineData("ⲁⲥⲙⲉ.example", "not written with (U+2C81)")]
    [InlineData("ꭰꮯꮇꭼ.example", "not written with")]
    public void What_misleads_or_belongs_to_everybody_is_refused(string typed, string why) =>
        Assert.Contains(why, AccountRequestRules.Judge(typed, "domain").Refusal!.Detail, StringComparison.Ordinal);

    [Theory]
    [InlineData("москва.example")]
    [InlineData("ηλιος.example")]
    [InlineData("日本テレビ.example")]
    [InlineData("한국.example")]
    [InlineData("société.example")]
    [InlineData("ışık.example")]
    [InlineData("việtnam.example")]
    [InlineData("հայաստան.example")]
    [InlineData("भारत.example")]
    [InlineData("ኢትዮጵያ.example")]
    [InlineData("ಕನ್ನಡ.example")]
    [InlineData("מכון-3.example")]
    public void Honest_names_of_other_scripts_are_taken(string typed) => Assert.True(AccountRequestRules.Judge(typed, "domain").IsOk);

    [Theory]
    [InlineData("acme.example", "mara@Acme.Example", true)]
    [InlineData("acme.example", "mara@eu.acme.example", false)]
    [InlineData("eu.acme.example", "mara@acme.example", false)]
    public void Only_the_mails_own_domain_needs_nobodys_consent(string domain, string email, bool isOwn) =>
        Assert.Equal(isOwn, AccountRequestRules.IsOwnDomain(domain, email));
}
