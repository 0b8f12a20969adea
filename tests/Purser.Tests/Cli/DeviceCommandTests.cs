using System.CommandLine;
using Purser.Cli;
using Purser.Tests.Agent;
using Purser.Tests.Protocol;

namespace Purser.Tests.Cli;

[Trait("Feature", "AG-01")]
public sealed class DeviceCommandTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("purser-device").FullName;

    private string Store => Path.Combine(folder, "s.json");

    [Fact]
    public async Task The_published_example_works_word_for_word()
    {
        await using var live = await LiveAuthority.StartAsync();
        await DoneAsync("init", "--product", WireSamples.SoftwareTag, "--pid", "NW-9300-48", "--sn", "FOC2501A0B1");
        await DoneAsync("license", "smart", "url", "smart", $"{live.Plain}/licservice/license");
        await DoneAsync("license", "smart", "transport", "smart");
        Assert.Equal(
            "Registration process is in progress. Use the 'show license status' command to check the progress and result\n",
            await DoneAsync("license", "smart", "register", "idtoken", TestAuthority.Token));
        Assert.Equal("NW9300 48P Advantage (NW9300_48P_Advantage): 2 in use, AUTHORIZED\n", await DoneAsync("feature", "request", TestAuthority.LicenseName, "2"));

        var summary = await DoneAsync("show", "license", "summary");
        Assert.Contains("  Status: REGISTERED\n", summary, StringComparison.Ordinal);
        Assert.Contains("  NW9300 48P Advantage    (NW9300_48P_Advantage)            2 AUTHORIZED\n", summary, StringComparison.Ordinal);
        Assert.Equal(2, live.Authority.InUse[WireSamples.AdvantageTag]);

        await DoneAsync("feature", "request", WireSamples.AdvantageTag, "20");
        Assert.Contains("OUT OF COMPLIANCE", await DoneAsync("show", "license", "status"), StringComparison.Ordinal);
        await DoneAsync("feature", "release", TestAuthority.LicenseName, "20");
        await DoneAsync("license", "smart", "renew", "auth");
        await DoneAsync("license", "smart", "renew", "id");
        foreach (var page in new[] { "usage", "udi", "all", "tech support" })
        {
            Assert.NotEmpty(await DoneAsync(["show", "license", .. page.Split(' ')]));
        }

        await DoneAsync("tick");
        await DoneAsync("license", "smart", "deregister");
        Assert.Contains("  Status: UNREGISTERED\n", await DoneAsync("show", "license", "status"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mistakes_name_cause_and_remedy()
    {
        await using var live = await LiveAuthority.StartAsync();
        await FailAsync("run init first", "show", "license", "status");
        await FailAsync("is no software tag", "init", "--product", "x", "--pid", "A", "--sn", "B");
        await DoneAsync("init", "--product", WireSamples.SoftwareTag, "--pid", "NW-9300-48", "--sn", "FOC2501A0B1");
        await FailAsync("already holds a device", "init", "--product", WireSamples.SoftwareTag, "--pid", "NW-9300-48", "--sn", "FOC2501A0B1");
        await FailAsync("clear text", "license", "smart", "url", "smart", "http://license.example.com");
        await FailAsync("is unknown", "license", "smart", "regster");
        await FailAsync("is no port", "license", "smart", "proxy", "address", "proxy", "port", "x");
        await FailAsync("64 hexadecimal digits", "license", "smart", "trustpoint", "fingerprint", "12");
        await FailAsync("not registered", "license", "smart", "renew", "id");
        await DoneAsync("license", "smart", "url", "smart", live.Plain);
        await FailAsync("'other' is not valid", "license", "smart", "register", "idtoken", "other");
        await DoneAsync("license", "smart", "register", "idtoken", TestAuthority.Token);
        await FailAsync("already registered", "license", "smart", "register", "idtoken", TestAuthority.Token);
        await FailAsync("has no license 'Nonsense'", "feature", "request", "Nonsense", "1");
        await FailAsync("the count must be 1", "feature", "request", TestAuthority.LicenseName, "0");
        await FailAsync("the count must be 1", "feature", "request", TestAuthority.LicenseName, "-5");
        await FailAsync("is not in use here", "feature", "release", "Nonsense", "1");
        await FailAsync("is unknown", "show", "version");
    }

    [Fact]
    public async Task An_authority_that_cannot_be_reached_is_worth_another_try()
    {
        await DoneAsync("init", "--product", WireSamples.SoftwareTag, "--pid", "NW-9300-48", "--sn", "FOC2501A0B1");
        await DoneAsync("license", "smart", "url", "smart", "http://127.0.0.1:1/licservice/license");
        var (code, _, error) = await RunAsync("license", "smart", "register", "idtoken", "@abc-");
        Assert.Equal(ExitCode.TryLater, code);
        Assert.Contains("Connection refused", error, StringComparison.Ordinal);
        Assert.Contains("REGISTRATION IN PROGRESS", await DoneAsync("show", "license", "status"), StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private async Task<string> DoneAsync(params string[] words)
    {
        var (code, output, error) = await RunAsync(words);
        Assert.True(code == ExitCode.Done, error + output);
        Assert.Equal("", error);
        return output;
    }

    private async Task FailAsync(string reason, params string[] words)
    {
        var (code, _, error) = await RunAsync(words);
        Assert.Equal(ExitCode.Refused, code);
        Assert.Contains(reason, error, StringComparison.Ordinal);
    }

    private async Task<(int Code, string Output, string Error)> RunAsync(params string[] words)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var code = await CliRoot.Build()
            .Parse(["device", "--store", Store, .. words], CliRoot.Parsing)
            .InvokeAsync(new InvocationConfiguration { Output = output, Error = error }, TestContext.Current.CancellationToken);
        return (code, output.ToString(), error.ToString());
    }
}
