using Microsoft.Extensions.Configuration;
using Purser.Server.Settings;

namespace Purser.Tests.Settings;

public sealed class SettingsCheckTests
{
    [Fact]
    public void Nothing_has_to_be_configured() => Assert.Empty(Check());

    [Theory]
    [InlineData("Http:Port", "65535", "Http:Port must be between 1 and 65534")]
    [InlineData("Http:Port", "eighty", "Http:Port must be a whole number, it is 'eighty'")]
    [InlineData("Http:Listen", "everywhere", "Http:Listen must be 'loopback' or 'any'")]
    [InlineData("Http:PublicUrl", "licenses.example.com", "Http:PublicUrl must be an absolute address")]
    [InlineData("Http:TrustedProxies", "10.1.2.3, proxy.example", "Http:TrustedProxies has 'proxy.example'")]
    [InlineData("Http:TrustedProxies", "10.1.2.3/33", "Http:TrustedProxies has '10.1.2.3/33'")]
    [InlineData("Http:TrustedProxies", "::/0", "Http:TrustedProxies must not name all addresses")]
    [InlineData("Store:ConnectionString", "Database=purser", "Store:ConnectionString must name a Host")]
    [InlineData("Store:ConnectionString", "Host=h;Colour=red", "Store:ConnectionString")]
    [InlineData("Vendor:Name", " ", "Vendor:Name must not be empty")]
    [InlineData("Vendor:Domain", "not a domain", "Vendor:Domain must be a domain name")]
    [InlineData("Security:MasterKeys", "c2hvcnQ=", "Security:MasterKeys")]
    [InlineData("Security:MasterKeyFile", "/nowhere/master.key", "Security:MasterKeyFile")]
    [InlineData("Security:PasswordGrant", "perhaps", "Security:PasswordGrant must be true or false, it is 'perhaps'")]
    [InlineData("Devices:SilenceDays", "30,60,90", "Devices:SilenceDays must be four rising numbers")]
    [InlineData("Devices:SilenceDays", "30,90,60,365", "Devices:SilenceDays must be four rising numbers")]
    [InlineData("Licenses:ExpiryDays", "1,2,3", "Licenses:ExpiryDays must be falling numbers")]
    [InlineData("Licenses:DayZone", "Mars/Olympus", "Licenses:DayZone 'Mars/Olympus' is no time zone that this machine knows by its IANA name. Give one such as UTC or America/New_York")]
    [InlineData("Licenses:DayZone", "Eastern Standard Time", "Licenses:DayZone 'Eastern Standard Time' is no time zone")]
    [InlineData("Licenses:DayZone", "", "Licenses:DayZone '' is no time zone")]
    [InlineData("Demo:Fleet", "-1", "Demo:Fleet must be between 0 and 10000, it is -1")]
    [InlineData("Http:Prot", "8080", "Http:Prot is not a setting")]
    [InlineData("Web:Port", "8080", "Web:Port is not a setting. Is Http:Port meant?")]
    public void A_wrong_setting_is_named_by_its_key(string key, string value, string expected)
    {
        var problem = Assert.Single(Check((key, value)));
        Assert.StartsWith(expected, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void All_problems_are_told_at_once()
    {
        var problems = Check(("Http:Port", "x"), ("Http:Listen", "y"), ("Vendor:Name", ""), ("Devices:SkewMinutes", "0"), ("Nothing:Here", "1"));
        Assert.Equal(5, problems.Count);
        Assert.All(["Http:Port", "Http:Listen", "Vendor:Name", "Devices:SkewMinutes", "Nothing:Here"], key => Assert.Contains(problems, problem => problem.StartsWith(key, StringComparison.Ordinal)));
    }

    [Fact]
    public void The_case_of_a_key_does_not_matter()
    {
        var problems = new List<string>();
        var settings = SettingsCheck.Load(Configuration(("http:port", "9000")), problems);
        Assert.Empty(problems);
        Assert.Equal(9000, settings.Http.Port);
    }

    private static List<string> Check(params (string Key, string Value)[] pairs)
    {
        var problems = new List<string>();
        SettingsCheck.Load(Configuration(pairs), problems);
        return problems;
    }

    private static IConfigurationRoot Configuration(params (string Key, string Value)[] pairs) =>
        new ConfigurationBuilder().AddInMemoryCollection(pairs.ToDictionary(pair => pair.Key, pair => (string?)pair.Value)).Build();
}
