using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Alerts;
using Purser.Server.Alerts.Webhooks;
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

        // Put off by a filter, a piece at a time; what cannot be put off does not stand in the way.
        var put = await api.PostJsonAsync($"{account.Api}/alerts/remind-later?level=Major", new { });
        Assert.Equal((ActOnAlerts.MostAtOnce, true), (put.Json.GetProperty("done").GetInt32(), put.Json.GetProperty("more").GetBoolean()));

        // Dismissed by a filter in one statement.
        var answer = await api.PostJsonAsync($"{account.Api}/alerts/dismiss?level=Major&hidden=true", new { });
        Assert.Equal((Many / 2, false), (answer.Json.GetProperty("done").GetInt32(), answer.Json.GetProperty("more").GetBoolean()));
        await using var db = installation.Database.Read(account.Id);
        Assert.Equal(Many / 2, await db.Alerts.CountAsync(row => row.AccountId == account.Id && row.State == AlertState.Open, Stop));
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

    [Theory, Engines]
    [Trait("Feature", "AL-02")]
    public async Task All_that_match_are_dismissed_after_their_number_was_shown_in_few_commands(Engine engine)
    {
        const int All = 3 * ActOnAlerts.MostDismissed;
        await using var installation = await TestInstallation.StartAsync(engine);
        var account = await installation.People.AccountAsync();
        await FillAsync(installation, account.Id, All);
        var browser = await FormBrowser.SignedInAsync(installation, await installation.People.PersonAsync(account, Role.SmartAccountAdministrator));
        var list = $"/accounts/{account.Domain}/alerts";
        var html = WebUtility.HtmlDecode(await (await browser.GetAsync($"{list}?q=alert&details=1")).Content.ReadAsStringAsync(Stop));
        Assert.Contains($"{list}/dismiss-all?q=alert\"", html, StringComparison.Ordinal);

        // The dialog shows what is meant, what stays, and fixes the moment.
        html = WebUtility.HtmlDecode(await (await browser.GetAsync($"{list}/dismiss-all?q=alert")).Content.ReadAsStringAsync(Stop));
        Assert.Contains("30,000 alerts</strong> will be dismissed for everybody in this Smart Account: all that match “alert”", html, StringComparison.Ordinal);
        Assert.Contains("30,000 alerts more match and stay", html, StringComparison.Ordinal);
        var post = html.Split("action=\"").Select(part => part.Split('"')[0]).Single(action => action.StartsWith($"{list}/dismiss-all", StringComparison.Ordinal));
        Assert.Contains("raisedBy=2026-01-10T08", post, StringComparison.Ordinal);
        installation.Advance(TimeSpan.FromMinutes(1));
        await AddAsync(installation, account.Id, [All + 2]);
        await installation.Database.WriteAsync(db => db.InstallationFacts.AddAsync(new InstallationFact { Name = "alerts.syslog", Value = "on" }, Stop).AsTask(), Stop);
        var posted = await browser.PostAsync($"{list}/dismiss-all?q=alert", post, []);
        Assert.Equal((HttpStatusCode.SeeOther, $"{list}?q=alert"), (posted.StatusCode, posted.Headers.Location?.ToString()));

        await using var db = installation.Database.Read(account.Id);
        var open = db.Alerts.Where(row => row.AccountId == account.Id && row.State == AlertState.Open);
        Assert.Equal((All / 2) + 1, await open.CountAsync(Stop));
        Assert.Equal(All + 2, (await open.SingleAsync(row => row.Kind == AlertKind.FailedToConnect, Stop)).DeviceId);
        Assert.Equal(2, await db.AuditEntries.CountAsync(row => row.AccountId == account.Id && row.Command == "alerts.dismiss", Stop));
        Assert.True(await db.Alerts.Where(row => row.State == AlertState.Dismissed).AllAsync(row => row.ClosedAt == installation.Clock.Now && row.ClosedBy != "", Stop));

        // Who listens (here the syslog server) hears of each.
        Assert.Equal(All / 2, await db.AlertChanges.CountAsync(row => row.AccountId == account.Id && row.Change == AlertChangeKind.Closed, Stop));
    }

    [Theory, Engines]
    [Trait("Feature", "AL-02")]
    public async Task Who_may_act_in_one_virtual_account_dismisses_there_alone(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var stock = await TestStock.MakeAsync(installation);
        var (account, other) = (stock.Account, await stock.PlaceAsync("Other"));
        var place = await FillAsync(installation, account.Id, 8);
        await installation.Database.WriteAsync(db => db.Alerts.Where(row => row.DeviceId == 2).ExecuteUpdateAsync(set => set.SetProperty(row => row.VirtualAccountId, (long?)other), Stop), Stop);
        var administrator = await installation.People.PersonAsync(account, Role.VirtualAccountAdministrator, place);
        Assert.Equal(new DismissAll.Figures(3, 4), await installation.Get<DismissAll>().CountAsync(administrator, account.Id, new AlertFilter(), Stop));
        var browser = await FormBrowser.SignedInAsync(installation, administrator);
        var list = $"/accounts/{account.Domain}/alerts";
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.PostAsync($"{list}/dismiss-all", $"{list}/dismiss-all", [])).StatusCode);

        await using var read = installation.Database.Read(account.Id);
        Assert.Equal(2, (await read.Alerts.SingleAsync(row => row.State == AlertState.Open && row.Kind == AlertKind.FailedToConnect, Stop)).DeviceId);
        var viewer = await FormBrowser.SignedInAsync(installation, await installation.People.PersonAsync(account, Role.SmartAccountViewer));
        Assert.Equal(HttpStatusCode.Forbidden, (await viewer.GetAsync($"{list}/dismiss-all")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await viewer.PostAsync(list, $"{list}/dismiss-all", [])).StatusCode);
    }

    [Theory, Engines]
    [Trait("Feature", "AL-02")]
    public async Task Where_dismissing_is_personal_all_that_match_are_hidden_from_one_person(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine, settings => settings with { Alerts = new() { PersonalHide = true } });
        var account = await installation.People.AccountAsync();
        await FillAsync(installation, account.Id, (2 * ActOnAlerts.MostAtOnce) + 4);
        var owner = await installation.People.PersonAsync(account, Role.SmartAccountAdministrator);
        var done = await installation.Get<DismissAll>().HandleAsync(
            new Command("alerts.dismiss", owner, new { }) { Accounts = [account.Id], IdempotencyKey = "once" }, new AlertFilter(Kind: AlertKind.FailedToConnect), Stop);
        Assert.Equal(new DismissAll.Answer(ActOnAlerts.MostAtOnce + 2, More: false), done.Value);
        Assert.Equal(0, (await installation.Get<DismissAll>().CountAsync(owner, account.Id, new AlertFilter(Kind: AlertKind.FailedToConnect), Stop)).Dismissed);
        var colleague = await installation.People.PersonAsync(account, Role.SmartAccountAdministrator);
        Assert.Equal(ActOnAlerts.MostAtOnce + 2, (await installation.Get<DismissAll>().CountAsync(colleague, account.Id, new AlertFilter(), Stop)).Dismissed);
    }

    /// <summary>Half of them minor ones of silent product instances, half of them shortages.</summary>
    private static async Task<long> FillAsync(TestInstallation installation, long account, int count = Many)
    {
        var place = (await installation.Database.Read(account).VirtualAccounts.SingleAsync(row => row.AccountId == account && row.IsDefault, Stop)).Id;
        foreach (var part in Enumerable.Range(1, count).Chunk(2_000))
        {
            await AddAsync(installation, account, part);
        }

        return place;
    }

    private static async Task AddAsync(TestInstallation installation, long account, IEnumerable<int> part)
    {
        var place = (await installation.Database.Read(account).VirtualAccounts.FirstAsync(row => row.AccountId == account && row.IsDefault, Stop)).Id;
        var now = installation.Clock.Now;
        await installation.Database.WriteAsync(db => db.Alerts.AddRangeAsync(part.Select(number => new Alert
        {
            AccountId = account, Id = 1_000_000 + number, State = AlertState.Open, Subject = $"test:{number}", Message = $"Alert {number}", VirtualAccountId = place, RaisedAt = now,
            Kind = number % 2 == 0 ? AlertKind.FailedToConnect : AlertKind.InsufficientLicenses,
            Level = number % 2 == 0 ? AlertLevel.Minor : AlertLevel.Major,
            DueAt = number % 2 == 0 ? now.AddDays(1) : null,
            DeviceId = number % 2 == 0 ? number : null, EntitlementId = number % 2 == 0 ? null : number,
        }), Stop));
    }
}
