using System.Diagnostics;
using Microsoft.Playwright;
using Xunit;

namespace Purser.BrowserTests.Support;

/// <summary>A device that never connects: every command is a run of <c>purser device</c>, as a person at its console types it.</summary>
internal sealed class DeviceProcess : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("purser-device").FullName;

    private string Store => Path.Combine(folder, "store.json");

    /// <summary>A device in reservation mode that was given the portal's root certificate.</summary>
    public static async Task<DeviceProcess> StartAsync(string address, string softwareTag, string pid, string serialNumber)
    {
        var device = new DeviceProcess();
        using var http = new HttpClient();
        var root = Path.Combine(device.folder, "root.pem");
        await File.WriteAllTextAsync(root, await http.GetStringAsync(new Uri($"{address}/pki/root.pem")));
        await device.RunAsync("init", "--product", softwareTag, "--pid", pid, "--sn", serialNumber, "--ca", root);
        await device.ReservationAsync("enable");
        return device;
    }

    public async Task<string> RequestAsync() => Printed("Request code", await ReservationAsync("request", "local"));

    /// <summary>Carries what the browser downloads to the device.</summary>
    /// <returns>The confirmation code that the device prints.</returns>
    public async Task<string> InstallAsync(IDownload download)
    {
        var file = Path.Combine(folder, download.SuggestedFilename);
        await download.SaveAsAsync(file);
        return Printed("Last Confirmation code", await ReservationAsync("install", "file", file), separator: " ");
    }

    public Task<string> InstallTypedAsync(string code) => ReservationAsync(["install", .. code.Split('-')]);

    public async Task<string> ReturnAsync() => Printed("Return code", await ReservationAsync("return", "local", "--yes"));

    public Task<string> ReservationAsync(params string[] words) => RunAsync(["license", "smart", "reservation", .. words]);

    public async Task<string> RunAsync(params string[] words)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "purser"), ["device", "--store", Store, .. words])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var command = Process.Start(start)!;
        var (output, errors) = (command.StandardOutput.ReadToEndAsync(), command.StandardError.ReadToEndAsync());
        await command.WaitForExitAsync();
        Assert.True(command.ExitCode == 0, await output + await errors);
        return await output;
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static string Printed(string what, string output, string separator = ": ") => output[(output.IndexOf(what, StringComparison.Ordinal) + what.Length + separator.Length)..].Split('\n')[0];
}
