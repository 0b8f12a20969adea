using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Alerts;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Alerts;

/// <summary>An account with very many alerts, written past the rules: nothing reads or changes all of them at once.</summary>
[Trait("Feature", "AL-03")]
public sealed class ManyAlertsTests
{
    private const int Many = 20_000;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task Pages_badges_promotion_and_dismissal_stay_bounded(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var account = await installation.People.AccountAsync();
        var place = await FillAsync(installation, account.Id);
        var owner = await installation.People.PersonAsync(account, Role.SmartAccountAdministrator);
        using var api = await installation.People.ApiAsync(account);

        // A page in the middle is a page; the count stops where counting would take long.
        var list = installation.Get<ListAlerts>();
        var page = await list.HandleAsync(owner, account.Id, place, new AlertFilter(), new PageRequest(Limit: 50), Stop);
        Assert.Equal((50, 10_000, true), (page.Items.Count, (int)page.Total!.Count, page.Total.More));
        var seen = page.Items.Count;
        for (; page.Next is not null && seen < 500; seen += page.Items.Count)
        {
            page = await list.HandleAsync(owner, account.Id, place, new AlertFilter(), new PageRequest(Limit: 50, After: page.Next), Stop);
            Assert.Equal(50, page.Items.Count);
        }

        // Badges say that there are many.
        var html = WebUtility.HtmlDecode(await (await (await FormBrowser.SignedInAsync(installation, owner)).GetAsync($"/accounts/{account.Domain}/alerts")).Content.ReadAsStringAsync(Stop));
        Assert.Contains("999+", html, StringComparison.Ordinal);
        Assert.InRange(html.Split("data-select-row").Length, 20, 201);
        Assert.Equal(Many / 2, (await installation.Get<CountAlerts>().HandleAsync(owner, account.Id, Stop)).Account.Minor);

        // Half of them become major, in pieces, once.
        installation.Advance(TimeSpan.FromDays(2));
        Assert.Equal($"{Many / 2} alerts became major", await installation.Get<PromoteAlerts>().RunAsync(Stop));
        Assert.Equal("0 alerts became major", await installation.Get<PromoteAlerts>().RunAsync(Stop));

        // Dismissed by a filter, a piece at a time; what cannot be dismissed does not stand in the way.
        var (rounds, dismissed) = (0, 0);
        ApiAnswer answer;
        do
        {
            answer = await api.PostJsonAsync($"{account.Api}/alerts/dismiss?level=Major", new { });
            Assert.Equal(HttpStatusCode.OK, answer.Status);
            Assert.InRange(answer.Json.GetProperty("done").GetInt32(), 0, ActOnAlerts.MostAtOnce);
            dismissed += answer.Json.GetProperty("done").GetInt32();
            rounds++;
        }
        while (answer.Json.GetProperty("more").GetBoolean() && rounds < 8);
        Assert.Equal((8, 8 * ActOnAlerts.MostAtOnce), (rounds, dismissed));
        await using var db = installation.Database.Read(account.Id);
        Assert.Equal(Many - dismissed, await db.Alerts.CountAsync(row => row.AccountId == account.Id && row.State == AlertState.Open, Stop));
        Assert.True(await db.Alerts.AnyAsync(row => row.AccountId == account.Id && row.Kind == AlertKind.InsufficientLicenses && row.State == AlertState.Open, Stop));
    }

    [Theory, Engines]
    [Trait("Feature", "AL-02")]
    public async Task Ticked_ones_are_dismissed_or_put_off_and_what_cannot_be_says_why(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var account = await installation.People.AccountAsync();
        await FillAsync(installation, account.Id, 8);
        var browser = await FormBrowser.SignedInAsync(installation, await installation.People.PersonAsync(account, Role.SmartAccountAdministrator));
        using var api = await installation.People.ApiAsync(account);
        var ids = (await api.GetJsonAsync($"{account.Api}/alerts")).Items.ToLookup(row => row.GetProperty("kind").GetString(), row => row.GetProperty("id").GetInt64());
        var (silent, shortage) = (ids["FailedToConnect"].ToList(), ids["InsufficientLicenses"].First());

        var put = await api.PostJsonAsync($"{account.Api}/alerts/remind-later", new { alerts = new[] { silent[0], shortage } });
        Assert.Equal((1, "Conflict"), (put.Json.GetProperty("done").GetInt32(), put.Json.GetProperty("refused")[0].GetProperty("code").GetString()));
        Assert.Equal(7, (await api.GetJsonAsync($"{account.Api}/alerts")).Items.Count);

        var posted = await browser.PostAsync($"/accounts/{account.Domain}/alerts", $"/accounts/{account.Domain}/alerts/dismiss", new() { ["id"] = $"{silent[1]}" });
        Assert.Equal(HttpStatusCode.SeeOther, posted.StatusCode);
        Assert.Equal(6, (await api.GetJsonAsync($"{account.Api}/alerts")).Items.Count);

        Assert.Equal("invalid-input", (await api.PostJsonAsync($"{account.Api}/alerts/dismiss", new { alerts = Enumerable.Range(1, 501) })).Code);
        Assert.Equal("invalid-input", (await api.PostJsonAsync($"{account.Api}/alerts/dismiss?hidden=true", new { alert = silent[0] })).Code);
        Assert.Equal(6, (await api.GetJsonAsync($"{account.Api}/alerts")).Items.Count);
        using var viewer = await installation.People.ApiAsync(account, Role.SmartAccountViewer);
        Assert.Equal("not-allowed", (await viewer.PostJsonAsync($"{account.Api}/alerts/dismiss", new { alerts = silent })).Code);
        var other = await installation.People.AccountAsync("other.example");
        using var stranger = await installation.People.ApiAsync(other);
        var nothing = await stranger.PostJsonAsync($"{other.Api}/alerts/dismiss", new { alerts = silent });
        Assert.Equal((0, "NotFound"), (nothing.Json.GetProperty("done").GetInt32(), nothing.Json.GetProperty("refused")[0].GetProperty("code").GetString()));
    }

    /// <summary>Half of them minor ones of silent product instances, half of them shortages.</summary>
    private static async Task<long> FillAsync(TestInstallation installation, long account, int count = Many)
    {
        var place = (await installation.Database.Read(account).VirtualAccounts.SingleAsync(row => row.AccountId == account && row.IsDefault, Stop)).Id;
        var now = installation.Clock.Now;
        foreach (var part in Enumerable.Range(1, count).Chunk(2_000))
        {
            await installation.Database.WriteAsync(db => db.Alerts.AddRangeAsync(part.Select(number => new Alert
            {
                AccountId = account, Id = 1_000_000 + number, State = AlertState.Open, Subject = $"test:{number}", Message = $"Alert {number}", VirtualAccountId = place, RaisedAt = now,
                Kind = number % 2 == 0 ? AlertKind.FailedToConnect : AlertKind.InsufficientLicenses,
                Level = number % 2 == 0 ? AlertLevel.Minor : AlertLevel.Major,
                DueAt = number % 2 == 0 ? now.AddDays(1) : null,
                DeviceId = number % 2 == 0 ? number : null, EntitlementId = number % 2 == 0 ? null : number,
            }), Stop));
        }

        return place;
    }
}
