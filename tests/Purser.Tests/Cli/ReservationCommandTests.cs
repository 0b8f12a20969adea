using Purser.Agent.Rules;
using Purser.Protocol;
using Purser.Protocol.Reservations;
using Purser.Tests.Protocol;

namespace Purser.Tests.Cli;

[Trait("Feature", "RS-01")]
public sealed class ReservationCommandTests : IDisposable
{
    private const string Udi = "UDI: PID:NW-9300-48,SN:FOC2501A0B1\n";
    private const string Tag = WireSamples.AdvantageTag;

    private readonly DeviceConsole console = new();
    private readonly TestPki pki = new(TimeProvider.System.GetUtcNow());

    [Fact]
    public async Task The_published_dialogue_word_for_word()
    {
        var request = await RequestAsync();
        var file = Path.Combine(console.Folder, "Authorization Code.xml");
        await File.WriteAllTextAsync(file, Authorization(request, 7, 2), TestContext.Current.CancellationToken);

        var installed = await LicenseAsync("reservation", "install", "file", file);
        Assert.Matches("^Reservation install file successful\nLast Confirmation code [0-9a-f]{8}\n$", installed);
        Assert.Equal("NW9300 48P Advantage (NW9300_48P_Advantage): 2 in use, AUTHORIZED - RESERVED\n", await console.DoneAsync("feature", "request", Tag, "2"));
        await console.FailAsync("Reason: License count 3 is more than the 2 of the SLR auth code that are in force", "feature", "request", Tag, "1");
        await console.FailAsync(ReservationError.NotAuthorized, "feature", "request", Tag, "1");
        Assert.Contains("  Status: REGISTERED - SPECIFIC LICENSE RESERVATION\n", await console.DoneAsync("show", "license", "status"), StringComparison.Ordinal);
        Assert.Contains(installed[^9..^1], await console.DoneAsync("show", "license", "reservation"), StringComparison.Ordinal);

        await console.FailAsync("Already registered", "license", "smart", "reservation", "request", "local");
        await console.FailAsync("Reservation install file failed: The reservation authorization code is already installed", "license", "smart", "reservation", "install", "file", file);
        var returned = await LicenseAsync("reservation", "return", "local", "--yes");
        Assert.Matches($"^Enter this return code in Northwind License Center portal:\n{Udi}    Return code: ([1-9A-HJ-NP-Za-km-z]{{6}}-){{8}}[1-9A-HJ-NP-Za-km-z]{{3}}\n$", returned);
        Assert.Equal(returned, await LicenseAsync("reservation", "return", "all"));
    }

    [Fact]
    public async Task A_return_is_asked_about_first()
    {
        await LicenseAsync("reservation", "install", Authorization(await RequestAsync(), 7, 2));
        var input = Console.In;
        try
        {
            using var answers = new StringReader("no\nYes\n");
            Console.SetIn(answers);
            await console.FailAsync("nothing was returned", "license", "smart", "reservation", "return", "local");
            var returned = await LicenseAsync("reservation", "return", "local");
            Assert.StartsWith("This command will remove the license reservation authorization code and the device will transition back to the unregistered state. Some features may not function properly.\nDo you want to continue? [yes/no]: ", returned, StringComparison.Ordinal);
            await LicenseAsync("reservation", "request", "local");
        }
        finally
        {
            Console.SetIn(input);
        }
    }

