using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Purser.Server.Alerts;
using Purser.Server.Commands;
using Purser.Server.People;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Alerts;

[Trait("Feature", "AL-01")]
[Trait("Feature", "AL-02")]
[Trait("Feature", "AL-03")]
public sealed class AlertTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task Alerts_are_sorted_by_severity_then_action_due_and_limited_to_the_readers_reach(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine, adjust: TestActors.Allow);
        var estate = await FilledAsync(installation);
        var administrator = TestActors.As(installation.NewClient(), TestActors.Person(estate.AccountId, Role.SmartAccountAdministrator));
        Assert.Equal(
            ["AgreementPending", "InsufficientLicenses", "FailedToConnect", "LicensesExpiring"],
            (await ItemsAsync(administrator, $"{estate.Api}/alerts")).Select(Kind));
        Assert.Equal(["Acme", "A", "B", "A"], (await ItemsAsync(administrator, $"{estate.Api}/alerts")).Select(item => item.GetProperty("source").GetString()));
        Assert.Equal(["InsufficientLicenses", "LicensesExpiring"], (await ItemsAsync(administrator, $"{estate.Api}/virtual-accounts/{estate["A"]}/alerts")).Select(Kind));
        Assert.Equal(["FailedToConnect"], (await ItemsAsync(administrator, $"{estate.Api}/alerts?device=51")).Select(Kind));
        Assert.Equal(["LicensesExpiring"], (await ItemsAsync(administrator, $"{estate.Api}/alerts?level=Minor&license=41")).Select(Kind));

        // Walked one by one, the order is the same.
        var first = await administrator.GetFromJsonAsync<JsonElement>($"{estate.Api}/alerts?limit=3", Cancellation);
        var rest = await ItemsAsync(administrator, $"{estate.Api}/alerts?limit=3&after={first.GetProperty("next").GetString()}");
        Assert.Equal(["LicensesExpiring"], rest.Select(Kind));

        var counts = await administrator.GetFromJsonAsync<JsonElement>($"{estate.Api}/alert-counts", Cancellation);
        Assert.Equal((2, 2), Counts(counts.GetProperty("account")));
        Assert.Equal((1, 1), Counts(counts.GetProperty("virtualAccounts").GetProperty($"{estate["A"]}")));

        var onlyB = TestActors.As(installation.NewClient(), TestActors.Person(estate.AccountId, Role.VirtualAccountViewer, estate["B"]));
        var seen = await ItemsAsync(onlyB, $"{estate.Api}/alerts");
        Assert.Equal(["AgreementPending", "FailedToConnect"], seen.Select(Kind));
        Assert.All(seen, item => Assert.Empty(item.GetProperty("actions").EnumerateArray()));
        Assert.Equal(HttpStatusCode.Forbidden, (await onlyB.GetAsync($"{estate.Api}/virtual-accounts/{estate["A"]}/alerts", Cancellation)).StatusCode);
    }

    [Theory, Engines]
    public async Task Remind_later_hides_until_the_next_period_and_dismissing_ends_the_occurrence(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine, adjust: TestActors.Allow);
        var estate = await FilledAsync(installation);
        var client = TestActors.As(installation.NewClient(), TestActors.Person(estate.AccountId, Role.VirtualAccountUser, estate["A"], estate["B"]));

        // 60 days before the end; the next warning comes 30 days before it (domain rules 10.4).
        var expiring = await FindAsync(client, estate, "LicensesExpiring");
        Assert.Equal(["RemindLater", "Dismiss"], Actions(expiring));
        var hidden = await ActAsync(client, estate, expiring, "remind-later");
        Assert.Equal(TestInstallation.Start.AddDays(30), hidden.GetProperty("hiddenUntil").GetDateTimeOffset());
        Assert.DoesNotContain("LicensesExpiring", (await ItemsAsync(client, $"{estate.Api}/alerts")).Select(Kind));
        Assert.Contains("LicensesExpiring", (await ItemsAsync(client, $"{estate.Api}/alerts?hidden=true")).Select(Kind));
        installation.Advance(TimeSpan.FromDays(30));
        Assert.Contains("LicensesExpiring", (await ItemsAsync(client, $"{estate.Api}/alerts")).Select(Kind));

        await ActAsync(client, estate, await FindAsync(client, estate, "LicensesExpiring"), "dismiss");
        Assert.DoesNotContain("LicensesExpiring", (await ItemsAsync(client, $"{estate.Api}/alerts?hidden=true")).Select(Kind));
        var again = await client.PostAsync($"{estate.Api}/alerts/{expiring.GetProperty("id").GetInt64()}/dismiss", null, Cancellation);
        Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await client.PostAsync($"{estate.Api}/alerts/999999/dismiss", null, Cancellation)).StatusCode);

        // Raised again in the same period it stays dismissed; the next period is a new occurrence.
        await RaiseExpiringAsync(estate, period: 60);
        Assert.DoesNotContain("LicensesExpiring", (await ItemsAsync(client, $"{estate.Api}/alerts")).Select(Kind));
        await RaiseExpiringAsync(estate, period: 30);
        Assert.Contains("LicensesExpiring", (await ItemsAsync(client, $"{estate.Api}/alerts")).Select(Kind));
    }

    [Theory, Engines]
    public async Task By_the_setting_each_hides_only_from_herself(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine, settings => settings with { Alerts = new() { PersonalHide = true } }, TestActors.Allow);
        var estate = await FilledAsync(installation);
        var one = TestActors.As(installation.NewClient(), TestActors.Person(estate.AccountId, Role.SmartAccountUser) with { Id = 501 });
        var other = TestActors.As(installation.NewClient(), TestActors.Person(estate.AccountId, Role.SmartAccountUser) with { Id = 502 });

        var hidden = await ActAsync(one, estate, await FindAsync(one, estate, "LicensesExpiring"), "remind-later");
        await ActAsync(one, estate, await FindAsync(one, estate, "FailedToConnect"), "dismiss");
        Assert.Equal(["AgreementPending", "InsufficientLicenses"], (await ItemsAsync(one, $"{estate.Api}/alerts")).Select(Kind));
        Assert.Equal(4, (await ItemsAsync(other, $"{estate.Api}/alerts")).Count);
        Assert.Equal((2, 0), Counts((await one.GetFromJsonAsync<JsonElement>($"{estate.Api}/alert-counts", Cancellation)).GetProperty("account")));
        Assert.Equal((2, 2), Counts((await other.GetFromJsonAsync<JsonElement>($"{estate.Api}/alert-counts", Cancellation)).GetProperty("account")));
        var putOff = Assert.Single(await ItemsAsync(one, $"{estate.Api}/alerts?hidden=true"), item => Kind(item) == "LicensesExpiring");
        Assert.Equal(hidden.GetProperty("hiddenUntil").GetDateTimeOffset(), putOff.GetProperty("hiddenUntil").GetDateTimeOffset());
        Assert.DoesNotContain("FailedToConnect", (await ItemsAsync(one, $"{estate.Api}/alerts?hidden=true")).Select(Kind));

        // What was put off comes back, and a new occurrence is new; what becomes major shows again to who had put it off.
        await ActAsync(other, estate, await FindAsync(other, estate, "FailedToConnect"), "remind-later");
        installation.Advance(TimeSpan.FromDays(30));
        await installation.Get<PromoteAlerts>().RunAsync(Cancellation);
        Assert.Contains("LicensesExpiring", (await ItemsAsync(one, $"{estate.Api}/alerts")).Select(Kind));
        Assert.Contains("FailedToConnect", (await ItemsAsync(other, $"{estate.Api}/alerts")).Select(Kind));
        await RaiseExpiringAsync(estate, period: 30);
        await ActAsync(one, estate, await FindAsync(one, estate, "LicensesExpiring"), "dismiss");
        await RaiseExpiringAsync(estate, period: 14);
        Assert.Contains("LicensesExpiring", (await ItemsAsync(one, $"{estate.Api}/alerts")).Select(Kind));

        // What is over is forgotten.
        await installation.Get<PromoteAlerts>().RunAsync(Cancellation);
        await using var db = installation.Database.Read(estate.AccountId);
        Assert.Equal(1, db.AlertHidings.Count());
    }

    [Theory, Engines]
    public async Task What_clears_by_itself_cannot_be_dismissed_and_says_when_it_clears(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine, adjust: TestActors.Allow);
        var estate = await FilledAsync(installation);
        var client = TestActors.As(installation.NewClient(), TestActors.Person(estate.AccountId, Role.SmartAccountUser));
        foreach (var kind in new[] { "InsufficientLicenses", "AgreementPending" })
        {
            var alert = await FindAsync(client, estate, kind);
            var answer = await client.PostAsync($"{estate.Api}/alerts/{alert.GetProperty("id").GetInt64()}/dismiss", null, Cancellation);
            Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
            Assert.Contains("It closes when the", await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        }

        var viewer = TestActors.As(installation.NewClient(), TestActors.Person(estate.AccountId, Role.SmartAccountViewer));
        var expiring = await FindAsync(viewer, estate, "LicensesExpiring");
        Assert.Equal(HttpStatusCode.Forbidden, (await viewer.PostAsync($"{estate.Api}/alerts/{expiring.GetProperty("id").GetInt64()}/dismiss", null, Cancellation)).StatusCode);

        var otherPlace = TestActors.As(installation.NewClient(), TestActors.Person(estate.AccountId, Role.VirtualAccountUser, estate["B"]));
        Assert.Equal(HttpStatusCode.NotFound, (await otherPlace.PostAsync($"{estate.Api}/alerts/{expiring.GetProperty("id").GetInt64()}/dismiss", null, Cancellation)).StatusCode);
    }

    [Theory, Engines]
    public async Task A_minor_alert_whose_due_date_has_passed_becomes_major_and_shows_again(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine, adjust: TestActors.Allow);
        var estate = await FilledAsync(installation);
        var client = TestActors.As(installation.NewClient(), TestActors.Person(estate.AccountId, Role.SmartAccountUser));
        await ActAsync(client, estate, await FindAsync(client, estate, "FailedToConnect"), "remind-later");

        installation.Advance(TimeSpan.FromDays(30) - TimeSpan.FromSeconds(1));
        Assert.Equal("0 alerts became major", await installation.Get<PromoteAlerts>().RunAsync(Cancellation));
        installation.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("1 alerts became major", await installation.Get<PromoteAlerts>().RunAsync(Cancellation));
        Assert.Equal("0 alerts became major", await installation.Get<PromoteAlerts>().RunAsync(Cancellation));
        Assert.Equal("Major", (await FindAsync(client, estate, "FailedToConnect")).GetProperty("level").GetString());
    }

    [Theory, Engines]
    public async Task Cleared_and_raised_again_in_one_command_is_a_new_occurrence(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var estate = await FilledAsync(installation);
        await estate.WriteAsync(Actor.System, async scope =>
        {
            var alerts = scope.Alerts(estate.AccountId);
            var subject = AlertSubjects.Silence(51);
            await alerts.ClearAsync(subject);
            await alerts.RaiseAsync(new AlertDraft(AlertKind.FailedToRenew, AlertLevel.Major, subject, "renew") { VirtualAccountId = estate["B"], DeviceId = 51 });
            await alerts.RaiseAsync(new AlertDraft(AlertKind.FailedToRenew, AlertLevel.Major, subject, "renew, kept current") { VirtualAccountId = estate["B"], DeviceId = 51 });
            Assert.False(await alerts.WasLastDismissedAsync(subject));
        });
        await using var db = installation.Database.Read(estate.AccountId);
        var ofDevice = db.Alerts.Where(alert => alert.DeviceId == 51).OrderBy(alert => alert.Id).ToList();
        Assert.Equal([(AlertState.Cleared, "silent"), (AlertState.Open, "renew, kept current")], ofDevice.Select(alert => (alert.State, alert.Message)));
    }

    [Fact]
    public void Every_kind_has_a_rule() => Assert.Equal(Enum.GetValues<AlertKind>().Order(), AlertCatalogue.Kinds.Order());

    private static async Task<BareEstate> FilledAsync(TestInstallation installation)
    {
        var estate = await BareEstate.MakeAsync(installation, "A", "B");
        await estate.WriteAsync(Actor.System, async scope =>
        {
            var alerts = scope.Alerts(estate.AccountId);
            await alerts.RaiseAsync(new AlertDraft(AlertKind.FailedToConnect, AlertLevel.Minor, AlertSubjects.Silence(51), "silent")
            {
                VirtualAccountId = estate["B"], DeviceId = 51, Period = 60, DueAt = scope.Now.AddDays(30),
            });
            await alerts.RaiseAsync(new AlertDraft(AlertKind.AgreementPending, AlertLevel.Major, AlertSubjects.Agreement, "agree"));
            await alerts.RaiseAsync(new AlertDraft(AlertKind.InsufficientLicenses, AlertLevel.Major, "insufficient:1", "short")
            {
                VirtualAccountId = estate["A"], EntitlementId = 41, Count = 3,
            });
        });
        await RaiseExpiringAsync(estate, period: 60);
        return estate;
    }

    private static Task RaiseExpiringAsync(BareEstate estate, int period) => estate.WriteAsync(Actor.System, scope =>
    {
        var end = TestInstallation.Start.AddDays(60);
        return scope.Alerts(estate.AccountId).RaiseAsync(new AlertDraft(AlertKind.LicensesExpiring, AlertLevel.Minor, AlertSubjects.Expiring(estate["A"], 41, end), "expiring")
        {
            VirtualAccountId = estate["A"], EntitlementId = 41, Count = 10, Period = period, DueAt = end,
        });
    });

    private static async Task<List<JsonElement>> ItemsAsync(HttpClient client, string address) =>
        [.. (await client.GetFromJsonAsync<JsonElement>(address, Cancellation)).GetProperty("items").EnumerateArray()];

    private static async Task<JsonElement> FindAsync(HttpClient client, BareEstate estate, string kind) =>
        Assert.Single(await ItemsAsync(client, $"{estate.Api}/alerts?kind={kind}"));

    private static async Task<JsonElement> ActAsync(HttpClient client, BareEstate estate, JsonElement alert, string act)
    {
        var answer = await client.PostAsync($"{estate.Api}/alerts/{alert.GetProperty("id").GetInt64()}/{act}", null, Cancellation);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
    }

    private static string? Kind(JsonElement item) => item.GetProperty("kind").GetString();

    private static IEnumerable<string?> Actions(JsonElement item) => item.GetProperty("actions").EnumerateArray().Select(action => action.GetString());

    private static (int Major, int Minor) Counts(JsonElement counts) => (counts.GetProperty("major").GetInt32(), counts.GetProperty("minor").GetInt32());
}
