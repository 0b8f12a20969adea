using Microsoft.EntityFrameworkCore;
using Purser.Server.Alerts;
using Purser.Server.Audit;
using Purser.Server.Commands;
using Purser.Server.Events;
using Purser.Server.Mail;
using Purser.Server.People;
using Purser.Server.Preferences;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Preferences;

[Trait("Feature", "RP-03")]
public sealed class NewsMailTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task Everybody_is_mailed_of_what_she_chose_and_may_see_once(Engine engine)
    {
        await using var world = await World.MakeAsync(engine);
        await world.RaiseAsync("before", world.Oslo);
        await world.ChooseAsync(world.Administrator, [MailTopic.FailedToConnect, MailTopic.NewLicenses]);
        await world.ChooseAsync(world.OfOslo, [MailTopic.FailedToConnect]);
        await world.RaiseAsync("osl", world.Oslo);
        await world.RaiseAsync("ber", world.Bergen);
        await world.DepositAsync(world.Bergen);
        await world.RunAsync<TellNews>();

        var whole = Assert.Single(await world.MailsAsync(world.Administrator));
        Assert.Equal("3 messages about The acme.example company", whole.Subject);
        Assert.Contains("osl is silent", whole.Text, StringComparison.Ordinal);
        Assert.Contains("ber is silent", whole.Text, StringComparison.Ordinal);
        Assert.Contains("added to the Virtual Account \"Bergen\"", whole.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("before", whole.Text, StringComparison.Ordinal);

        // Of a neighbour she learns nothing.
        var own = Assert.Single(await world.MailsAsync(world.OfOslo));
        Assert.Equal("Minor alert: Product Instance Failed to Connect in The acme.example company", own.Subject);
        Assert.DoesNotContain("ergen", own.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("ber is silent", own.Text, StringComparison.Ordinal);

        // Run twice, nobody is told twice; who has taken her choice back is told no more.
        await world.RunAsync<TellNews>();
        await world.ChooseAsync(world.OfOslo, []);
        await world.RaiseAsync("later", world.Oslo);
        await world.RunAsync<TellNews>();
        Assert.Single(await world.MailsAsync(world.OfOslo));
        Assert.Equal(2, (await world.MailsAsync(world.Administrator)).Count);
    }

    [Theory, Engines]
    public async Task The_daily_summary_comes_once_a_day_however_late_or_often_it_runs(Engine engine)
    {
        await using var world = await World.MakeAsync(engine);
        await world.ChooseAsync(world.OfOslo, [MailTopic.FailedToConnect], daily: true);
        await world.RaiseAsync("one", world.Oslo);
        await world.RunAsync<TellNews>();
        await world.RunAsync<DailySummary>();
        Assert.Empty(await world.MailsAsync(world.OfOslo));

        // Two days late: one mail, with the alert of a moment ago in it.
        world.Installation.Advance(TimeSpan.FromDays(2));
        await world.RaiseAsync("two", world.Oslo);
        await world.RaiseAsync("hidden", world.Bergen);
        await world.RunAsync<DailySummary>();
        await world.RunAsync<DailySummary>();
        var mail = Assert.Single(await world.MailsAsync(world.OfOslo));
        Assert.Equal("Daily summary of The acme.example company: 2 alerts", mail.Subject);
        Assert.Contains("one is silent", mail.Text, StringComparison.Ordinal);
        Assert.Contains("two is silent", mail.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", mail.Text, StringComparison.Ordinal);

        // A day without an alert has no mail; at the same instant, under a clock that stands, nothing is left out.
        world.Installation.Advance(TimeSpan.FromDays(1));
        await world.RunAsync<DailySummary>();
        Assert.Single(await world.MailsAsync(world.OfOslo));
        await world.RaiseAsync("three", world.Oslo);
        world.Installation.Advance(TimeSpan.FromDays(1));
        await world.RunAsync<DailySummary>();
        Assert.Contains("three is silent", (await world.MailsAsync(world.OfOslo))[^1].Text, StringComparison.Ordinal);
        Assert.Empty(await world.AuditAsync());
    }

    [Theory, Engines]
    public async Task Choices_are_kept_for_each_person_and_shown(Engine engine)
    {
        await using var world = await World.MakeAsync(engine);
        using var own = TestActors.As(world.Installation.NewClient(), world.OfOslo);
        var address = $"{world.Stock.Account.Api}/email-notification";
        Assert.Equal(System.Net.HttpStatusCode.NoContent, (await own.CallAsync(HttpMethod.Put, address, new { topics = new[] { "LicensesExpired", "LicensesExpired" }, dailySummary = true })).Status);
        var shown = (await own.GetJsonAsync(address)).Json;
        Assert.Equal(["LicensesExpired"], shown.GetProperty("topics").EnumerateArray().Select(topic => topic.GetString()));
        Assert.True(shown.GetProperty("dailySummary").GetBoolean());
        using var other = TestActors.As(world.Installation.NewClient(), world.Administrator);
        Assert.Empty((await other.GetJsonAsync(address)).Json.GetProperty("topics").EnumerateArray());
    }

    private sealed class World : IAsyncDisposable
    {
        private int devices = 50;

        public required TestInstallation Installation { get; init; }
        public required TestStock Stock { get; init; }
        public required Actor Administrator { get; init; }
        public required Actor OfOslo { get; init; }
        public required long Oslo { get; init; }
        public required long Bergen { get; init; }

        public static async Task<World> MakeAsync(Engine engine)
        {
            var installation = await TestInstallation.StartAsync(engine, adjust: TestActors.Allow);
            var stock = await TestStock.MakeAsync(installation);
            var (oslo, bergen) = (await stock.PlaceAsync("Oslo"), await stock.PlaceAsync("Bergen"));
            return new World
            {
                Installation = installation, Stock = stock, Oslo = oslo, Bergen = bergen,
                Administrator = await installation.People.PersonAsync(stock.Account, Role.SmartAccountAdministrator),
                OfOslo = await installation.People.PersonAsync(stock.Account, Role.VirtualAccountUser, oslo),
            };
        }

        public async Task ChooseAsync(Actor actor, IReadOnlyList<MailTopic> topics, bool daily = false)
        {
            var input = new ChooseMails.Input(topics, daily);
            Assert.True((await Installation.Get<ChooseMails>().HandleAsync(new Command(ChooseMails.Name, actor, input) { Accounts = [Stock.Account.Id] }, input, Stop)).IsOk);
        }

        public Task RaiseAsync(string name, long place) => Stock.RunAsync<Done>(async scope =>
        {
            await scope.Alerts(Stock.Account.Id).RaiseAsync(new AlertDraft(AlertKind.FailedToConnect, AlertLevel.Minor, AlertSubjects.Silence(++devices), $"{name} is silent")
            {
                VirtualAccountId = place, DueAt = scope.Now.AddDays(60), Period = 30,
            });
            return Verdict.Done;
        });

        public Task DepositAsync(long place) => Stock.RunAsync<Done>(scope =>
        {
            scope.Journal(Stock.Account.Id).Append(LicensingEvents.NewLicenses(5, "Advantage", "Bergen"), new EventPlace { VirtualAccountId = place });
            return Task.FromResult<Verdict<Done>>(Verdict.Done);
        });

        public Task RunAsync<TJob>()
            where TJob : Purser.Server.Jobs.IJob => Installation.Get<TJob>().RunAsync(Stop);

        public async Task<IReadOnlyList<(string Subject, string Text)>> MailsAsync(Actor actor)
        {
            await using var db = Installation.Database.Read();
            var email = await db.Users.Where(row => row.Id == actor.Id).Select(row => row.Email!).FirstAsync(Stop);
            var rows = await db.Mails.Where(row => row.Recipient == email).OrderBy(row => row.Id).ToListAsync(Stop);
            return rows.ConvertAll(row => (row.Subject, Installation.Get<Outbox>().Open(row).Text));
        }

        public async Task<IReadOnlyList<string>> AuditAsync() => [.. (await Installation.Get<AuditBook>().HandleAsync(Stop)).Findings.Select(finding => finding.ToString()!)];

        public ValueTask DisposeAsync() => Installation.DisposeAsync();
    }
}
