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
        server = await ServerProcess.StartAsync(lease.Settings, ServerProcess.FreePort(), "--Demo:Enabled", "true", "--Demo:Fleet", "0");
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
        Assert.Contains("chooses a password at http://", made.Output, StringComparison.Ordinal);
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
            """);
        var (code, _, error) = await ApplyAsync(file, "--yes");
        Assert.Equal(1, code);
        Assert.Contains($"{file}:3: catalog.skus[1]: 'code' is needed", error, StringComparison.Ordinal);
        Assert.Contains($"{file}:5: catalog.skus[1].lines[1].quantity must be a whole number, it is 'many'", error, StringComparison.Ordinal);
        Assert.Contains($"{file}:9: 'colour' is not known here", error, StringComparison.Ordinal);
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

    private async Task<string> FileAsync(string text)
    {
        var file = Path.Combine(directory, "estate.yaml");
        await File.WriteAllTextAsync(file, text);
        return file;
    }

    private async Task<(int Code, string Output, string Error)> ApplyAsync(string file, params string[] more)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        string[] arguments = ["apply", "-f", file, "--credentials", Credentials, "--server", server!.Address.ToString(), .. more];
        var code = await CliRoot.Build().Parse(arguments, CliRoot.Parsing).InvokeAsync(new InvocationConfiguration { Output = output, Error = error });
        return (code, output.ToString(), error.ToString());
    }
}
