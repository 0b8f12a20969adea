using System.Globalization;
using System.Net;
using System.Net.Mail;
using System.Net.Mime;
using System.Text;
using Purser.Server.Settings;

namespace Purser.Server.Mail;

/// <summary>A connection to the mail server, kept for the mails of one round. STARTTLS is demanded, not asked for, unless it is switched off.</summary>
internal sealed class SmtpConnection(MailSettings settings, string senderName) : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    private readonly MailAddress sender = new(settings.From, senderName, Encoding.UTF8);
    private SmtpClient? client;

    public async Task SendAsync(MailRow row, Outbox.Body body, CancellationToken cancellation)
    {
        using var message = new MailMessage
        {
            From = sender,
            Subject = row.Subject,
            SubjectEncoding = Encoding.UTF8,
            Body = body.Text,
            BodyEncoding = Encoding.UTF8,
        };
        message.To.Add(new MailAddress(row.Recipient));
        message.AlternateViews.Add(AlternateView.CreateAlternateViewFromString(body.Html, Encoding.UTF8, MediaTypeNames.Text.Html));

        // The same at every try: a mail that was taken twice shows once. And no automatic answers, please (RFC 3834).
        message.Headers.Add("Message-ID", string.Create(CultureInfo.InvariantCulture, $"<{row.CreatedAt.ToUnixTimeSeconds()}.{row.Id}@{sender.Host}>"));
        message.Headers.Add("Auto-Submitted", "auto-generated");

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Longest);
        client ??= Open();
        try
        {
            await client.SendMailAsync(message, limit.Token);
        }
        catch
        {
            // The client leaves a refused mail begun on its connection, and the server would refuse the next one for that.
            client.Dispose();
            client = null;
            throw;
        }
    }

    public void Dispose() => client?.Dispose();

    private SmtpClient Open() => new(settings.Host, settings.Port)
    {
        EnableSsl = settings.StartTls,
        Credentials = settings.User.Length > 0 ? new NetworkCredential(settings.User, settings.Password) : null,
    };
}
