using System.Net;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Mail;
using Purser.Server.People;
using Purser.Server.Reports;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Reports;

/// <summary>Saved reports by mail: when they fall due, what a mail says, and when none comes any more.</summary>
[Trait("Feature", "RP-07")]
public sealed class MailReportsTests
{
    [Theory]
    [InlineData(MailRhythm.Daily, "2026-03-29T05:59:59Z", "2026-03-29T06:00:00Z")]
    [InlineData(MailRhythm.Daily, "2026-03-29T06:00:00Z", "2026-03-30T06:00:00Z")]
    [InlineData(MailRhythm.Weekly, "2026-01-10T08:00:00Z", "2026-01-12T06:00:00Z")]
    [InlineData(MailRhythm.Weekly, "2026-01-12T06:00:00Z", "2026-01-19T06:00:00Z")]
    [InlineData(MailRhythm.Monthly, "2028-02-01T06:00:01Z", "2028-03-01T06:00:00Z")]
    [InlineData(MailRhythm.Monthly, "2026-12-31T23:59:59Z", "2027-01-01T06:00:00Z")]
    [InlineData(MailRhythm.Never, "2026-12-31T23:59:59Z", null)]
    public void A_report_falls_due_at_six_on_its_days(MailRhythm rhythm, string after, string? due) => Assert.Equal(
        due is null ? (DateTimeOffset?)null : DateTimeOffset.Parse(due, System.Globalization.CultureInfo.InvariantCulture),
        rhythm.After(DateTimeOffset.Parse(after, System.Globalization.CultureInfo.InvariantCulture)));

    [Theory, Engines]
    public async Task It_is_mailed_once_when_due_and_again_the_next_time(Engine engine)
    {
        await using var world = await World.StartAsync(engine);
        await world.SaveAsync(MailRhythm.Weekly, "?name=Ours&description=All+of+it&licenses=untagged");
        await world.RunDueAsync();
        Assert.Empty(await world.MailsAsync());

        world.Installation.Clock.HoldAt(new DateTimeOffset(2026, 1, 12, 6, 5, 0, TimeSpan.Zero));
        await world.RunDueAsync();
        await world.RunDueAsync();
        var mail = Assert.Single(await world.MailsAsync());
        Assert.Equal("Report: Ours", mail.Subject);
        foreach (var words in new[] { "All of it", "Licenses: Licenses with NO License Tags", "Rows: 1", "Mailed: every monday", $"/accounts/acme.example/reports/licenses/run?name=Ours&description=All%20of%20it&licenses=untagged", "/report.xlsx?" })
        {
            Assert.Contains(words, mail.Text, StringComparison.Ordinal);
        }

        // Away for weeks: one mail, not three.
        world.Installation.Clock.HoldAt(new DateTimeOffset(2026, 2, 4, 0, 0, 0, TimeSpan.Zero));
        await world.RunDueAsync();
        Assert.Equal(2, (await world.MailsAsync()).Count);
    }

