using System.CommandLine;
using Purser.Cli;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;
using Purser.Tests.Tidy;

namespace Purser.Tests.Apply;

[Trait("Feature", "AP-03")]
public sealed class ApplyTests : IAsyncLifetime
{
    private readonly string directory = Directory.CreateTempSubdirectory("purser-apply-").FullName;
    private StoreLease? lease;
    private ServerProcess? server;

    private string Credentials => Path.Combine(lease!.Settings.DataDirectory, "fleet", "fleet.json");

    public async ValueTask InitializeAsync()
    {
        lease = await TestEngines.NewEmptyAsync(Engine.Sqlite);
        server = await ServerProcess.StartAsync(lease.Settings, TestPorts.Pair(), "--Demo:Enabled", "true", "--Demo:Fleet", "0");
    }

    [Fact]
    public async Task The_example_is_shown_then_made_then_stays()
    {
        var example = Path.Combine(SourceTree.Root, "docs", "estate.yaml");
        var shown = await ApplyAsync(example);
        Assert.Equal(0, shown.Code);
        Assert.Contains("+ virtual account \"Pharmacies\" in meridian-hospitals.example below \"Edge Sites\"", shown.Output, StringComparison.Ordinal);
        Assert.Contains("nothing was changed. Add --yes", shown.Output, StringComparison.Ordinal);
        Assert.Equal(shown.Output, (await ApplyAsync(example)).Output);

        var made = await ApplyAsync(example, "--yes");
        Assert.Equal("", made.Error);
        Assert.Equal(0, made.Code);
        Assert.Contains("tomas.edge@meridian-hospitals.example is told by mail", made.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("/set-password", made.Output, StringComparison.Ordinal);
        Assert.Contains("changes made.", made.Output, StringComparison.Ordinal);
        Assert.Equal((0, "Nothing to change.\n", ""), await ApplyAsync(example, "--yes"));
    }

    [Fact]
    public async Task Every_mistake_is_told_with_its_line_and_nothing_is_done()
    {
        var file = await FileAsync(
            """
            catalog:
              skus:
                - description: no code
                  lines:
                    - { license: Edge Base, quantity: many }
            accounts:
              - domain: meridian-hospitals.example
                name: Meridian Hospitals
                colour: blue
            signIn:
              - name: Login
                mailDomains: [a.example]
                openId: { issuer: https://login.a.example, clientId: purser }
                secret: in the clear
              - name: Directory
                mailDomains: [b.example]
                secret: { environment: PURSER_TEST_NOT_SET }
            """);
        var (code, _, error) = await ApplyAsync(file, "--yes");
        Assert.Equal(1, code);
        Assert.Contains($"{file}:3: catalog.skus[1]: 'code' is needed", error, StringComparison.Ordinal);
        Assert.Contains($"{file}:5: catalog.skus[1].lines[1].quantity must be a whole number, it is 'many'", error, StringComparison.Ordinal);
        Assert.Contains($"{file}:9: 'colour' is not known here", error, StringComparison.Ordinal);
        Assert.Contains($"{file}:14: signIn[1].secret: a secret does not stand in the file; write {{ environment: NAME }} or {{ file: PATH }}", error, StringComparison.Ordinal);
        Assert.DoesNotContain("in the clear", error, StringComparison.Ordinal);
        Assert.Contains($"{file}:15: signIn[2]: a source has either openId or directory", error, StringComparison.Ordinal);
        Assert.Contains($"{file}:17: signIn[2].secret: the environment variable PURSER_TEST_NOT_SET is not set", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sign_in_properties_and_rules_are_made_without_showing_a_secret_and_what_is_exported_changes_nothing()
    {
        const string variable = "PURSER_TEST_APPLY_SECRET";
        Environment.SetEnvironmentVariable(variable, "hush one");
        await File.WriteAllTextAsync(Path.Combine(directory, "bind.secret"), "hush two\n");
        var text = $$"""
            signIn:
              - name: Meridian Login
                mailDomains: [meridian-hospitals.example]
                openId: { issuer: https://login.meridian-hospitals.example, clientId: purser, scopes: openid profile email groups, groupsClaim: groups }
                secret: { environment: {{variable}} }
                roles:
                  - { group: licensing, account: meridian-hospitals.example, role: SmartAccountUser }
                  - { group: edge, account: meridian-hospitals.example, role: VirtualAccountUser, virtualAccount: Edge Sites, includesChildren: false }
              - name: Partner directory
                mailDomains: [partner.example]
                createsPeople: true
                directory: { hosts: [dc1.partner.example], userBase: "ou=people,dc=partner,dc=example", bindName: "cn=purser,dc=partner,dc=example" }
                secret: { file: bind.secret }
            accounts:
              - domain: meridian-hospitals.example
                name: Meridian Hospitals
                description: "A hospital: with colons, and # signs"
                headquarters: |-
                  1 Meadow Lane
                  Springfield
                visibility: Restricted
                virtualAccounts:
                  - { name: Edge Sites, accessLevel: Private }
                  - { name: "true" }
                users:
                  - { email: ed@partner.example, role: VirtualAccountUser, virtualAccount: Edge Sites, includesChildren: true }
                groups:
                  - name: Edge team
                    members: [ed@partner.example]
                    roles: [{ role: VirtualAccountViewer, virtualAccount: Edge Sites, includesChildren: true }]
                clients:
                  - { name: Edge script, scopes: [Read], role: VirtualAccountViewer, virtualAccount: Edge Sites, includesChildren: true }
                accessRules:
                  - { mailDomain: partner.example, role: VirtualAccountViewer, virtualAccounts: [Edge Sites], includesChildren: false }
                  - { mailDomain: rival.example, reason: "Ask in person" }
            """;
        var file = await FileAsync(text);
        var shown = await ApplyAsync(file);
        Assert.Equal("", shown.Error);
        Assert.Contains("+ identity provider \"Meridian Login\" for meridian-hospitals.example", shown.Output, StringComparison.Ordinal);
        Assert.Contains("+ group \"edge\" of \"Meridian Login\": VirtualAccountUser in meridian-hospitals.example / \"Edge Sites\"", shown.Output, StringComparison.Ordinal);
        Assert.Contains("+ access rule for rival.example in meridian-hospitals.example: declined", shown.Output, StringComparison.Ordinal);
        var made = await ApplyAsync(file, "--yes");
        Assert.Equal((0, ""), (made.Code, made.Error));
        Assert.Contains("/callback", made.Output, StringComparison.Ordinal);
        Assert.Equal((0, "Nothing to change.\n", ""), await ApplyAsync(file, "--yes"));

        // Secrets are compared by the server.
        Environment.SetEnvironmentVariable(variable, "hush three");
        await FileAsync(text.Replace("createsPeople: true", "createsPeople: false", StringComparison.Ordinal).Replace("includesChildren: false", "includesChildren: true", StringComparison.Ordinal));
        var changed = await ApplyAsync(file, "--yes");
        Assert.Equal(0, changed.Code);
        Assert.Contains("~ sign-in source \"Meridian Login\": secret: to another one", changed.Output, StringComparison.Ordinal);
        Assert.Contains("~ sign-in source \"Partner directory\": createsPeople: true to false", changed.Output, StringComparison.Ordinal);
        Assert.Contains("~ access rule for partner.example", changed.Output, StringComparison.Ordinal);
        Assert.Contains("with what lies below it", changed.Output, StringComparison.Ordinal);
        Assert.Equal("Nothing to change.\n", (await ApplyAsync(file)).Output);

        // What a file names more narrowly becomes narrower: shown first, and then once.
        await FileAsync((await File.ReadAllTextAsync(file)).Replace("includesChildren: true", "includesChildren: false", StringComparison.Ordinal));
        var refused = await ApplyAsync(file, "--yes");
        Assert.Equal(1, refused.Code);
        Assert.Contains("the client \"Edge script\" is not VirtualAccountViewer in \"Edge Sites\" without what lies below it; a client's roles do not change", refused.Error, StringComparison.Ordinal);
        await FileAsync(string.Join('\n', (await File.ReadAllLinesAsync(file)).Where(line => !line.Contains("clients:", StringComparison.Ordinal) && !line.Contains("Edge script", StringComparison.Ordinal))));
        var narrower = await ApplyAsync(file);
        Assert.Contains("~ user ed@partner.example in meridian-hospitals.example: VirtualAccountUser in \"Edge Sites\", without what lies below it", narrower.Output, StringComparison.Ordinal);
        Assert.Contains("~ user group \"Edge team\" in meridian-hospitals.example: VirtualAccountViewer in \"Edge Sites\", without what lies below it", narrower.Output, StringComparison.Ordinal);
        Assert.Contains("~ group \"edge\" of \"Meridian Login\"", narrower.Output, StringComparison.Ordinal);
        Assert.Equal(narrower.Output, (await ApplyAsync(file)).Output);
        Assert.Equal((0, ""), await SettledAsync(file));
        Assert.Equal("Nothing to change.\n", (await ApplyAsync(file)).Output);

        var exported = Path.Combine(directory, "exported.yaml");
        Assert.Equal((0, "", ""), await RunAsync("export", "-o", exported));
        var written = await File.ReadAllTextAsync(exported);
        Assert.Contains("mailDomain: rival.example", written, StringComparison.Ordinal);
        Assert.Equal((0, "Nothing to change.\n", ""), await ApplyAsync(exported));
        Assert.All(
            new[] { shown.Output, made.Output, changed.Output, written }, output => Assert.DoesNotContain("hush", output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Settings_of_an_account_and_of_its_licenses_are_made_changed_and_exported()
    {
        var text = """
            catalog:
              licenses: [{ name: Apply Base }]
              skus: [{ code: APPLY-1, lines: [{ license: Apply Base }] }]
            accounts:
              - { domain: harbour-customs.example, name: Harbour Customs, holdsRestrictedLicenses: true, specificReservation: true, universalReservation: false }
              - domain: meridian-hospitals.example
                name: Meridian Hospitals
                virtualAccounts: [{ name: Vehicles }]
                licenseConfiguration: { addToInventory: false, notes: Only by order }
                webhooks:
                  - { name: Duty desk, url: "https://hooks.meridian-hospitals.example/a", leastLevel: Major, virtualAccount: Vehicles, quietFrom: "6:00", quietTo: "7:30", zone: Europe/Oslo }
                views:
                  - { of: license-table, name: Short ones, query: "short=true&nonsense=1" }
                licenses:
                  - { license: Apply Base, virtualAccount: Vehicles, threshold: { percent: 90 }, tags: [blue light, "spare"] }
            orders:
              - { number: SO-APPLY, lines: [{ sku: APPLY-1, quantity: 5, account: meridian-hospitals.example, virtualAccount: Vehicles }, { sku: APPLY-1, quantity: 3, account: meridian-hospitals.example, factoryReserved: true }] }
            """;
        var file = await FileAsync(text);
        var shown = await ApplyAsync(file);
        Assert.Equal((0, ""), (shown.Code, shown.Error));
        foreach (var line in new[]
        {
            "~ license configuration of meridian-hospitals.example: Add to Inventory off", "+ webhook \"Duty desk\" in meridian-hospitals.example: https://hooks.meridian-hospitals.example/a",
            "+ shared view \"Short ones\" of license-table in meridian-hospitals.example", "+ threshold of license \"Apply Base\" in meridian-hospitals.example / \"Vehicles\": in use reaches 90 %",
            "+ tags of license \"Apply Base\" in meridian-hospitals.example / \"Vehicles\": blue light, spare",
        })
        {
            Assert.Contains(line, shown.Output, StringComparison.Ordinal);
        }

        var made = await ApplyAsync(file, "--yes");
        Assert.Equal((0, ""), (made.Code, made.Error));
        Assert.Contains("(shown once)", made.Output, StringComparison.Ordinal);
        Assert.Equal((0, "Nothing to change.\n", ""), await ApplyAsync(file, "--yes"));

        await FileAsync(text.Replace("percent: 90", "fewerThan: 2", StringComparison.Ordinal).Replace("leastLevel: Major", "leastLevel: Minor", StringComparison.Ordinal)
            .Replace("short=true", "short=true&q=apply", StringComparison.Ordinal).Replace("blue light", "Blue Light", StringComparison.Ordinal));
        var changed = await ApplyAsync(file, "--yes");
        Assert.Equal((0, ""), (changed.Code, changed.Error));
        Assert.Equal(
            ["~ shared view", "~ threshold of", "~ webhook \"Duty"],
            changed.Output.Split('\n').Where(line => line.StartsWith("~ ", StringComparison.Ordinal)).Select(line => string.Join(' ', line.Split(' ').Take(3))).Order(StringComparer.Ordinal));
        Assert.Equal("Nothing to change.\n", (await ApplyAsync(file)).Output);

        var exported = Path.Combine(directory, "exported.yaml");
        var (exit, _, notes) = await RunAsync("export", "-o", exported);
        Assert.Equal((0, "purser: what lies in harbour-customs.example is its own and left out: the credentials file names no client of it\n"), (exit, notes));
        Assert.DoesNotContain("whsec", await File.ReadAllTextAsync(exported), StringComparison.Ordinal);
        Assert.Contains("holdsRestrictedLicenses: true", await File.ReadAllTextAsync(exported), StringComparison.Ordinal);
        Assert.Contains("specificReservation: true", await File.ReadAllTextAsync(exported), StringComparison.Ordinal);
        Assert.Equal((0, "Nothing to change.\n", ""), await ApplyAsync(exported));
    }

    [Theory]
    [InlineData("webhooks: [{ name: Inside, url: 'https://10.0.0.7/hook' }]", "lies inside")]
    [InlineData("webhooks: [{ name: Plain, url: 'http://hooks.example/x' }]", "https://")]
    [InlineData("views: [{ of: toasters, name: Mine }]", "There is no table or report “toasters”")]
    [InlineData("licenses: [{ license: Unheard Of, virtualAccount: DEFAULT, tags: [x] }]", "No prepaid license \"Unheard Of\" lies in \"DEFAULT\"")]
    [InlineData("licenses: [{ license: Any, virtualAccount: Nowhere, tags: [x] }]", "there is no virtual account \"Nowhere\"")]
    [InlineData("licenses: [{ license: Any, virtualAccount: DEFAULT, threshold: { percents: 3 } }]", "'percents' is not known here")]
    public async Task A_wrong_setting_is_told_with_its_line(string part, string reason)
    {
        var file = await FileAsync(
            $"""
            accounts:
              - domain: meridian-hospitals.example
                name: Meridian Hospitals
                {part}
            """);
        var (code, _, error) = await ApplyAsync(file, "--yes");
        Assert.Equal(1, code);
        Assert.Contains($"{file}:4: ", error, StringComparison.Ordinal);
        Assert.Contains(reason, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_server_refuses_is_told_with_its_line()
    {
        var file = await FileAsync(
            """
            catalog:
              skus:
                - code: X-1
                  lines:
                    - license: Unheard Of
            """);
        var (code, _, error) = await ApplyAsync(file);
        Assert.Equal(1, code);
        Assert.Matches(@":[345]: .*Unheard Of", error);
    }

    public async ValueTask DisposeAsync()
    {
        await server!.DisposeAsync();
        await lease!.DisposeAsync();
        Directory.Delete(directory, recursive: true);
    }

    private async Task<(int Code, string Error)> SettledAsync(string file)
    {
        var (code, _, error) = await ApplyAsync(file, "--yes");
        return (code, error);
    }

    private async Task<string> FileAsync(string text)
    {
        var file = Path.Combine(directory, "estate.yaml");
        await File.WriteAllTextAsync(file, text);
        return file;
    }

    private Task<(int Code, string Output, string Error)> ApplyAsync(string file, params string[] more) => RunAsync("apply", ["-f", file, .. more]);

    private async Task<(int Code, string Output, string Error)> RunAsync(string command, params string[] more)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        string[] arguments = [command, "--credentials", Credentials, "--server", server!.Address.ToString(), .. more];
        var code = await CliRoot.Build().Parse(arguments, CliRoot.Parsing).InvokeAsync(new InvocationConfiguration { Output = output, Error = error });
        return (code, output.ToString(), error.ToString());
    }
}
