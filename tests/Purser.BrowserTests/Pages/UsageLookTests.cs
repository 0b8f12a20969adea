using System.Globalization;
using Purser.BrowserTests.Support;
using Purser.Protocol;
using Purser.Protocol.Authorizations;
using Purser.Protocol.Bundles;
using Purser.Protocol.Usage;
using Purser.Server.Accounts;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Licenses;
using Purser.Server.Usage;
using Purser.Server.Usage.Authorizations;
using Purser.Server.Usage.Bundles;
using Purser.Tests.Infrastructure;
using static Microsoft.Playwright.Assertions;

namespace Purser.BrowserTests.Pages;

/// <summary>The pages of licensing by policy, light and dark, wide and narrow: accessible, within the content policy, and pictured for people to look at.</summary>
public sealed class UsageLookTests(Browser browser, PagesHost host)
{
    private static readonly Udi Router = new("BR-1100", "FOC2611AAAA");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private Command Command(string name) => new(name, Actor.System, new { }) { Accounts = [host.Estate.Account.Id] };

    [Fact]
    public async Task Pages_are_accessible_and_break_no_policy()
    {
        var device = await ReportAsync();
        var bundle = await BundleAsync();
        var operators = await host.Installation.People.OperatorAsync();
        var oslo = $"{host.Estate.Root}/inventory/{host.Estate.Oslo.ToString(CultureInfo.InvariantCulture)}";
        var details = $"{host.Estate.Root}/inventory?va={host.Estate.Oslo}&tab=devices&alerts=none&device={device}";
        var ports = (await host.Installation.Get<CatalogCache>().CurrentAsync(Stop)).FindEntitlement("Voice ports")!.Id;
        var billed = $"{host.Estate.Root}/inventory?va={host.Estate.Oslo}&tab=licenses&alerts=none&license={ports}&byUsage=1";
        foreach (var (name, address, actor) in new[]
        {
            ("usage-upload", $"{oslo}/usage-reports", host.Estate.Administrator),
            ("usage-bundles", $"{oslo}/usage-bundles", host.Estate.Administrator),
            ("usage-bills", $"{oslo}/usage-bills", host.Estate.Administrator),
            ("usage-bills-refused", $"{oslo}/usage-bills?month=2031-13", host.Estate.Administrator),
            ("usage-bills-none", $"{host.Estate.Root}/inventory/{host.Estate.Warehouse.ToString(CultureInfo.InvariantCulture)}/usage-bills", host.Estate.Administrator),
            ("usage-billed-license", billed, host.Estate.Administrator),
            ("usage-billed-devices", $"{billed}&view=devices", host.Estate.Administrator),
            ("usage-billed-chart", $"{billed}&view=usage", host.Estate.Administrator),
            ("usage-bundle", $"{oslo}/usage-bundles/{bundle}", host.Estate.Administrator),
            ("usage-trust", $"{oslo}/trust-requests", host.Estate.Administrator),
            ("usage-authorize", $"{oslo}/authorization-requests", host.Estate.Administrator),
            ("usage-device", details, host.Estate.Administrator),
            ("usage-reports-of-device", $"{details}&view=reports", host.Estate.Administrator),
            ("usage-report", $"{oslo}/devices/{device}/usage-reports/1", host.Estate.Administrator),
            ("usage-confirm-code", $"{oslo}/devices/{device}/authorization-code/confirm", host.Estate.Administrator),
            ("usage-return-code", $"{oslo}/devices/{device}/authorization-code/return", host.Estate.Administrator),
            ("usage-policy", "/operator/usage-policy", operators),
            ("usage-policy-of-account", $"/operator/accounts/{host.Estate.Account.Domain}/usage-policy", operators),
        })
        {
            await using var visit = await host.VisitAsync(browser, actor);
            await visit.Page.GotoAsync(address);
            await visit.LookAsync($"page-{name}", [(false, 1280), (true, 400)]);
            visit.AssertNoComplaints();
        }
    }

