using System.Globalization;
using System.Text.Json;
using Purser.Server.Commands;
using Purser.Server.Pki;
using Purser.Server.Settings;
using Purser.Server.Store;

namespace Purser.Server.Mail;

/// <summary>Where features put their mails: a row in the command's own transaction, sent by <see cref="SendMail"/>.</summary>
public sealed class Outbox(SecretBox box, PurserSettings settings, ILogger<Outbox> log)
{
    public sealed record Body(string Text, string Html);

    /// <summary>The address under which people reach the pages: "https://licenses.example.com".</summary>
    public string PublicUrl => settings.Http.PublicUrl.Length > 0 ? settings.Http.PublicUrl.TrimEnd('/') : $"http://localhost:{settings.Http.Port}";

    public void Post(WriteScope scope, MailDraft draft)
    {
        var id = scope.NextId(IdKind.Mail);
        var body = JsonSerializer.Serialize(new Body(draft.Text, draft.Html));
        scope.Db.Mails.Add(new MailRow
        {
            Id = id,
            Recipient = draft.Recipient,
            Subject = draft.Subject,
            SealedBody = box.Seal(body, PlaceOf(id)),
            State = settings.Mail.IsOn ? MailState.Waiting : MailState.Kept,
            CreatedAt = scope.Now,
            NextTryAt = DateTimeOffset.UnixEpoch,
        });
        if (!settings.Mail.IsOn)
        {
            // The subject only: links and people stay out of the log.
            scope.AfterCommit(() => log.LogInformation("Mail {Id} is kept, no mail server is set (Mail:Host): {Subject}", id, draft.Subject));
        }
    }

    internal Body Open(MailRow row) => JsonSerializer.Deserialize<Body>(box.OpenText(row.SealedBody, PlaceOf(row.Id)))!;

    private static string PlaceOf(long id) => string.Create(CultureInfo.InvariantCulture, $"mail.sealed_body.{id}");
}
