using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Purser.Server.Audit;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Pki;
using Purser.Server.Settings;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;
using Purser.Tests.Tidy;

namespace Purser.Tests.Compat;

/// <summary>Real scripts against a real socket: tests/compat, whose scripts know the published API and nothing else.</summary>
[Trait("Feature", "AP-02")]
public sealed class PublishedScriptTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task The_published_calls_work_for_a_script_of_the_standard_library(Engine engine)
    {
        var port = TestPorts.Pair();
        await using var installation = await StartAsync(engine, port);
        await RunAsync("published_api.py", port, await PublishedEstate.MakeAsync(installation));
    }

    [Theory, Engines]
    [Trait("Feature", "RS-01")]
    public async Task A_script_reserves_updates_confirms_and_returns_for_real_devices(Engine engine)
    {
        const string Pid = "C9300-24UX";
        var port = TestPorts.Pair();
        await using var installation = await StartAsync(engine, port);
        var estate = await PublishedEstate.MakeAsync(installation);
        await installation.Get<ApplyCatalog>().HandleAsync(Actor.System, new CatalogDraft { Products = [new ProductDraft("Campus switch") { Pids = Pid }] }, cancellation: Stop);
        await using (var db = installation.Database.Open())
        {
            await db.Accounts.ExecuteUpdateAsync(set => set.SetProperty(row => row.SpecificReservation, true).SetProperty(row => row.UniversalReservation, true), Stop);
        }

        var catalog = await estate.Devices.CatalogAsync();
        await RunAsync(
            "published_reservation.py", port, estate, "--license", catalog.FindEntitlement("Network Advantage")!.Tag, "--product", catalog.FindProduct("Campus switch")!.Tag,
            "--pid", Pid, "--root", await RootAsync(installation), "--purser", Path.Combine(AppContext.BaseDirectory, "purser"));
        await AssertCleanAsync(installation);
    }

    [Theory, Engines]
    [Trait("Feature", "SP-04")]
    public async Task A_script_gets_a_code_reports_usage_and_returns_the_code_for_a_real_device(Engine engine)
    {
        const string Pid = "C8000V";
        var port = TestPorts.Pair();
        await using var installation = await StartAsync(engine, port);
        var estate = await PublishedEstate.MakeAsync(installation);
        await installation.Get<ApplyCatalog>().HandleAsync(
            Actor.System, new CatalogDraft { Products = [new ProductDraft("Router") { Pids = Pid }], Entitlements = [new EntitlementDraft("HSEC") { Enforcement = Enforcement.ExportRestricted }] }, cancellation: Stop);
        await using (var db = installation.Database.Open())
        {
            await db.Accounts.ExecuteUpdateAsync(set => set.SetProperty(row => row.ExportPermitted, true), Stop);
        }

        var catalog = await estate.Devices.CatalogAsync();
        await estate.Devices.DepositAsync(estate.Devices.Default, catalog.FindEntitlement("HSEC")!.Id, 2);

        // The device is a process of its own, and goes by this machine's clock.
        installation.Advance(TimeProvider.System.GetUtcNow() - installation.Clock.Now);
        await RunAsync(
            "published_usage.py", port, estate, "--license", catalog.FindEntitlement("Network Advantage")!.Tag, "--restricted", catalog.FindEntitlement("HSEC")!.Tag,
            "--product", catalog.FindProduct("Router")!.Tag, "--pid", Pid, "--root", await RootAsync(installation), "--purser", Path.Combine(AppContext.BaseDirectory, "purser"));
        await AssertCleanAsync(installation);
    }

    private static async Task<string> RootAsync(TestInstallation installation)
    {
        var root = Path.Combine(installation.Get<PurserSettings>().Store.DataDirectory, "root.cer");
        await File.WriteAllBytesAsync(root, installation.Get<AuthorityKeys>().Current.Root.Certificate.RawData, Stop);
        return root;
    }

    private static async Task AssertCleanAsync(TestInstallation installation)
    {
        var report = await installation.Get<AuditBook>().HandleAsync(Stop);
        Assert.True(report.IsClean, string.Join('\n', report.Findings));
    }

    private static Task<TestInstallation> StartAsync(Engine engine, int port) => TestInstallation.StartAsync(
        engine,
        settings => settings with { Http = settings.Http with { Port = port } },
        builder =>
        {
            builder.Services.RemoveAll<IServer>();
            builder.WebHost.UseKestrel();
        });

    private static async Task RunAsync(string name, int port, PublishedEstate estate, params string[] more)
    {
        string[] arguments = [Path.Combine(SourceTree.Root, "tests", "compat", name), $"http://127.0.0.1:{port}", estate.ClientId, estate.ClientSecret, .. more];
        using var script = Process.Start(new ProcessStartInfo("python3", arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = script.StandardOutput.ReadToEndAsync(Stop);
        var errors = script.StandardError.ReadToEndAsync(Stop);
        await script.WaitForExitAsync(Stop);
        Assert.True(script.ExitCode == 0, $"{await output}\n{await errors}");
        Assert.EndsWith("everything answered as published\n", await output, StringComparison.Ordinal);
    }
}
