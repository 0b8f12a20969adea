using Microsoft.EntityFrameworkCore;
using Purser.Server.Audit;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Licenses;
using Purser.Server.Reservations;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Licenses;

/// <summary>Licenses that are reporting only: always as many purchased as in use or reserved (help ch. 1; domain rules 2.4).</summary>
[Trait("Feature", "LI-01")]
public sealed class ReportingOnlyTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task Purchased_follows_what_is_used_and_reserved(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var stock = await StockAsync(installation);
        var first = await stock.UseAsync("A", 4, "Base");
        Assert.Equal("4 | 4 | 0", await stock.RowAsync("A", "Base"));
        await ReserveAsync(stock, 6);
        Assert.Equal("10 | 4 (6) | 0", await stock.RowAsync("A", "Base"));

        // Lowered, it is free at once; nothing is in transition.
        await ReserveAsync(stock, -4);
        Assert.Equal("6 | 4 (2) | 0", await stock.RowAsync("A", "Base"));
        await ReserveAsync(stock, -2);
        Assert.Equal("4 | 4 | 0", await stock.RowAsync("A", "Base"));
        Assert.Empty(await stock.AlertsAsync("A"));

        var line = Assert.Single((await installation.Get<ListLicenseLines>().HandleAsync(
            Actor.System, stock.Account.Id, await stock.PlaceAsync("A"), await stock.LicenseAsync("Base"), LineFilter.None, new(), Stop)).Items);
        Assert.Equal((LineSource.DeviceRequest, 4L, first), (line.Source, line.Quantity, line.Id));
        await stock.RunAsync<Done>(async scope =>
        {
            await scope.Ledger(stock.Account.Id).ReleaseUsesAsync(first, keepDemand: false);
            return Verdict.Done;
        });
        Assert.Null(await installation.Get<ListLicenses>().FindAsync(Actor.System, stock.Account.Id, await stock.PlaceAsync("A"), await stock.LicenseAsync("Base"), Stop));
        await AssertCleanAsync(installation);
    }

    [Theory, Engines]
    public async Task It_is_neither_transferred_nor_added_nor_ordered(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var stock = await StockAsync(installation);
        await stock.UseAsync("A", 4, "Base");
        var (a, b) = (await stock.PlaceAsync("A"), await stock.PlaceAsync("B"));
        using var api = await installation.People.ApiAsync(stock.Account);
        var moved = await api.PostJsonAsync($"{stock.Account.Api}/virtual-accounts/{a}/licenses/transfer", new { direction = "To", otherVirtualAccountId = b, rows = new[] { new { license = "Base", quantity = 1 } } });
        Assert.Equal("not-enough-available", moved.Code);
        using var operatorApi = await installation.People.OperatorApiAsync();
        var added = await operatorApi.PostJsonAsync($"{stock.Account.Api}/virtual-accounts/{a}/licenses", new { license = "Base", quantity = 1, type = "Perpetual", notes = "by hand" });
        Assert.Contains("reporting only", added.Detail, StringComparison.Ordinal);
        var sku = await installation.Get<ApplyCatalog>().HandleAsync(Actor.System, new CatalogDraft { Skus = [new SkuDraft("X", Lines: [new SkuLineDraft("Base")])] }, cancellation: Stop);
        Assert.Contains("cannot be ordered", sku.Refusal!.Detail, StringComparison.Ordinal);
        var changed = await installation.Get<ApplyCatalog>().HandleAsync(
            Actor.System, new CatalogDraft { Entitlements = [new EntitlementDraft("Base") { IsReportingOnly = false }] }, cancellation: Stop);
        Assert.Contains("decided when it was made", changed.Refusal!.Detail, StringComparison.Ordinal);
    }

    private static async Task<TestStock> StockAsync(TestInstallation installation)
    {
        var stock = await TestStock.MakeAsync(installation);
        await installation.Get<ApplyCatalog>().HandleAsync(Actor.System, new CatalogDraft { Entitlements = [new EntitlementDraft("Base") { IsReportingOnly = true }] }, cancellation: Stop);
        return stock;
    }

    /// <summary>A device's reservation of a license that is reporting only is bound to no line: it counts as uncovered.</summary>
    private static Task ReserveAsync(TestStock stock, long difference) => stock.RunAsync<Done>(async scope =>
    {
        var (place, license) = (await stock.PlaceAsync("A"), await stock.LicenseAsync("Base"));
        (await scope.Ledger(stock.Account.Id).PoolAsync(new PoolKey(place, license))).Uncovered += difference;
        var units = await scope.Db.ReservedUnits.FirstOrDefaultAsync(row => row.AccountId == stock.Account.Id && row.EntitlementId == license, Stop);
        if (units is null)
        {
            units = new ReservedUnits { AccountId = stock.Account.Id, DeviceId = TestDevices.Add(scope, stock.Account.Id, place).Id, EntitlementId = license, VirtualAccountId = place };
            scope.Db.ReservedUnits.Add(units);
        }

        units.Uncovered += difference;
        return Verdict.Done;
    });

    private static async Task AssertCleanAsync(TestInstallation installation)
    {
        var report = await installation.Get<AuditBook>().HandleAsync(Stop);
        Assert.True(report.IsClean, string.Join('\n', report.Findings));
    }
}