    [Fact]
    public async Task The_operator_chooses_a_policy_and_a_number_that_is_none_is_refused_where_it_stands()
    {
        await using var visit = await host.VisitAsync(browser, await host.Installation.People.OperatorAsync());
        var page = visit.Page;
        await page.GotoAsync($"/operator/accounts/{host.Estate.NewAccount.Domain}/usage-policy");
        await page.GetByLabel("Policy name").FillAsync("Quarterly");
        await page.GetByLabel("Unenforced, perpetual: reporting frequency").FillAsync("90");
        await page.GetByLabel("Enforced: first report").FillAsync("9999");
        await page.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "Save Policy" }).ClickAsync();
        await Expect(page.GetByText("Enter whole numbers of days")).ToBeVisibleAsync();
        await Expect(page.GetByLabel("Policy name")).ToHaveValueAsync("Quarterly");
        await page.GetByLabel("Enforced: first report").FillAsync("30");
        await page.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "Save Policy" }).ClickAsync();
        await Expect(page.GetByText("The policy is saved.")).ToBeVisibleAsync();

        await page.GotoAsync($"/operator/accounts/{host.Estate.NewAccount.Domain}/usage-policy");
        await page.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "Use the policy for all" }).ClickAsync();
        await Expect(page.GetByText("The policy was taken away.")).ToBeVisibleAsync();
    }

    /// <summary>A collector's bundle with a file that is counted and one that is none.</summary>
    private async Task<long> BundleAsync()
    {
        var installation = host.Installation;
        var catalog = await installation.Get<CatalogCache>().CurrentAsync(Stop);
        var now = installation.Clock.Now;
        var report = new UsageReport(
            UsageReport.Version2, 2, catalog.FindProduct("Branch Router")!.Tag, Router, catalog.FindEntitlement("Network Essentials, 48 ports")!.Tag, "17.09.02",
            [new Measurement(now.AddDays(-1), now.AddDays(-1), now, 3)]);
        var file = new ReportFile([SealedReport.SealBuiltin(report).Write()]).Write();
        var bundle = new Bundle(BundleKind.Usage, "collector-1", BundleAccount.None,
        [
            new("UD_VA_1.tar.gz", BundleAccount.None, [new("dev_1_26Nov23.txt", file), new("dev_2_26Nov23.txt", "hello")]),
            new("UD_VA_2.tar.gz", new BundleAccount("Closed plant", ""), [new("dev_3_26Nov23.txt", file)]),
        ]);
        var started = await installation.Get<StartBundle>().HandleAsync(Command(StartBundle.Name), host.Estate.Oslo, bundle.Write(), Stop);
        await installation.Get<CarryOutBundles>().RunAsync(Stop);
        return started.Value.Id;
    }

    /// <summary>A router in Oslo that reports, and asked for an authorization code.</summary>
    private async Task<long> ReportAsync()
    {
        var installation = host.Installation;
        await installation.Get<ApplyCatalog>().HandleAsync(Actor.System, new CatalogDraft
        {
            Products = [new ProductDraft("Branch Router") { Pids = "BR-*" }], Entitlements = [new EntitlementDraft("Line encryption") { Enforcement = Enforcement.Enforced }, new EntitlementDraft("Voice ports")],
        }, cancellation: Stop);
        var catalog = await installation.Get<CatalogCache>().CurrentAsync(Stop);
        var (product, encryption) = (catalog.FindProduct("Branch Router")!, catalog.FindEntitlement("Line encryption")!);
        await host.Estate.Rows.DepositAsync(host.Estate.Oslo, encryption.Id, 5);
        var now = installation.Clock.Now;
        var report = new UsageReport(
            UsageReport.Version2, 1, product.Tag, Router, catalog.FindEntitlement("Network Essentials, 48 ports")!.Tag, "17.09.02", [new Measurement(now.AddDays(-9), now.AddDays(-9), now.AddDays(-1), 3)]);
        var ports = catalog.FindEntitlement("Voice ports")!;
        await installation.WritePath.RunAsync<Done>(Command("test"), async scope =>
        {
            await new UsageBook(scope, host.Estate.Account.Id).AddAsync(new LineDraft(ports.Id, 1, LicenseTerms.Perpetual, LineSource.Order) { SubscriptionId = "Sub-VOICE-1" }, host.Estate.Oslo);
            return Verdict.Done;
        }, Stop);
        var byUsage = report with { Id = 3, EntitlementTag = ports.Tag, Measurements = [new Measurement(now.AddMinutes(-1), now.AddMinutes(-1), now, 24)] };
        var received = await installation.Get<ReceiveReports>().HandleAsync(
            Command(ReceiveReports.Name), host.Estate.Oslo, ReportSource.Upload, [SealedReport.SealBuiltin(report).Write(), SealedReport.SealBuiltin(byUsage).Write()], cancellation: Stop);
        var input = new AuthorizeDevices.Input(host.Estate.Oslo, [new AuthorizationRequest(Router, [new AskedAuthorization(encryption.Tag, 2)], product.Tag)]);
        Assert.True((await installation.Get<AuthorizeDevices>().HandleAsync(Command(AuthorizeDevices.Name), input, Stop)).Value.ProductInstances[0].IsDone);
        return received.Value.ProductInstances[0].DeviceId!.Value;
    }
}