    [Fact]
    public async Task Codes_are_typed_with_or_without_blanks_and_keep_their_case()
    {
        var request = await RequestAsync();
        var code = UniversalAuthorization.New(RequestCode.Read(request).Value, pki.RootKey).ToString();
        await console.FailAsync("Character 1 of group 1, “0”", "license", "smart", "reservation", "install", "0" + code[1..]);
        await LicenseAsync(["reservation", "INSTALL", .. code.Split('-')]);
        Assert.Contains("UNIVERSAL LICENSE RESERVATION", await console.DoneAsync("show", "license", "summary"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancelled_request_is_followed_by_another_and_its_authorization_is_given_back()
    {
        var request = await RequestAsync();
        Assert.Contains($"Request code {request} is cancelled", await LicenseAsync("reservation", "cancel", "local"), StringComparison.Ordinal);
        Assert.DoesNotContain(request, await LicenseAsync("reservation", "request", "all"), StringComparison.Ordinal);
        Assert.Contains("Return code: ", await LicenseAsync("reservation", "return", "authorization", Authorization(request, 7, 2), "--yes"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_return_of_what_was_never_installed_is_asked_about_unless_it_is_refused_or_done()
    {
        var authorization = Authorization(await RequestAsync(), 7, 2);
        string[] returning = ["license", "smart", "reservation", "return", "authorization"];
        var input = Console.In;
        try
        {
            using var answers = new StringReader("no\nyes\n");
            Console.SetIn(answers);
            await console.FailAsync("nothing was returned; answer yes, or add --yes", [.. returning, authorization]);
            await console.FailAsync("Reservation return failed", [.. returning, "nonsense"]);
            var returned = await console.DoneAsync([.. returning, authorization]);
            Assert.StartsWith("This command will make the license reservation authorization code useless: it can never be installed on this device afterwards.\nDo you want to continue? [yes/no]: ", returned, StringComparison.Ordinal);

            // Nobody answers any more: only the code is shown again.
            Assert.EndsWith(await console.DoneAsync([.. returning, authorization]), returned, StringComparison.Ordinal);
            await console.FailAsync("returned already", "license", "smart", "reservation", "install", authorization);
        }
        finally
        {
            Console.SetIn(input);
        }
    }

    [Fact]
    public async Task In_the_factory_a_device_is_reserved_without_reservation_mode()
    {
        await InitAsync();
        var request = Code(await LicenseAsync("mfg", "reservation", "request"));
        await LicenseAsync("mfg", "reservation", "cancel");
        request = Code(await LicenseAsync("mfg", "reservation", "request"));
        await LicenseAsync("mfg", "reservation", "install", Authorization(request, 7, 2));
        await console.FailAsync("not in license reservation mode", "license", "smart", "reservation", "return", "local", "--yes");
        await console.FailAsync("return all' first", "license", "smart", "factory", "reset");
        await LicenseAsync("reservation");
        await LicenseAsync("reservation", "return", "local", "--yes");
        Assert.Equal("%Warning: reload required after \"license smart factory reset\" command\n", await LicenseAsync("factory", "reset"));
    }

    [Fact]
    public async Task Mistakes_name_cause_and_remedy()
    {
        await InitAsync();
        await console.FailAsync("license smart reservation enable' turns it on", "license", "smart", "reservation", "request", "local");
        await LicenseAsync("reservation", "enable");
        await console.FailAsync("is unknown; there are:", "license", "smart", "reservation", "requst");
        await console.FailAsync("is unknown; there are:", "license", "smart", "mfg", "reservation", "return");
        await console.FailAsync("say which file", "license", "smart", "reservation", "install", "file");
        await console.FailAsync("cannot be read", "license", "smart", "reservation", "install", "file", Path.Combine(console.Folder, "none.xml"));
        await console.FailAsync("has no authorization installed", "license", "smart", "reservation", "return", "local");
        await console.FailAsync("not registered", "license", "smart", "deregister");
    }

    public void Dispose()
    {
        pki.Dispose();
        console.Dispose();
    }

    private static string Code(string output) => output[(output.IndexOf("Request code: ", StringComparison.Ordinal) + 14)..].Split('\n')[0];

    private Task<string> LicenseAsync(params string[] words) => console.DoneAsync(["license", "smart", .. words]);

    private async Task InitAsync()
    {
        var root = Path.Combine(console.Folder, "root.cer");
        await File.WriteAllBytesAsync(root, pki.Root.RawData, TestContext.Current.CancellationToken);
        await console.DoneAsync("init", "--product", WireSamples.SoftwareTag, "--pid", "NW-9300-48", "--sn", "FOC2501A0B1", "--ca", root, "--portal", "Northwind License Center");
    }

    private async Task<string> RequestAsync()
    {
        await InitAsync();
        await LicenseAsync("reservation", "enable");
        var output = await LicenseAsync("reservation", "request", "local");
        Assert.Matches($"^Enter this request code in the Northwind License Center portal:\n{Udi}    Request code: PA-ZNW-9300-48:FOC2501A0B1-[1-9A-HJ-NP-Za-km-z]{{9}}-[0-9A-F]{{2}}\n$", output);
        return Code(output);
    }

    private string Authorization(string request, ulong number, long count) =>
        new SpecificAuthorization(number, WireSamples.Identifier, TimeProvider.System.GetUtcNow(), request, RequestCode.Read(request).Value.Udi,
            [new AuthorizedLicense(Tag, count, null, null, "NW9300 48P Advantage", "", "")])
            .Seal(pki.SignerKey, pki.Chain.Select(Convert.FromBase64String));
}
