using Purser.Cli;
using Purser.Tests.Agent;
using Purser.Tests.Protocol;

namespace Purser.Tests.Cli;

[Trait("Feature", "AG-01")]
public sealed class DeviceCommandTests : IDisposable
{
    private readonly DeviceConsole console = new();

    [Fact]
    public async Task The_published_example_works_word_for_word()
    {
        await using var live = await LiveAuthority.StartAsync();
        await console.DoneAsync("init", "--product", WireSamples.SoftwareTag, "--pid", "NW-9300-48", "--sn", "FOC2501A0B1");
        await console.DoneAsync("license", "smart", "url", "smart", $"{live.Plain}/licservice/license");
        await console.DoneAsync("license", "smart", "transport", "smart");
        Assert.Equal(
            "Registration process is in progress. Use the 'show license status' command to check the progress and result\n",
            await console.DoneAsync("license", "smart", "register", "idtoken", TestAuthority.Token));
        Assert.Equal("NW9300 48P Advantage (NW9300_48P_Advantage): 2 in use, AUTHORIZED\n", await console.DoneAsync("feature", "request", TestAuthority.LicenseName, "2"));

        var summary = await console.DoneAsync("show", "license", "summary");
        Assert.Contains("  Status: REGISTERED\n", summary, StringComparison.Ordinal);
        Assert.Contains("  NW9300 48P Advantage    (NW9300_48P_Advantage)            2 AUTHORIZED\n", summary, StringComparison.Ordinal);
        Assert.Equal(2, live.Authority.InUse[WireSamples.AdvantageTag]);

        await console.DoneAsync("feature", "request", WireSamples.AdvantageTag, "20");
        Assert.Contains("OUT OF COMPLIANCE", await console.DoneAsync("show", "license", "status"), StringComparison.Ordinal);
        await console.DoneAsync("feature", "release", TestAuthority.LicenseName, "20");
        await console.DoneAsync("license", "smart", "renew", "auth");
        await console.DoneAsync("license", "smart", "renew", "id");
        foreach (var page in new[] { "usage", "udi", "all", "tech support" })
        {
            Assert.NotEmpty(await console.DoneAsync(["show", "license", .. page.Split(' ')]));
        }

        await console.DoneAsync("tick");
        await console.DoneAsync("license", "smart", "deregister");
        Assert.Contains("  Status: UNREGISTERED\n", await console.DoneAsync("show", "license", "status"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mistakes_name_cause_and_remedy()
    {
        await using var live = await LiveAuthority.StartAsync();
        await console.FailAsync("run init first", "show", "license", "status");
        await console.FailAsync("is no software tag", "init", "--product", "x", "--pid", "A", "--sn", "B");
        await console.DoneAsync("init", "--product", WireSamples.SoftwareTag, "--pid", "NW-9300-48", "--sn", "FOC2501A0B1");
        await console.FailAsync("already holds a device", "init", "--product", WireSamples.SoftwareTag, "--pid", "NW-9300-48", "--sn", "FOC2501A0B1");
        await console.FailAsync("clear text", "license", "smart", "url", "smart", "http://license.example.com");
        await console.FailAsync("is unknown", "license", "smart", "regster");
        await console.FailAsync("is no port", "license", "smart", "proxy", "address", "proxy", "port", "x");
        await console.FailAsync("64 hexadecimal digits", "license", "smart", "trustpoint", "fingerprint", "12");
        await console.FailAsync("not registered", "license", "smart", "renew", "id");
        await console.DoneAsync("license", "smart", "url", "smart", live.Plain);
        await console.FailAsync("'other' is not valid", "license", "smart", "register", "idtoken", "other");
        await console.DoneAsync("license", "smart", "register", "idtoken", TestAuthority.Token);
        await console.FailAsync("already registered", "license", "smart", "register", "idtoken", TestAuthority.Token);
        await console.FailAsync("has no license 'Nonsense'", "feature", "request", "Nonsense", "1");
        await console.FailAsync("the count must be 1", "feature", "request", TestAuthority.LicenseName, "0");
        await console.FailAsync("the count must be 1", "feature", "request", TestAuthority.LicenseName, "-5");
        await console.FailAsync("is not in use here", "feature", "release", "Nonsense", "1");
        await console.FailAsync("is unknown", "show", "version");
    }

    [Fact]
    public async Task An_authority_that_cannot_be_reached_is_worth_another_try()
    {
        await console.DoneAsync("init", "--product", WireSamples.SoftwareTag, "--pid", "NW-9300-48", "--sn", "FOC2501A0B1");
        await console.DoneAsync("license", "smart", "url", "smart", "http://127.0.0.1:1/licservice/license");
        var (code, _, error) = await console.RunAsync("license", "smart", "register", "idtoken", "@abc-");
        Assert.Equal(ExitCode.TryLater, code);
        Assert.Contains("Connection refused", error, StringComparison.Ordinal);
        Assert.Contains("REGISTRATION IN PROGRESS", await console.DoneAsync("show", "license", "status"), StringComparison.Ordinal);
    }

    public void Dispose() => console.Dispose();
}
