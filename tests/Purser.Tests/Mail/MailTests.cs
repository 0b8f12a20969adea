using System.Net;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Mail;
using Purser.Server.People;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Mail;

/// <summary>From the command that causes a mail to the mail server that takes it.</summary>
public sealed class MailTests
{
    private const string Link = "https://licenses.example.com/approve?code=open-sesame";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task A_mail_goes_out_encrypted_and_signed_in_as_text_and_html(Engine engine)
    {
        await using var server = await MailServer.StartAsync();
        await using var installation = await TestInstallation.StartAsync(engine, settings => settings with { Mail = server.Settings });
        await PostAsync(installation, new MailDraft("mara@acme.example", "Bücher & <Söhne>\r\nBcc: all@acme.example")
            .Say("Grüße an <b>Mara</b>.").Quote("First line\nSecond line").Facts(("Domain", "acme.example"), ("Note", "")).Link("Approve", Link));
        await SendAsync(installation);

        var mail = await server.NextAsync();
        Assert.True(mail is { Tls: true, SignedIn: true, Kind: "multipart/alternative" });
        Assert.Equal(["mara@acme.example"], mail.To);
        Assert.Equal(["text/plain", "text/html"], mail.Order);
        Assert.Equal("Bücher & <Söhne>  Bcc: all@acme.example", mail.Headers["subject"]);
        Assert.False(mail.Headers.ContainsKey("bcc"));
        Assert.Equal("auto-generated", mail.Headers["auto-submitted"]);
        Assert.Contains("licenses@northwind.example", mail.Headers["from"], StringComparison.Ordinal);
        Assert.Equal($"Grüße an <b>Mara</b>.\n\n> First line\n> Second line\n\nDomain: acme.example\n\nApprove:\n{Link}", mail.Text.ReplaceLineEndings("\n").Trim());
        Assert.Contains("&lt;b&gt;Mara&lt;/b&gt;", mail.Html, StringComparison.Ordinal);
        Assert.Contains($"<a href=\"{Link}\">Approve</a>", mail.Html, StringComparison.Ordinal);
        var row = await OnlyAsync(installation);
        Assert.Equal((MailState.Sent, 1, ""), (row.State, row.Attempts, row.LastError));
        Assert.NotNull(row.SentAt);
    }

    [Theory, Engines]
    public async Task What_the_server_does_not_take_is_tried_again_or_given_up(Engine engine)
    {
        await using var server = await MailServer.StartAsync();
        await using var installation = await TestInstallation.StartAsync(engine, settings => settings with { Mail = server.Settings });
        await PostAsync(installation, new MailDraft("nobody@acme.example", "To nobody").Say("Hello"));
        await PostAsync(installation, new MailDraft("busy@acme.example", "To somebody busy").Say("Hello"));
        await PostAsync(installation, new MailDraft("mara@acme.example", "To Mara").Say("Hello"));
        await SendAsync(installation);

        Assert.Equal("To Mara", (await server.NextAsync()).Headers["subject"]);
        await using (var db = installation.Database.Read())
        {
            var nobody = await db.Mails.SingleAsync(row => row.Recipient == "nobody@acme.example", Stop);
            Assert.Equal(MailState.Failed, nobody.State);
            Assert.Contains("No such mailbox", nobody.LastError, StringComparison.Ordinal);
            var busy = await db.Mails.SingleAsync(row => row.Recipient == "busy@acme.example", Stop);
            Assert.Equal((MailState.Waiting, 1), (busy.State, busy.Attempts));
            Assert.True(busy.NextTryAt > TimeProvider.System.GetUtcNow().AddSeconds(30));
        }

        // Not due yet; an operator does not want to wait.
        await SendAsync(installation);
        var api = await installation.People.OperatorApiAsync();
        var waiting = Assert.Single((await api.GetJsonAsync("/api/v1/operator/mail?state=Waiting")).Items);
        Assert.Equal(HttpStatusCode.NoContent, (await api.PostJsonAsync($"/api/v1/operator/mail/{waiting.GetProperty("id").GetInt64()}/resend")).Status);
        await SendAsync(installation);
        Assert.Equal("To somebody busy", (await server.NextAsync()).Headers["subject"]);
    }

