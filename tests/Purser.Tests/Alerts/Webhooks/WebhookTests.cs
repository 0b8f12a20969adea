using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Alerts;
using Purser.Server.Alerts.Webhooks;
using Purser.Server.Commands;
using Purser.Server.People;
using Purser.Server.Settings;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Alerts.Webhooks;

/// <summary>Alerts go out to a real receiver: signed, retried, grouped, sent again; and nowhere they must not go (AL-04).</summary>
[Trait("Feature", "AL-04")]
public sealed class WebhookTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task A_change_goes_out_signed_in_the_order_of_its_life(Engine engine)
    {
        await using var target = await HookTarget.StartAsync();
        await using var installation = await StartAsync(engine, target);
        var estate = await BareEstate.MakeAsync(installation, "A", "B");
        var client = Administrator(installation, estate);
        await RaiseAsync(estate, 1);
        var (id, secret) = await AddAsync(client, estate, new { name = "Pager", url = target.Address });

        // What was open before is not told, what others may not see neither.
        await RunAsync(installation);
        Assert.Empty(target.Messages);
        await RaiseAsync(estate, 2);
        await estate.WriteAsync(Actor.System, scope => scope.Alerts(estate.AccountId).ClearAsync("test:2"));
        await RunAsync(installation);
        var messages = target.Messages.ToList();
        Assert.Equal(["Opened", "Closed"], messages.Select(message => Only(message).GetProperty("change").GetString()));
        foreach (var message in messages)
        {
            var at = DateTimeOffset.FromUnixTimeSeconds(long.Parse(message.Timestamp, CultureInfo.InvariantCulture));
            Assert.Equal(WebhookSecrets.Sign(secret, message.Id, at, message.Body), message.Signature);
        }

        Assert.Equal("acme.example", Body(messages[0]).GetProperty("account").GetString());
        Assert.Equal("A", Only(messages[0]).GetProperty("source").GetString());
        Assert.Equal("LicensesExpired", Only(messages[0]).GetProperty("kind").GetString());

        // The new secret signs first, the old one beside it.
        var renewed = await (await client.PostAsync($"{estate.Api}/webhooks/{id}/secret", null, Stop)).Content.ReadFromJsonAsync<JsonElement>(Stop);
        await client.PostAsync($"{estate.Api}/webhooks/{id}/trial", null, Stop);
        await RunAsync(installation);
        var trial = target.Messages.Last();
        var sent = DateTimeOffset.FromUnixTimeSeconds(long.Parse(trial.Timestamp, CultureInfo.InvariantCulture));
        Assert.Equal(
            $"{WebhookSecrets.Sign(renewed.GetProperty("secret").GetString()!, trial.Id, sent, trial.Body)} {WebhookSecrets.Sign(secret, trial.Id, sent, trial.Body)}", trial.Signature);
        Assert.Equal("trial", Body(trial).GetProperty("type").GetString());
        Assert.DoesNotContain("whsec", await client.GetStringAsync($"{estate.Api}/webhooks", Stop), StringComparison.Ordinal);
    }

    [Theory, Engines]
    public async Task What_is_not_taken_waits_is_told_and_can_be_sent_again(Engine engine)
    {
        await using var target = await HookTarget.StartAsync();
        await using var installation = await StartAsync(engine, target);
        var estate = await BareEstate.MakeAsync(installation, "A");
        var client = Administrator(installation, estate);
        var (id, _) = await AddAsync(client, estate, new { name = "Pager", url = target.Address });
        target.Status = StatusCodes.Status302Found;
        await RaiseAsync(estate, 1);
        await RunAsync(installation);
        var delivery = Assert.Single(await DeliveriesAsync(client, estate, id));
        Assert.Equal(("Waiting", 302, 1), (delivery.GetProperty("state").GetString(), delivery.GetProperty("status").GetInt32(), delivery.GetProperty("attempts").GetInt32()));
        Assert.Contains("Redirects are not followed", delivery.GetProperty("lastError").GetString(), StringComparison.Ordinal);

        // It is not due yet; sent again from the log it goes at once. 410 says: never again.
        await RunAsync(installation);
        Assert.Single(target.Messages);
        target.Status = StatusCodes.Status410Gone;
        await ReplayAsync(client, estate, id, delivery);
        await RunAsync(installation);
        Assert.Equal("Failed", Assert.Single(await DeliveriesAsync(client, estate, id)).GetProperty("state").GetString());
        target.Status = StatusCodes.Status200OK;
        await ReplayAsync(client, estate, id, delivery);
        await RunAsync(installation);
        Assert.Equal("Delivered", Assert.Single(await DeliveriesAsync(client, estate, id)).GetProperty("state").GetString());
        Assert.Equal(3, target.Messages.Count);
        Assert.Single(target.Messages.Select(message => (message.Id, message.Body)).Distinct());
        Assert.Equal(HttpStatusCode.NotFound, (await client.PostAsync($"{estate.Api}/webhooks/{id}/deliveries/1/replay", null, Stop)).StatusCode);

        Assert.Equal(HttpStatusCode.NoContent, (await client.DeleteAsync($"{estate.Api}/webhooks/{id}", Stop)).StatusCode);
        await using var db = installation.Database.Read();
        Assert.False(await db.WebhookDeliveries.AnyAsync(Stop));
    }

    [Fact]
    public async Task A_target_that_does_not_answer_is_left_after_ten_seconds()
    {
        await using var target = await HookTarget.StartAsync();
        target.IsSilent = true;
        await using var installation = await StartAsync(Engine.Sqlite, target);
        var secrets = installation.Get<WebhookSecrets>();
        var webhook = new Webhook { AccountId = 1, Id = 7, Name = "Pager", Url = target.Address, SealedSecret = secrets.Seal(WebhookSecrets.New(), 7), CreatedBy = "x" };
        using var connection = new WebhookConnection(secrets, installation.Get<PurserSettings>(), new HastyClock());
        var answer = await connection.SendAsync(webhook, 1, "{}", Stop);
        Assert.Equal((null, "The target did not answer within ten seconds."), (answer.Status, answer.Error));
        Assert.Single(target.Messages);
    }

    /// <summary>Ten seconds pass in half of one.</summary>
    private sealed class HastyClock : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Assert.Equal(TimeSpan.FromSeconds(10), dueTime);
            return base.CreateTimer(callback, state, dueTime / 20, period);
        }
    }

    [Theory, Engines]
    public async Task Changes_are_collected_filtered_and_held_back_in_quiet_hours(Engine engine)
    {
        await using var target = await HookTarget.StartAsync();
        await using var installation = await StartAsync(engine, target);
        var estate = await BareEstate.MakeAsync(installation, "A", "B");
        var client = Administrator(installation, estate);
        var (grouped, _) = await AddAsync(client, estate, new { name = "Chat", url = target.Address, groupMinutes = 10 });
        var (major, _) = await AddAsync(client, estate, new { name = "Pager", url = target.Address, leastLevel = "Major" });
        var (elsewhere, _) = await AddAsync(client, estate, new { name = "B only", url = target.Address, virtualAccountId = estate["B"] });
        var (paused, _) = await AddAsync(client, estate, new { name = "Paused", url = target.Address, isPaused = true });
        for (var number = 1; number <= 3; number++)
        {
            await RaiseAsync(estate, number);
            await RunAsync(installation);
        }

        Assert.Empty(target.Messages);
        var collected = Assert.Single(await DeliveriesAsync(client, estate, grouped));
        Assert.Equal(3, collected.GetProperty("count").GetInt32());
        foreach (var other in new[] { major, elsewhere, paused })
        {
            Assert.Empty(await DeliveriesAsync(client, estate, other));
        }

        await installation.Database.WriteAsync(db => db.WebhookDeliveries.ExecuteUpdateAsync(set => set.SetProperty(row => row.NextTryAt, DateTimeOffset.UnixEpoch), Stop), Stop);
        await RunAsync(installation);
        Assert.Equal(3, Body(Assert.Single(target.Messages)).GetProperty("alerts").GetArrayLength());
    }

    [Theory, Engines]
    public async Task A_target_inside_is_refused_where_it_is_written_and_where_its_name_leads_there(Engine engine)
    {
        await using var target = await HookTarget.StartAsync();
        await using var installation = await TestInstallation.StartAsync(
            engine, settings => settings with { Webhooks = new WebhookSettings { TrustedAuthorities = target.AuthorityFile } }, TestActors.Allow);
        var estate = await BareEstate.MakeAsync(installation, "A");
        var client = Administrator(installation, estate);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await client.PostAsJsonAsync($"{estate.Api}/webhooks", new { name = "x", url = target.Address }, Stop)).StatusCode);

        // As if a name that was public once led inside now.
        var (id, _) = await AddAsync(client, estate, new { name = "Pager", url = "https://alerts.example/" });
        await installation.Database.WriteAsync(db => db.Webhooks.ExecuteUpdateAsync(set => set.SetProperty(row => row.Url, target.Address), Stop), Stop);
        await RaiseAsync(estate, 1);
        await RunAsync(installation);
        Assert.Empty(target.Messages);
        var delivery = Assert.Single(await DeliveriesAsync(client, estate, id));
        Assert.Contains("lies inside", delivery.GetProperty("lastError").GetString(), StringComparison.Ordinal);
    }

    [Theory, Engines]
    public async Task Only_administrators_of_the_account_see_webhooks_and_a_place_must_be_theirs(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine, adjust: TestActors.Allow);
        var estate = await BareEstate.MakeAsync(installation, "A");
        var client = Administrator(installation, estate);
        var elsewhere = await client.PostAsJsonAsync($"{estate.Api}/webhooks", new { name = "x", url = "https://alerts.example/", virtualAccountId = 424242 }, Stop);
        Assert.Equal(HttpStatusCode.NotFound, elsewhere.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await client.PutAsJsonAsync($"{estate.Api}/webhooks/1", new { name = "x", url = "https://alerts.example/" }, Stop)).StatusCode);
        var user = TestActors.As(installation.NewClient(), TestActors.Person(estate.AccountId, Role.SmartAccountUser));
        Assert.Equal(HttpStatusCode.Forbidden, (await user.GetAsync($"{estate.Api}/webhooks", Stop)).StatusCode);
    }

    private static Task<TestInstallation> StartAsync(Engine engine, HookTarget target) => TestInstallation.StartAsync(
        engine, settings => settings with { Webhooks = new WebhookSettings { PrivateTargets = true, TrustedAuthorities = target.AuthorityFile } }, TestActors.Allow);

    private static HttpClient Administrator(TestInstallation installation, BareEstate estate) =>
        TestActors.As(installation.NewClient(), TestActors.Person(estate.AccountId, Role.SmartAccountAdministrator));

    private static async Task<(long Id, string Secret)> AddAsync(HttpClient client, BareEstate estate, object choice)
    {
        var answer = await client.PostAsJsonAsync($"{estate.Api}/webhooks", choice, Stop);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        var made = await answer.Content.ReadFromJsonAsync<JsonElement>(Stop);
        return (made.GetProperty("id").GetInt64(), made.GetProperty("secret").GetString()!);
    }

    private static async Task ReplayAsync(HttpClient client, BareEstate estate, long webhook, JsonElement delivery) => Assert.Equal(
        HttpStatusCode.OK, (await client.PostAsync($"{estate.Api}/webhooks/{webhook}/deliveries/{delivery.GetProperty("id").GetInt64()}/replay", null, Stop)).StatusCode);

    private static async Task<List<JsonElement>> DeliveriesAsync(HttpClient client, BareEstate estate, long webhook) =>
        [.. (await client.GetFromJsonAsync<JsonElement>($"{estate.Api}/webhooks/{webhook}/deliveries", Stop)).GetProperty("items").EnumerateArray()];

    private static Task RaiseAsync(BareEstate estate, int number) => estate.WriteAsync(Actor.System, scope => scope.Alerts(estate.AccountId).RaiseAsync(
        new AlertDraft(AlertKind.LicensesExpired, AlertLevel.Minor, $"test:{number}", $"number {number}") { VirtualAccountId = estate["A"], EntitlementId = 41, Count = 3 }));

    private static async Task RunAsync(TestInstallation installation)
    {
        await installation.Get<SpreadAlerts>().RunAsync(Stop);
        await installation.Get<DeliverWebhooks>().RunAsync(Stop);
    }

    private static JsonElement Body(HookTarget.Message message) => JsonSerializer.Deserialize<JsonElement>(message.Body);

    private static JsonElement Only(HookTarget.Message message) => Assert.Single(Body(message).GetProperty("alerts").EnumerateArray());
}
