using System.CommandLine;
using Purser.Cli;

namespace Purser.Tests.Cli;

/// <summary>A device's console over a store of its own, in this process.</summary>
internal sealed class DeviceConsole : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("purser-device").FullName;

    private string Store => Path.Combine(Folder, "s.json");

    public async Task<string> DoneAsync(params string[] words)
    {
        var (code, output, error) = await RunAsync(words);
        Assert.True(code == ExitCode.Done, error + output);
        Assert.Equal("", error);
        return output;
    }

    public async Task FailAsync(string reason, params string[] words)
    {
        var (code, _, error) = await RunAsync(words);
        Assert.Equal(ExitCode.Refused, code);
        Assert.Contains(reason, error, StringComparison.Ordinal);
    }

    public async Task<(int Code, string Output, string Error)> RunAsync(params string[] words)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var code = await CliRoot.Build()
            .Parse(["device", "--store", Store, .. words], CliRoot.Parsing)
            .InvokeAsync(new InvocationConfiguration { Output = output, Error = error }, TestContext.Current.CancellationToken);
        return (code, output.ToString(), error.ToString());
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
