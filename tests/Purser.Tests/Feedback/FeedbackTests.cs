using System.Net;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Audit;
using Purser.Server.Feedback;
using Purser.Server.Mail;
using Purser.Server.People;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Feedback;

[Trait("Feature", "RP-05")]
public sealed class FeedbackTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task Anonymous_feedback_names_nobody_anywhere(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine, adjust: TestActors.Allow);
        var account = await installation.People.AccountAsync();
        var person = await installation.People.PersonAsync(account, Role.SmartAccountUser);
        using var own = TestActors.As(installation.NewClient(), person);
        Assert.Equal("invalid-input", (await own.PostJsonAsync("/api/v1/feedback", new { category = "Like", text = " " })).Code);
        Assert.Equal(HttpStatusCode.Created, (await own.PostJsonAsync("/api/v1/feedback", new { category = "Suggestion", text = "Darker, please", page = "/accounts/acme.example/alerts?q=secret" })).Status);
        Assert.Equal(HttpStatusCode.Created, (await own.PostJsonAsync("/api/v1/feedback", new { category = "Problem", text = "It hurts", isAnonymous = true })).Status);

        using var staff = TestActors.As(installation.NewClient(), TestActors.Staff(OperatorRole.Support));
        var list = (await staff.GetJsonAsync("/api/v1/operator/inbox?kind=Feedback")).Items;
        Assert.Equal(["", person.Name], list.Select(row => row.GetProperty("from").GetString()));
        Assert.Equal("/accounts/acme.example/alerts", list[1].GetProperty("page").GetString());
        await using var db = installation.Database.Read();
        var entry = (await db.AuditEntries.IgnoreQueryFilters().Where(row => row.Command == SendFeedback.Name).OrderByDescending(row => row.Seq).ToListAsync(Stop))[0];
        Assert.DoesNotContain(person.Name, entry.ActorName + entry.Input + entry.Changes, StringComparison.Ordinal);
        Assert.DoesNotContain($":{person.Id}", entry.Input + entry.Changes, StringComparison.Ordinal);

        // Who is no staff reads no inbox.
        Assert.Equal(HttpStatusCode.Forbidden, (await own.GetJsonAsync("/api/v1/operator/inbox")).Status);
    }

    [Theory, Engines]
    public async Task A_support_request_is_due_in_48_hours_and_answered_once_by_mail(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine, adjust: TestActors.Allow);
        var account = await installation.People.AccountAsync();
        await installation.People.AccountAsync("other.example");
        await installation.People.OperatorAsync();
        using var own = TestActors.As(installation.NewClient(), await installation.People.PersonAsync(account, Role.SmartAccountUser));
        Assert.Equal("not-found", (await own.PostJsonAsync("/api/v1/support-requests", new { text = "Help", account = "other.example" })).Code);
        Assert.Equal("invalid-input", (await own.PostJsonAsync("/api/v1/support-requests", new { text = "Help", contact = "Phone" })).Code);
        Assert.Equal("invalid-input", (await own.PostJsonAsync("/api/v1/support-requests", new { text = "Help", timeZone = "Moon/Tycho" })).Code);
        var made = await own.PostJsonAsync("/api/v1/support-requests", new { text = "The switch\ndoes not register", account = "acme.example", contactEmail = "rack@acme.example", timeZone = "Europe/Berlin" });
        Assert.Equal(TestInstallation.Start.AddHours(48), made.Json.GetProperty("answerDueAt").GetDateTimeOffset());
        Assert.Contains(await MailsAsync(installation), mail => mail.Subject.StartsWith($"Support request {made.Id} of", StringComparison.Ordinal));

        using var staff = TestActors.As(installation.NewClient(), TestActors.Staff(OperatorRole.LicensingAdministrator));
        installation.Advance(TimeSpan.FromHours(49));
        Assert.True(Assert.Single((await staff.GetJsonAsync("/api/v1/operator/inbox?open=true")).Items).GetProperty("isLate").GetBoolean());
        Assert.Equal(HttpStatusCode.NoContent, (await staff.PostJsonAsync($"/api/v1/operator/inbox/{made.Id}/answer", new { answer = "Set its clock." })).Status);
        Assert.Equal("conflict", (await staff.PostJsonAsync($"/api/v1/operator/inbox/{made.Id}/answer", new { answer = "Again" })).Code);
        Assert.Equal("not-found", (await staff.PostJsonAsync("/api/v1/operator/inbox/4711/answer", new { answer = "Nobody" })).Code);
        var answer = (await MailsAsync(installation))[^1];
        Assert.Equal(("rack@acme.example", $"Answer to your support request {made.Id}"), (answer.Recipient, answer.Subject));
        Assert.Contains("> does not register", installation.Get<Outbox>().Open(answer).Text, StringComparison.Ordinal);
        Assert.Empty((await staff.GetJsonAsync("/api/v1/operator/inbox?open=true")).Items);
        Assert.True((await installation.Get<AuditBook>().HandleAsync(Stop)).IsClean);
    }

    private static async Task<List<MailRow>> MailsAsync(TestInstallation installation)
    {
        await using var db = installation.Database.Read();
        return await db.Mails.OrderBy(row => row.Id).ToListAsync(Stop);
    }
}