    [Theory, Engines]
    public async Task A_wrong_password_is_told_and_nothing_is_lost(Engine engine)
    {
        await using var server = await MailServer.StartAsync();
        await using var installation = await TestInstallation.StartAsync(
            engine, settings => settings with { Mail = server.Settings with { Password = "wrong" } });
        await PostAsync(installation, new MailDraft("mara@acme.example", "To Mara").Say("Hello"));
        await PostAsync(installation, new MailDraft("mara@acme.example", "To Mara again").Say("Hello"));
        Assert.Contains("does not answer as it should", await installation.Get<SendMail>().RunAsync(Stop), StringComparison.Ordinal);
        await using var db = installation.Database.Read();
        Assert.Equal([1, 0], await db.Mails.OrderBy(row => row.Id).Select(row => row.Attempts).ToListAsync(Stop));
        Assert.NotEqual("", (await db.Mails.OrderBy(row => row.Id).FirstAsync(Stop)).LastError);
    }

    [Theory, Engines]
    public async Task Without_a_mail_server_an_operator_reads_the_mail_and_it_is_sealed(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        await PostAsync(installation, new MailDraft("mara@acme.example", "To Mara").Link("Approve", Link));
        Assert.Equal("no mail server is set", await installation.Get<SendMail>().RunAsync(Stop));
        var row = await OnlyAsync(installation);
        Assert.Equal(MailState.Kept, row.State);
        Assert.DoesNotContain("open-sesame", Encoding.UTF8.GetString(row.SealedBody), StringComparison.Ordinal);

        var api = await installation.People.OperatorApiAsync();
        var shown = await api.GetJsonAsync($"/api/v1/operator/mail/{row.Id}");
        Assert.Contains(Link, shown.Json.GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Equal("conflict", (await api.PostJsonAsync($"/api/v1/operator/mail/{row.Id}/resend")).Code);
        Assert.Equal("not-found", (await api.GetJsonAsync("/api/v1/operator/mail/999999")).Code);
        var support = await installation.People.OperatorApiAsync(OperatorRole.Support);
        Assert.Equal(HttpStatusCode.Forbidden, (await support.GetJsonAsync("/api/v1/operator/mail")).Status);
        var browser = await installation.BrowserAsync(await installation.People.OperatorAsync());
        Assert.Contains("open-sesame", await browser.GetStringAsync($"/operator/mail?mail={row.Id}", Stop), StringComparison.Ordinal);
    }

    [Theory, Engines]
    public async Task A_refused_command_sends_nothing_and_old_mails_are_forgotten(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var refused = await installation.WritePath.RunAsync<Done>(new Command("test.mail", Actor.System, "x"), scope =>
        {
            installation.Get<Outbox>().Post(scope, new MailDraft("mara@acme.example", "Never"));
            return Task.FromResult<Verdict<Done>>(Verdict.Refused(RefusalCode.Conflict, "No."));
        }, Stop);
        Assert.False(refused.IsOk);
        await PostAsync(installation, new MailDraft("mara@acme.example", "Old"));
        Assert.Equal("Old", (await OnlyAsync(installation)).Subject);
        installation.Advance(TimeSpan.FromDays(91));
        await installation.Get<ForgetMail>().RunAsync(Stop);
        await using var db = installation.Database.Read();
        Assert.False(await db.Mails.AnyAsync(Stop));
    }

    private static async Task PostAsync(TestInstallation installation, MailDraft draft) => Assert.True(
        (await installation.WritePath.RunAsync<Done>(new Command("test.mail", Actor.System, draft.Subject), scope =>
        {
            installation.Get<Outbox>().Post(scope, draft);
            return Task.FromResult<Verdict<Done>>(Verdict.Done);
        }, Stop)).IsOk);

    private static Task<string> SendAsync(TestInstallation installation) => installation.Get<SendMail>().RunAsync(Stop);

    private static async Task<MailRow> OnlyAsync(TestInstallation installation)
    {
        await using var db = installation.Database.Read();
        return await db.Mails.SingleAsync(Stop);
    }
}
