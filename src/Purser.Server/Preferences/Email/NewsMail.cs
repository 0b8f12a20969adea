using Purser.Server.Accounts;
using Purser.Server.Alerts;
using Purser.Server.Mail;
using Purser.Server.Settings;

namespace Purser.Server.Preferences;

/// <summary>One thing to tell, as it stands in a mail.</summary>
/// <param name="Source">The virtual account it comes from, or the Smart Account.</param>
public sealed record News(MailTopic Topic, string Heading, string Source, string Message, DateTimeOffset At);

/// <summary>Mails about alerts and events of an account: readable in a text reader, the most severe first, never longer than a person reads.</summary>
public sealed class NewsMail(Outbox outbox, PurserSettings settings)
{
    /// <summary>So many are told, the others counted.</summary>
    public const int Longest = 100;

    public static News Of(Alert alert, string source, DateTimeOffset now) => new(
        MailTopics.Of(alert.Kind), $"{alert.Level} alert: {MailTopics.Of(alert.Kind).Title()}", source, AlertTexts.AsOf(alert.Message, alert.DueAt, now), alert.RaisedAt);

    public MailDraft AtOnce(string recipient, Account account, IReadOnlyList<News> news) => Write(
        recipient, account, news, news.Count,
        news.Count == 1 ? $"{news[0].Heading} in {account.Name}" : $"{news.Count} messages about {account.Name}",
        $"In the Smart Account {account.Name} ({account.Domain}) in {settings.Vendor.PortalName}:");

    /// <param name="count">All of them; <paramref name="news"/> need not hold more than are told.</param>
    public MailDraft Daily(string recipient, Account account, IReadOnlyList<News> news, int count) => Write(
        recipient, account, news, count,
        $"Daily summary of {account.Name}: {(count == 1 ? "1 alert" : $"{count} alerts")}",
        $"Since the last summary these alerts were raised in the Smart Account {account.Name} ({account.Domain}) in {settings.Vendor.PortalName}:");

    private MailDraft Write(string recipient, Account account, IReadOnlyList<News> news, int count, string subject, string opening)
    {
        var mail = new MailDraft(recipient, subject).Say(opening);
        foreach (var one in news.Take(Longest))
        {
            mail.Facts((one.Heading, FormattableString.Invariant($"{one.At.UtcDateTime:yyyy-MM-dd HH:mm} UTC, {one.Source}"))).Say(one.Message);
        }

        if (count > Longest)
        {
            mail.Say($"And {count - Longest} more.");
        }

        return mail.Link("Alerts", $"{outbox.PublicUrl}/accounts/{account.Domain}/alerts")
            .Say($"You chose these mails under Preferences, Email Notification: {outbox.PublicUrl}/accounts/{account.Domain}/preferences?tab=email");
    }
}
