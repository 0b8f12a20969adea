using Purser.Protocol.Trust;
using Purser.Protocol.Usage;
using Purser.Tests.Protocol;

namespace Purser.Tests.Cli;

/// <summary>The console of a device that is licensed by policy (device reference 4.7).</summary>
[Trait("Feature", "AG-01")]
public sealed class PolicyCommandTests : IDisposable
{
    private readonly DeviceConsole console = new();
    private readonly TestPki pki = new(DateTimeOffset.UnixEpoch.AddYears(56));

    private string Place(string name) => Path.Combine(console.Folder, name);

    [Fact]
    public async Task Reports_are_saved_and_acknowledgements_imported()
    {
        await InitAsync();
        Assert.Equal("network-advantage (NW9300_48P_Advantage): 2 in use, IN USE\n", await console.DoneAsync("feature", "request", "network-advantage", "2", "--unit", "AP-1/A1", "--unit", "AP-1/A2"));
        Assert.Equal("", await console.DoneAsync("license", "smart", "save", "usage", "unreported", "file", Place("Usage.xml")));

        var report = SealedReport.Read(Assert.Single(ReportFile.Read(await File.ReadAllTextAsync(Place("Usage.xml"), TestContext.Current.CancellationToken)).Value.Reports)).Value.Report;
        Assert.Equal((2L, 2), (report.Measurements[0].Count, report.Measurements[0].AddedUnits!.Count));
        await AcknowledgeAsync(report);
        Assert.Equal("Import Data Successful\n", await console.DoneAsync("license", "smart", "import", Place("ack.xml")));

        Assert.Contains($"{report.Id}          ACK       N     network-advantage\n", await console.DoneAsync("show", "license", "rum", "id", "all"), StringComparison.Ordinal);
        Assert.Contains("  State: ACK,      State Change Reason: ACKED\n", await console.DoneAsync("show", "license", "rum", "id", $"{report.Id}", "detail"), StringComparison.Ordinal);
        foreach (var page in new[] { "summary", "status", "usage", "all", "udi", "authorization", "tech support", "rum feature", "rum feature network-advantage", "history message", "eventlog", "eventlog 3" })
        {
            Assert.NotEmpty(await console.DoneAsync(["show", "license", .. page.Split(' ')]));
        }

        foreach (var choice in new[] { "all", "days 3", $"rum-Id {report.Id}" })
        {
            await console.DoneAsync(["license", "smart", "save", "usage", .. choice.Split(' '), "file", Place("again.xml")]);
        }

        await console.DoneAsync("license", "smart", "usage", "interval", "60");
        await console.DoneAsync("license", "smart", "transport", "off");
        await console.DoneAsync("license", "smart", "clear", "eventlog");
        await console.DoneAsync("tick");
        Assert.Contains("reload required", await console.DoneAsync("license", "smart", "factory", "reset"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_trust_code_is_asked_for_and_imported_by_file()
    {
        await InitAsync();
        Assert.Equal("", await console.DoneAsync("license", "smart", "save", "trust-request", Place("Trust.xml")));
        var request = Assert.Single(TrustRequestFile.Read(await File.ReadAllTextAsync(Place("Trust.xml"), TestContext.Current.CancellationToken)).Value.Requests);
        var made = DateTimeOffset.UnixEpoch.AddYears(56).AddDays(1);
        await WriteAsync("code.xml", TrustCode.Element, new TrustCode("552", request.Udi, "piid-1", request.PublicKey, made, made.AddYears(100), made).Write());
        await WriteAsync("other.xml", TrustCode.Element, new TrustCode("553", request.Udi, "piid-1", new byte[91], made, made.AddYears(100), made).Write());

        await console.FailAsync("another key", "license", "smart", "import", Place("other.xml"));
        Assert.Equal("Import Data Successful\n", await console.DoneAsync("license", "smart", "import", Place("code.xml")));

        Assert.Contains("TrustId:552", await console.DoneAsync("show", "license", "tech", "support"), StringComparison.Ordinal);
        Assert.Matches("Import TRUST CODE:\n  .*: FAILED: .*another key.*\n  .*: SUCCESS\n", await console.DoneAsync("show", "license", "history", "message"));
        Assert.Contains("SAEVT_TRUST_INSTALLED", await console.DoneAsync("show", "license", "eventlog"), StringComparison.Ordinal);
        await console.FailAsync("cannot be written", "license", "smart", "save", "trust-request", Place("no/such/folder.xml"));
    }

    [Fact]
    public async Task Mistakes_name_cause_and_remedy()
    {
        await InitAsync();
        await console.FailAsync("there is no such usage report", "license", "smart", "save", "usage", "all", "file", Place("x.xml"));
        await console.FailAsync("is not days", "license", "smart", "save", "usage", "days", "0", "file", Place("x.xml"));
        await console.FailAsync("is unknown", "license", "smart", "save", "usage", "some", "file", Place("x.xml"));
        await console.FailAsync("the transport of this device is off", "license", "smart", "sync", "all");
        await console.FailAsync("the transport of this device is off", "license", "smart", "trust", "idtoken", "abc", "local");
        await console.DoneAsync("license", "smart", "transport", "smart");
        await console.FailAsync("with a trust code only", "license", "smart", "sync", "local");
        await console.FailAsync("is not valid", "license", "smart", "trust", "idtoken", "a b", "local");
        await console.FailAsync("expected https://<host>/cslu/v1/pi", "license", "smart", "url", "cslu", "collector");
        await console.FailAsync("in clear text", "license", "smart", "url", "smart", "http://authority.example");

        // As published: no token goes to a collector.
        await console.DoneAsync("license", "smart", "url", "cslu", "http://collector.example:8182");
        await console.DoneAsync("license", "smart", "url", "smart", "https://Central.example");
        Assert.Contains("  URL: https://central.example/cslu/v1/pi\n", await console.DoneAsync("show", "license", "status"), StringComparison.Ordinal);
        await console.DoneAsync("license", "smart", "url", "cslu", "https://Collector.example/cslu/v1/pi/acme");
        await console.DoneAsync("license", "smart", "transport", "cslu");
        Assert.Contains("  Type: cslu\n  Cslu address: https://collector.example/cslu/v1/pi/acme\n", await console.DoneAsync("show", "license", "status"), StringComparison.Ordinal);
        await console.DoneAsync("license", "smart", "transport", "off");
        await console.FailAsync("1 to 365 days", "license", "smart", "usage", "interval", "400");
        await console.FailAsync("cannot be read", "license", "smart", "import", Place("none.xml"));
        await console.FailAsync("has no license 'nonsense'", "feature", "request", "nonsense", "1");
        await console.FailAsync("needs an authorization code", "feature", "request", "hseck9", "1");
        await console.FailAsync("no sub-device", "feature", "request", "network-advantage", "1", "--unit", "A1");
        await console.FailAsync("no usage report '7'", "show", "license", "rum", "id", "7");
        await console.FailAsync("does not register", "license", "smart", "register", "idtoken", "abc");
        await console.FailAsync("license smart trust idtoken TOKEN local", "license", "smart", "register", "idtoken", "abc");
        await console.FailAsync("does not register", "license", "smart", "renew", "id");
        await console.FailAsync("is no entitlement tag", "feature", "describe", "x", "--name", "y");
        await console.DoneAsync("feature", "request", "network-advantage", "1");
        await console.FailAsync("cannot be written", "license", "smart", "save", "usage", "all", "file", Place("no/such/folder.xml"));
    }

    [Fact]
    public async Task A_device_of_classic_licensing_has_none_of_this()
    {
        await console.DoneAsync("init", "--product", WireSamples.SoftwareTag, "--pid", "NW-9300-48", "--sn", "FOC2501A0B1");
        await console.FailAsync("not licensed by policy", "license", "smart", "save", "usage", "all", "file", Place("x.xml"));
        await console.FailAsync("not licensed by policy", "show", "license", "rum", "id", "all");
        await console.FailAsync("takes no registrations", "license", "smart", "transport", "cslu");
        await console.FailAsync("not licensed by policy", "license", "smart", "sync", "all");
        await console.FailAsync("not licensed by policy", "feature", "describe", WireSamples.AdvantageTag, "--name", "y");
    }

    public void Dispose()
    {
        console.Dispose();
        pki.Dispose();
    }

    private async Task InitAsync()
    {
        await File.WriteAllTextAsync(Place("root.pem"), pki.Root.ExportCertificatePem(), TestContext.Current.CancellationToken);
        await console.DoneAsync("init", "--product", WireSamples.SoftwareTag, "--pid", "NW-9300-48", "--sn", "FOC2501A0B1", "--ca", Place("root.pem"), "--policy", "--software-version", "17.09.02");
        await console.DoneAsync("feature", "describe", WireSamples.AdvantageTag, "--name", "network-advantage", "--description", "NW9300-48 Network Advantage");
        await console.DoneAsync("feature", "describe", "regid.2026-01.com.example.HSEC,1.0_1d4e8a31-7c25-4b9f-8e61-2a5b7c9d1e04", "--name", "hseck9", "--enforcement", "export");
    }

    private Task AcknowledgeAsync(UsageReport report)
    {
        var acknowledgement = new Acknowledgement(report.Udi, "piid-1", [report.Id], "Harbour Freight Lines", "Default", DateTimeOffset.UnixEpoch.AddYears(56).AddDays(1));
        return WriteAsync("ack.xml", Acknowledgement.Element, acknowledgement.Write());
    }

    private Task WriteAsync(string name, string element, string data) => File.WriteAllTextAsync(
        Place(name), new ImportFile([SignedElement.Seal(element, data, pki.SignerKey, pki.Chain.Select(Convert.FromBase64String))]).Write(), TestContext.Current.CancellationToken);
}
