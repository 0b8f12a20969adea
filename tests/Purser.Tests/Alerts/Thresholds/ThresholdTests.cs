using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Alerts;
using Purser.Server.Alerts.Thresholds;
using Purser.Server.Licenses;
using Purser.Server.People;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Alerts.Thresholds;

/// <summary>An alert long before a license runs short (AL-04).</summary>
[Trait("Feature", "AL-04")]
public sealed class ThresholdTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(10, 7, 0, 80, null, false)]
    [InlineData(10, 8, 0, 80, null, true)]
    [InlineData(10, 5, 3, 80, null, true)] // reserved counts too
    [InlineData(3, 2, 0, 67, null, false)] // 66.7 %
    [InlineData(0, 1, 0, 100, null, true)]
    [InlineData(0, 0, 0, 1, null, false)]
    [InlineData(10, 5, 0, null, 5L, false)]
    [InlineData(10, 6, 0, null, 5L, true)]
    [InlineData(10, 12, 0, null, 1L, true)]
    [InlineData(10, 10, 0, null, null, false)]
    public void A_threshold_is_reached_by_share_or_by_what_is_left(long purchased, long inUse, long firm, int? percent, long? fewerThan, bool reached) =>
        Assert.Equal(reached, ThresholdRules.IsReached(new Pool { Purchased = purchased, InUse = inUse, Firm = firm, WarnAtPercent = percent, WarnBelow = fewerThan }));

    [Theory, Engines]
    public async Task The_alert_comes_with_the_use_stays_dismissed_and_returns_after_the_use_was_below(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine, adjust: TestActors.Allow);
        var stock = await TestStock.MakeAsync(installation);
        await stock.DepositAsync("A", 10);
        await stock.UseAsync("A", 7);
        var (place, license) = (await stock.PlaceAsync("A"), await stock.LicenseAsync());
        var address = $"/api/v1/accounts/{stock.Account.Id}/virtual-accounts/{place}/licenses/{license}/threshold";
        var person = TestActors.As(installation.NewClient(), TestActors.Person(stock.Account.Id, Role.VirtualAccountUser, place));

        Assert.Equal(HttpStatusCode.OK, (await person.PutAsJsonAsync(address, new { percent = 80, fewerThan = (long?)null }, Stop)).StatusCode);
        Assert.Equal(80, (await person.GetFromJsonAsync<JsonElement>(address, Stop)).GetProperty("percent").GetInt32());
        Assert.Empty(await OpenAsync(installation, stock.Account.Id));

        await ChangeAsync(stock, place, license, 1);
        var alert = Assert.Single(await OpenAsync(installation, stock.Account.Id));
        Assert.Equal(AlertTexts.Threshold("A", "Advantage", "in use reaches 80 %"), alert.Message);
        Assert.Equal((AlertLevel.Minor, place, license), (alert.Level, alert.VirtualAccountId, alert.EntitlementId));

        // Dismissed, it stays away while the use goes on above the threshold.
        var dismissed = await person.PostAsync($"/api/v1/accounts/{stock.Account.Id}/alerts/{alert.Id}/dismiss", null, Stop);
        Assert.Equal(HttpStatusCode.OK, dismissed.StatusCode);
        await ChangeAsync(stock, place, license, 1);
        Assert.Empty(await OpenAsync(installation, stock.Account.Id));
        await ChangeAsync(stock, place, license, -2);
        await ChangeAsync(stock, place, license, 1);
        Assert.Single(await OpenAsync(installation, stock.Account.Id));

        // More licenses end it, and so does removing the threshold.
        await stock.DepositAsync("A", 10);
        Assert.Empty(await OpenAsync(installation, stock.Account.Id));
        await person.PutAsJsonAsync(address, new { percent = (int?)null, fewerThan = 13 }, Stop);
        Assert.Single(await OpenAsync(installation, stock.Account.Id));
        await person.PutAsJsonAsync(address, new { percent = (int?)null, fewerThan = (long?)null }, Stop);
        Assert.Empty(await OpenAsync(installation, stock.Account.Id));
    }

    [Theory, Engines]
    public async Task What_makes_no_sense_is_refused_with_its_field_and_who_only_reads_changes_nothing(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine, adjust: TestActors.Allow);
        var stock = await TestStock.MakeAsync(installation);
        await stock.DepositAsync("A", 10);
        var (place, license) = (await stock.PlaceAsync("A"), await stock.LicenseAsync());
        var address = $"/api/v1/accounts/{stock.Account.Id}/virtual-accounts/{place}/licenses/{license}/threshold";
        var person = TestActors.As(installation.NewClient(), TestActors.Person(stock.Account.Id, Role.SmartAccountUser));
        foreach (var body in new object[] { new { percent = 0 }, new { percent = 101 }, new { fewerThan = 0 }, new { fewerThan = 2_000_000_000 } })
        {
            Assert.Equal(HttpStatusCode.UnprocessableEntity, (await person.PutAsJsonAsync(address, body, Stop)).StatusCode);
        }

        Assert.Equal(HttpStatusCode.NotFound, (await person.PutAsJsonAsync(address.Replace($"/{license}/", "/424242/", StringComparison.Ordinal), new { percent = 50 }, Stop)).StatusCode);
        var viewer = TestActors.As(installation.NewClient(), TestActors.Person(stock.Account.Id, Role.SmartAccountViewer));
        Assert.Equal(HttpStatusCode.Forbidden, (await viewer.PutAsJsonAsync(address, new { percent = 50 }, Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await viewer.GetAsync(address, Stop)).StatusCode);
    }

    private static Task ChangeAsync(TestStock stock, long place, long license, long difference) => stock.RunAsync<Server.Commands.Done>(async scope =>
    {
        await scope.Ledger(stock.Account.Id).ChangeUseAsync(new PoolKey(place, license), difference);
        return Server.Commands.Verdict.Done;
    });

    private static async Task<List<Alert>> OpenAsync(TestInstallation installation, long account)
    {
        await using var db = installation.Database.Read(account);
        return await db.Alerts.Where(alert => alert.AccountId == account && alert.Kind == AlertKind.LicenseThreshold && alert.State == AlertState.Open).ToListAsync(Stop);
    }
}
