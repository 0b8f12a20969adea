using System.Globalization;
using System.Net.Mail;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Jobs;
using Purser.Server.Settings;
using Purser.Server.Store;

namespace Purser.Server.Mail;

/// <summary>
/// Sends what waits. Each mail is leased before it is sent, so that two nodes never work on one; a node that dies in between leaves it to the next
/// try. A mail may go out twice (taken by the server, not yet marked here), never not at all.
/// </summary>
public sealed class SendMail(Database database, Outbox outbox, PurserSettings settings, TimeProvider machine, ILogger<SendMail> log) : IJob
{
    public const string Name = "mail.send";

    private const int AtOnce = 100;
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(5);

    private enum Outcome
    {
        Sent,
        Refused,
        NoConnection,
    }

    public async Task<string> RunAsync(CancellationToken cancellation)
    {
        if (!settings.Mail.IsOn)
        {
            return "no mail server is set";
        }

        using var connection = new SmtpConnection(settings.Mail, settings.Vendor.PortalName);
        var sent = 0;
        for (var count = 0; count < AtOnce && await LeaseNextAsync(cancellation) is { } row; count++)
        {
            switch (await TryAsync(connection, row, cancellation))
            {
                case Outcome.Sent:
                    sent++;
                    break;
                case Outcome.NoConnection:
                    // The others would wait as long for nothing.
                    return string.Create(CultureInfo.InvariantCulture, $"{sent} sent; the mail server does not answer as it should");
            }
        }

        return string.Create(CultureInfo.InvariantCulture, $"{sent} sent");
    }

    private async Task<MailRow?> LeaseNextAsync(CancellationToken cancellation)
    {
        var now = machine.GetUtcNow();
        for (;;)
        {
            await using var db = database.Read();
            var row = await db.Mails.Where(mail => mail.State == MailState.Waiting && mail.NextTryAt <= now)
                .OrderBy(mail => mail.NextTryAt).ThenBy(mail => mail.Id).FirstOrDefaultAsync(cancellation);
            if (row is null)
            {
                return null;
            }

            var leased = 0;
            await database.WriteAsync(
                async write => leased = await write.Mails
                    .Where(mail => mail.Id == row.Id && mail.State == MailState.Waiting && mail.NextTryAt == row.NextTryAt && mail.Attempts == row.Attempts)
                    .ExecuteUpdateAsync(
                        set => set.SetProperty(mail => mail.NextTryAt, now + Lease).SetProperty(mail => mail.Attempts, mail => mail.Attempts + 1), cancellation),
                cancellation);
            if (leased == 1)
            {
                row.Attempts++;
                return row;
            }
        }
    }

    private async Task<Outcome> TryAsync(SmtpConnection connection, MailRow row, CancellationToken cancellation)
    {
        try
        {
            await connection.SendAsync(row, outbox.Open(row), cancellation);
            await MarkAsync(row, mail => (mail.State, mail.SentAt, mail.LastError) = (MailState.Sent, machine.GetUtcNow(), ""));
            return Outcome.Sent;
        }
        catch (SmtpException fault) when (IsAboutTheMail(fault.StatusCode))
        {
            log.LogWarning("Mail {Id} was not taken, attempt {Attempt}: {Reason}", row.Id, row.Attempts, Explain(fault));
            await MarkAsync(row, mail => Postpone(mail, Explain(fault), forGood: (int)fault.StatusCode >= 500));
            return Outcome.Refused;
        }
        catch (Exception fault) when (!cancellation.IsCancellationRequested)
        {
            log.LogWarning("Mail {Id} could not be sent, attempt {Attempt}: {Reason}", row.Id, row.Attempts, Explain(fault));
            await MarkAsync(row, mail => Postpone(mail, Explain(fault), forGood: false));
            return Outcome.NoConnection;
        }
    }

    /// <summary>Replies to this mail and its recipient; all others concern the server, the sign-in or the connection, and with them every mail.</summary>
    private static bool IsAboutTheMail(SmtpStatusCode reply) =>
        (int)reply is >= 450 and not (454 or 500 or 501 or 502 or 503 or 504 or 530 or 534 or 535 or 538);

    /// <param name="forGood">RFC 5321 4.2.1: after a reply of 500 or more the same will be answered again.</param>
    private void Postpone(MailRow mail, string error, bool forGood)
    {
        mail.LastError = error;
        if (!forGood && MailRetry.PauseAfter(mail.Attempts) is { } pause)
        {
            mail.NextTryAt = machine.GetUtcNow() + pause;
        }
        else
        {
            mail.State = MailState.Failed;
        }
    }

    /// <summary>Also while the server stops: what was sent must be known as sent.</summary>
    private Task MarkAsync(MailRow row, Action<MailRow> change) => database.WriteAsync(
        async db => change(await db.Mails.FirstAsync(mail => mail.Id == row.Id)), CancellationToken.None);

    private static string Explain(Exception fault)
    {
        var reasons = new List<string>();
        for (var cause = fault; cause is not null; cause = cause.InnerException)
        {
            reasons.Add(cause is OperationCanceledException ? "The mail server did not answer within a minute." : cause.Message);
        }

        var text = string.Join(" ", reasons.Distinct());
        return text.Length <= 500 ? text : text[..500];
    }
}
