using System.CommandLine;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Purser.Agent;
using Purser.Agent.State;
using Purser.Agent.Store;

namespace Purser.Cli.Device;

/// <summary>Makes the store of a new device, with its key.</summary>
internal static class InitCommand
{
    public static Command Build(Option<string> store)
    {
        var product = new Option<string>("--product") { Description = "Software tag of the product", Required = true, HelpName = "TAG" };
        var pid = new Option<string>("--pid") { Description = "Product id", Required = true };
        var sn = new Option<string>("--sn") { Description = "Serial number", Required = true };
        var vid = new Option<string?>("--vid") { Description = "Version id" };
        var uuid = new Option<string?>("--uuid") { Description = "Uuid of a virtual product" };
        var hostname = new Option<string?>("--hostname") { Description = "Shown beside the serial number" };
        var portal = new Option<string?>("--portal") { Description = "What the texts of reservation call the portal", HelpName = "NAME" };
        var ca = new Option<string?>("--ca") { Description = "The authority's root certificate, PEM or DER", HelpName = "FILE" };
        var version = new Option<string?>("--software-version") { Description = "Of the product's software; usage reports name it", HelpName = "VERSION" };
        var policy = new Option<bool>("--policy") { Description = "It is licensed by policy: it does not register, it reports what it uses" };
        var command = new Command("init", "Make a new device") { product, pid, sn, vid, uuid, hostname, portal, ca, version, policy };
        command.SetAction((parsed, cancel) => DeviceSession.GuardAsync(parsed, async () =>
        {
            var device = new DeviceDescription
            {
                SoftwareTag = parsed.GetRequiredValue(product),
                Pid = parsed.GetRequiredValue(pid),
                Sn = parsed.GetRequiredValue(sn),
                Vid = parsed.GetValue(vid),
                Uuid = parsed.GetValue(uuid),
                Hostname = parsed.GetValue(hostname),
                PortalName = parsed.GetValue(portal),
                SoftwareVersion = parsed.GetValue(version),
            };
            return await RunAsync(parsed.GetRequiredValue(store), device, parsed.GetValue(ca), parsed.GetValue(policy), parsed.InvocationConfiguration.Output, cancel);
        }));
        return command;
    }

    public static X509Certificate2 ReadRoot(string file)
    {
        try
        {
            return X509CertificateLoader.LoadCertificateFromFile(file);
        }
        catch (Exception problem) when (problem is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{file} is not to be had as a certificate: {problem.Message}");
        }
    }

    private static async Task<int> RunAsync(string path, DeviceDescription device, string? ca, bool byPolicy, TextWriter output, CancellationToken cancel)
    {
        if (DeviceSetup.Problem(device) is { } problem)
        {
            throw new CommandException(problem);
        }

        var store = new FileTrustedStore(path);
        using var hold = await DeviceSession.LockAsync(store, cancel);
        if (store.Exists)
        {
            throw new CommandException($"{path} already holds a device; use another file, or remove it to start anew");
        }

        using var root = ca is null ? null : ReadRoot(ca);
        store.Save(DeviceSetup.Make(device, root, byPolicy));
        await output.WriteLineAsync($"UDI: PID:{device.Pid},SN:{device.Sn}");
        return ExitCode.Done;
    }
}
