using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Purser.Tests.Agent.Restconf;

/// <summary>The validator of the package libyang2-tools, over the published modules.</summary>
internal static class Yanglint
{
    private const string Program = "/usr/bin/yanglint";

    private static readonly string Modules = Path.Combine(AppContext.BaseDirectory, "Yang");

    /// <param name="type">data, rpc, reply or notif.</param>
    public static async Task ValidAsync(string type, JsonObject instance)
    {
        var (code, error) = await RunAsync(type, instance);
        Assert.True(code == 0, $"{error}\n{instance}");
    }

    public static async Task InvalidAsync(string reason, string type, JsonObject instance)
    {
        var (code, error) = await RunAsync(type, instance);
        Assert.NotEqual(0, code);
        Assert.Contains(reason, error, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Error)> RunAsync(string type, JsonObject instance)
    {
        Assert.SkipUnless(File.Exists(Program), "libyang2-tools is not installed");
        var folder = Directory.CreateTempSubdirectory("purser-yang-");
        try
        {
            var file = Path.Combine(folder.FullName, "instance.json");
            await File.WriteAllTextAsync(file, instance.ToJsonString(), TestContext.Current.CancellationToken);
            string[] arguments = ["-p", Modules, "-t", type, "-f", "json", Path.Combine(Modules, "cisco-smart-license.yang"), file];
            using var validator = Process.Start(new ProcessStartInfo(Program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
            var output = validator.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            var error = await validator.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await output;
            await validator.WaitForExitAsync(TestContext.Current.CancellationToken);
            return (validator.ExitCode, error);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