    [Theory, Engines]
    public async Task A_report_on_usage_history_tells_the_time_that_it_covers(Engine engine)
    {
        await using var world = await World.StartAsync(engine);
        await world.Stock.UseAsync("A", 3);
        Assert.True((await world.TrySaveAsync("usage-history", MailRhythm.Monthly, "?name=Peaks&days=365&licenses=all")).IsOk);
        world.Installation.Clock.HoldAt(new DateTimeOffset(2026, 2, 1, 6, 0, 0, TimeSpan.Zero));
        await world.RunDueAsync();

        var mail = Assert.Single(await world.MailsAsync());
        Assert.Equal("Report: Ours", mail.Subject);
        foreach (var words in new[] { "Usage History", "The last 12 months, month by month", "Rows: 12", "Mailed: on the first of every month", "/reports/usage-history/run?name=Peaks&", "days=365", "/reports/usage-history/report.csv?" })
        {
            Assert.Contains(words, mail.Text, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Theory, Engines]
    public async Task What_cannot_be_run_says_why_and_who_has_left_gets_none(Engine engine)
    {
        await using var world = await World.StartAsync(engine);
        await world.SaveAsync(MailRhythm.Daily, "?name=Ours&licenseTag=gone");
        world.Installation.Advance(TimeSpan.FromDays(1));
        await world.RunDueAsync();
        var mail = Assert.Single(await world.MailsAsync());
        Assert.Equal("The report “Ours” cannot be run", mail.Subject);
        Assert.Contains("There is no license tag “gone”", mail.Text, StringComparison.Ordinal);

        await world.Installation.Database.WriteAsync(db => db.RoleGrants.Where(grant => grant.PersonId == world.Owner.Id).ExecuteDeleteAsync());
        world.Installation.Advance(TimeSpan.FromDays(1));
        await world.RunDueAsync();
        await world.RunDueAsync();
        Assert.Single(await world.MailsAsync());
        await using var db = world.Installation.Database.Read();
        Assert.Equal(MailRhythm.Never, (await db.SavedViews.SingleAsync(TestContext.Current.CancellationToken)).Mail);
    }

    [Theory, Engines]
    public async Task Only_reports_are_mailed_and_only_to_people(Engine engine)
    {
        await using var world = await World.StartAsync(engine);
        Assert.Equal("mail", (await world.TrySaveAsync("device-table", MailRhythm.Daily, "")).Refusal!.Field);
        var program = await world.Installation.People.ApiAsync(world.Stock.Account);
        var refused = await program.PostJsonAsync($"{world.Stock.Account.Api}/views", new { of = "licenses", name = "x", query = "", mail = "Daily" });
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "mail"), (refused.Status, refused.Json.GetProperty("field").GetString()));

        // Shared or not, others do not decide what comes into her mailbox.
        var saved = await world.SaveAsync(MailRhythm.Never, "?name=Ours", shared: true);
        Assert.Equal("not-allowed", (await program.CallAsync(HttpMethod.Put, $"{world.Stock.Account.Api}/views/{saved}", new { name = "Ours", shared = true, mail = "Daily" })).Code);
    }

    private sealed record World(TestInstallation Installation, TestStock Stock, Actor Owner) : IAsyncDisposable
    {
        public static async Task<World> StartAsync(Engine engine)
        {
            var installation = await TestInstallation.StartAsync(engine);
            var stock = await TestStock.MakeAsync(installation);
            await stock.DepositAsync("A", 5);
            return new World(installation, stock, await installation.People.PersonAsync(stock.Account, Role.SmartAccountAdministrator));
        }

        public Task<Verdict<SavedViewLine>> TrySaveAsync(string of, MailRhythm mail, string query, bool shared = false)
        {
            var input = new SaveView.Input(of, "Ours", query) { Mail = mail, Shared = shared };
            return Installation.Get<SaveView>().HandleAsync(new Command(SaveView.Create, Owner, input) { Accounts = [Stock.Account.Id] }, input);
        }

        public async Task<long> SaveAsync(MailRhythm mail, string query, bool shared = false) => (await TrySaveAsync("licenses", mail, query, shared)).Value.Id;

        public Task RunDueAsync() => Installation.Get<MailReports>().RunAsync(TestContext.Current.CancellationToken);

        public async Task<IReadOnlyList<(string Subject, string Text)>> MailsAsync()
        {
            await using var db = Installation.Database.Read();
            var mails = new List<(string, string)>();
            foreach (var row in (await db.Mails.OrderBy(row => row.Id).ToListAsync()).Where(row => row.Subject.Contains("report", StringComparison.OrdinalIgnoreCase)))
            {
                mails.Add((row.Subject, (await Installation.Get<ListMail>().FindAsync(row.Id))!.Text!));
            }

            return mails;
        }

        public ValueTask DisposeAsync() => Installation.DisposeAsync();
    }
}
