using Microsoft.EntityFrameworkCore;
using Purser.Protocol;
using Purser.Protocol.Usage;
using Purser.Server.Accounts;
using Purser.Server.Audit;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Devices;
using Purser.Server.Devices.Instances;
using Purser.Server.Http;
using Purser.Server.Licenses;
using Purser.Server.Pki;
using Purser.Server.Store;
using Purser.Server.Usage;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Usage;

/// <summary>An account with the virtual accounts A, B … and a product whose devices report what they use of Advantage and Essentials.</summary>
internal sealed class ReportingWorld : IAsyncDisposable
{
    public static readonly Udi Switch = new("C9300-24UX", "FCW00001");

    private readonly Dictionary<string, string> tags = [];

    private ReportingWorld(TestInstallation installation, TestStock stock) => (Installation, Stock) = (installation, stock);

    public TestInstallation Installation { get; }

    public TestStock Stock { get; }

    public string SoftwareTag { get; private set; } = "";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<ReportingWorld> StartAsync(Engine engine)
    {
        var installation = await TestInstallation.StartAsync(engine);
        var world = new ReportingWorld(installation, await TestStock.MakeAsync(installation));
        await installation.Get<ApplyCatalog>().HandleAsync(Actor.System, new CatalogDraft { Products = [new ProductDraft("Switch") { Pids = "C9300-*" }] }, cancellation: Stop);
        var catalog = await installation.Get<CatalogCache>().CurrentAsync(Stop);
        world.SoftwareTag = catalog.FindProduct("Switch")!.Tag;
        foreach (var license in catalog.Entitlements)
        {
            world.tags.Add(license.Name, license.Tag);
        }

        return world;
    }

    public string TagOf(string license) => tags[license];

    public async Task AddLicensesAsync(params EntitlementDraft[] drafts)
    {
        await Installation.Get<ApplyCatalog>().HandleAsync(Actor.System, new CatalogDraft { Entitlements = [.. drafts] }, cancellation: Stop);
        foreach (var license in (await Installation.Get<CatalogCache>().CurrentAsync(Stop)).Entitlements)
        {
            tags[license.Name] = license.Tag;
        }
    }

    public async Task PermitExportAsync(bool isPermitted)
    {
        var input = new EditAccount.Input { ExportPermitted = isPermitted };
        Assert.True((await Installation.Get<EditAccount>().HandleAsync(new Command(EditAccount.Name, Actor.System, input) { Accounts = [Stock.Account.Id] }, input, Stop)).IsOk);
    }

    /// <summary>The switch, registered, with so many of Advantage in use.</summary>
    public async Task<long> RegisteredAsync(long quantity)
    {
        var id = await Stock.UseAsync("A", quantity);
        var product = (await Installation.Get<CatalogCache>().CurrentAsync(Stop)).FindProduct("Switch")!;
        return (await Stock.RunAsync<long>(async scope =>
        {
            var device = await scope.Db.Devices.FirstAsync(row => row.Id == id, Stop);
            await scope.Db.DeviceDirectory.Where(row => row.DeviceId == id).ExecuteDeleteAsync(Stop);
            (device.ProductId, device.UdiPid, device.UdiSerialNumber) = (product.Id, Switch.Pid, Switch.Sn);
            scope.Db.DeviceDirectory.Add(new DeviceDirectory { Udi = Switch.Key, ProductId = product.Id, Piid = device.Piid, AccountId = Stock.Account.Id, DeviceId = id });
            scope.Db.IdentityCertificates.Add(new IdentityCertificate
            {
                Serial = "11", AccountId = Stock.Account.Id, DeviceId = id, Piid = device.Piid, IssuingKeyId = 1, State = CertificateState.Issued, ContentHash = new byte[32],
                NotBefore = scope.Now, NotAfter = scope.Now.AddDays(365),
            });
            return id;
        })).Value;
    }

    /// <summary>"03-10 → 4": a count from one day of 2026 to another.</summary>
    public UsageReport Report(ulong id, string from, string to, long count, string license = "Advantage", Udi? udi = null) => new(
        UsageReport.Version2, id, SoftwareTag, udi ?? Switch, tags[license], "17.09.02", [new Measurement(Day(from), Day(from), Day(to), count)]);

    public Task<ReportReceipt> SendAsync(params UsageReport[] reports) => SendAsync("A", [.. reports.Select(report => SealedReport.SealBuiltin(report).Write())]);

    public async Task<ReportReceipt> SendAsync(string place, IReadOnlyList<string> reports)
    {
        var done = await TrySendAsync(place, reports);
        Assert.True(done.IsOk, done.Refusal?.Detail);
        return done.Value;
    }

    public async Task<Verdict<ReportReceipt>> TrySendAsync(string place, IReadOnlyList<string> reports, Actor? actor = null, long? account = null) =>
        await Installation.Get<ReceiveReports>().HandleAsync(
            new Command(ReceiveReports.Name, actor ?? Actor.System, new { }) { Accounts = [account ?? Stock.Account.Id] }, account is null ? await Stock.PlaceAsync(place) : null, ReportSource.Api, reports, cancellation: Stop);

    /// <summary>The clock goes on to a day of 2026.</summary>
    public void At(string day) => Installation.Advance(Day(day) - Installation.Clock.Now);

    public async Task<long> InUseAsync(string place = "A", string license = "Advantage") => (await Stock.PoolAsync(place, license)).InUse;

    public async Task RemoveAsync(long device, string place = "A")
    {
        var input = new RemoveDevices.Input(await Stock.PlaceAsync(place), [device]);
        Assert.True((await Installation.Get<RemoveDevices>().HandleAsync(new Command(RemoveDevices.Name, Actor.System, input) { Accounts = [Stock.Account.Id] }, input, Stop)).IsOk);
    }

    /// <summary>What was in use on a past day.</summary>
    public async Task<long> AsOfAsync(string day, string place = "A")
    {
        var past = await Installation.Get<PastFigures>().ReadAsync(Stock.Account.Id, $"2026-{day}", Stop);
        var page = await Installation.Get<ListLicenses>().HandleAsync(
            Actor.System, Stock.Account.Id, await Stock.PlaceAsync(place), new LicenseFilter { Past = past.Value }, new PageRequest(), Stop);
        return page.Items.SingleOrDefault(row => row.License == "Advantage")?.InUse ?? 0;
    }

    /// <summary>The switch registers online.</summary>
    public Task RegisterAgainAsync() => Stock.RunAsync<long>(async scope =>
    {
        var device = await scope.Db.Devices.SingleAsync(Stop);
        (device.Mode, device.RegisteredAt) = (DeviceMode.Direct, scope.Now);
        return device.Id;
    });

    /// <summary>The switch reserves, and reports what is beyond.</summary>
    public async Task ReservingAsync()
    {
        var place = await Stock.PlaceAsync("A");
        var product = (await Installation.Get<CatalogCache>().CurrentAsync(Stop)).FindProduct("Switch")!;
        await Stock.RunAsync<long>(scope => Task.FromResult<Verdict<long>>(UnregisteredDevice.Add(scope, Stock.Account.Id, place, product.Id, Switch, DeviceMode.Reserved).Id));
    }

    public async Task AssertCleanAsync()
    {
        var report = await Installation.Get<AuditBook>().HandleAsync(Stop);
        Assert.True(report.IsClean, string.Join('\n', report.Findings));
    }

    public static DateTimeOffset Day(string text) => DateTimeOffset.Parse($"2026-{text} 00:00Z", System.Globalization.CultureInfo.InvariantCulture);

    public ValueTask DisposeAsync() => Installation.DisposeAsync();
}
