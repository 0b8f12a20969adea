using System.Globalization;
using System.Net;
using Purser.Server.Audit;
using Purser.Server.Commands;
using Purser.Server.Licenses;
using Purser.Server.People;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Licenses;

/// <summary>A transfer is taken back, as far as what it moved is still free (domain rules 4.8).</summary>
[Trait("Feature", "LI-05"), Trait("Feature", "LI-15")]
public sealed class UndoTransferTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task What_is_still_free_goes_back_line_by_line_and_once(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var stock = await StockAsync(installation);
        var transaction = await TransferAsync(installation, stock, 7);
        Assert.Equal(["3 | 0 | +3", "7 | 0 | +7"], [await stock.RowAsync("A"), await stock.RowAsync("B")]);
        using var api = await installation.People.ApiAsync(stock.Account);
        var preview = (await api.GetJsonAsync(Path(stock, transaction))).Json;
        Assert.Equal((7, 7), (preview.GetProperty("moved").GetInt32(), preview.GetProperty("possible").GetInt32()));

        var undone = await api.PostJsonAsync(Path(stock, transaction), new { });
        Assert.Equal((HttpStatusCode.OK, 7), (undone.Status, undone.Json.GetProperty("returned").GetInt32()));
        Assert.Equal(["10 | 0 | +10", "0 | 0 | 0"], [await stock.RowAsync("A"), await stock.RowAsync("B")]);
        Assert.Contains("7 Advantage licenses were transferred from the Virtual Account \"B\" to the Virtual Account \"A\".", await stock.EventsAsync());
        Assert.Contains("undone already", (await api.PostJsonAsync(Path(stock, transaction), new { })).Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await api.PostJsonAsync(Path(stock, undone.Json.GetProperty("transactionId").GetInt64()), new { })).Status);
        await AssertCleanAsync(installation);
    }

    [Theory, Engines]
    public async Task What_is_used_over_there_by_then_stays_and_the_part_is_offered(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var stock = await StockAsync(installation);
        var transaction = await TransferAsync(installation, stock, 7);
        await stock.UseAsync("B", 5);
        using var api = await installation.People.ApiAsync(stock.Account);
        var refused = await api.PostJsonAsync(Path(stock, transaction), new { });
        Assert.Equal("not-enough-available", refused.Code);
        Assert.Contains("2 of the 7 licenses can go back", refused.Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal("7 | 5 | +2", await stock.RowAsync("B"));

        Assert.Equal(2, (await api.PostJsonAsync(Path(stock, transaction), new { quantity = 2 })).Json.GetProperty("returned").GetInt32());
        Assert.Equal(["5 | 0 | +5", "5 | 5 | 0"], [await stock.RowAsync("A"), await stock.RowAsync("B")]);
        await AssertCleanAsync(installation);
    }

    [Theory, Engines]
    public async Task Nothing_goes_back_when_everything_is_used_over_there_and_the_refusal_says_so(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var stock = await StockAsync(installation);
        var transaction = await TransferAsync(installation, stock, 7);
        await stock.UseAsync("B", 7);
        using var api = await installation.People.ApiAsync(stock.Account);
        var refused = await api.PostJsonAsync(Path(stock, transaction), new { });
        Assert.Equal(
            "None of the 7 licenses can go back: they are in use or reserved where they are now, or have left it.", refused.Json.GetProperty("detail").GetString());
        Assert.Equal("7 | 7 | 0", await stock.RowAsync("B"));
    }

    [Theory, Engines]
    public async Task It_is_too_late_after_some_days_and_needs_the_rights_on_both_sides(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var stock = await StockAsync(installation);
        var transaction = await TransferAsync(installation, stock, 7);
        using var stranger = await installation.People.ApiAsync(stock.Account, Role.VirtualAccountUser, await stock.PlaceAsync("B"));
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.PostJsonAsync(Path(stock, transaction), new { })).Status);
        using var half = await installation.People.ApiAsync(stock.Account, Role.VirtualAccountUser, await stock.PlaceAsync("A"));
        Assert.Equal(HttpStatusCode.NotFound, (await half.PostJsonAsync(Path(stock, transaction), new { })).Status);

        using var api = await installation.People.ApiAsync(stock.Account);
        installation.Advance(TimeSpan.FromHours(73));
        Assert.Contains("can be undone for 72 hours", (await api.PostJsonAsync(Path(stock, transaction), new { })).Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal("7 | 0 | +7", await stock.RowAsync("B"));
    }

    [Theory, Engines]
    public async Task Tags_that_went_along_come_back_along(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var stock = await StockAsync(installation);
        var (a, b) = (await stock.PlaceAsync("A"), await stock.PlaceAsync("B"));
        using var api = await installation.People.ApiAsync(stock.Account);
        var license = await stock.LicenseAsync();
        await api.PostJsonAsync($"{stock.Account.Api}/virtual-accounts/{a}/license-tags/add", new { licenses = new[] { license }, newTags = new[] { "core" } });
        Assert.Equal("core", Assert.Single(await TagsAsync(a)));
        var transaction = await TransferAsync(installation, stock, 10, tagsTravel: true);
        Assert.Empty(await TagsAsync(a));
        Assert.Equal("core", Assert.Single(await TagsAsync(b)));

        Assert.Equal(HttpStatusCode.OK, (await api.PostJsonAsync(Path(stock, transaction), new { })).Status);
        Assert.Equal("core", Assert.Single(await TagsAsync(a)));
        Assert.Empty(await TagsAsync(b));

        async Task<IReadOnlyList<string>> TagsAsync(long place) =>
            (await installation.Get<ListLicenses>().FindAsync(Actor.System, stock.Account.Id, place, license, Stop))?.Tags ?? [];
    }

    [Theory, Engines]
    public async Task A_part_is_never_more_than_was_moved_nor_more_than_is_free(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var stock = await StockAsync(installation);
        var transaction = await TransferAsync(installation, stock, 7);
        using var api = await installation.People.ApiAsync(stock.Account);
        foreach (var wrong in new[] { 0, -1, 8 })
        {
            Assert.Equal("invalid-input", (await api.PostJsonAsync(Path(stock, transaction), new { quantity = wrong })).Code);
        }

        // The preview offered 5; somebody used three of them since.
        await stock.UseAsync("B", 5);
        Assert.Equal("not-enough-available", (await api.PostJsonAsync(Path(stock, transaction), new { quantity = 5 })).Code);
        Assert.Equal(["3 | 0 | +3", "7 | 5 | +2"], [await stock.RowAsync("A"), await stock.RowAsync("B")]);
    }

    private static string Path(TestStock stock, long transaction) => string.Create(CultureInfo.InvariantCulture, $"{stock.Account.Api}/transactions/{transaction}/undo");

    /// <summary>4 and 6 in A.</summary>
    private static async Task<TestStock> StockAsync(TestInstallation installation)
    {
        var stock = await TestStock.MakeAsync(installation);
        await stock.DepositAsync("A", 4);
        await stock.DepositAsync("A", 6);
        return stock;
    }

    private static async Task<long> TransferAsync(TestInstallation installation, TestStock stock, long quantity, bool tagsTravel = false)
    {
        var input = new TransferLicenses.Input(await stock.PlaceAsync("A"), await stock.PlaceAsync("B"), [new("Advantage", quantity)]) { TagsTravel = tagsTravel };
        return (await installation.Get<TransferLicenses>().HandleAsync(new Command(TransferLicenses.Name, Actor.System, input) { Accounts = [stock.Account.Id] }, input, Stop)).Value.TransactionId;
    }

    private static async Task AssertCleanAsync(TestInstallation installation)
    {
        var report = await installation.Get<AuditBook>().HandleAsync(Stop);
        Assert.True(report.IsClean, string.Join('\n', report.Findings));
    }
}
