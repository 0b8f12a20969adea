using Purser.Server.Alerts;
using Purser.Server.Reservations;
using Purser.Server.Store;

namespace Purser.Server.Preferences;

/// <summary>What somebody can be mailed of in a Smart Account (help ch. 9; domain rules 12.7), in the order of the form.</summary>
public enum MailTopic
{
    InsufficientLicenses,
    LicensesExpiring,
    LicensesExpired,
    FailedToConnect,
    FailedToRenew,
    SynchronizationOverdue,
    SatelliteRemoved,
    NewLicenses,
    NewProductInstance,
    LicensesReserved,
    SynchronizationFileProcessed,
}

/// <summary>Somebody wants mails of this topic in this account. Without a row she gets none.</summary>
public sealed class MailSubscription : ITenantRow
{
    public long AccountId { get; set; }
    public long PersonId { get; set; }
    public MailTopic Topic { get; set; }
}

/// <summary>"Receive a daily email summary": her selected alerts of a day come in one mail instead of at once.</summary>
public sealed class DailyMail : ITenantRow
{
    public long AccountId { get; set; }
    public long PersonId { get; set; }
    public DateTimeOffset NextAt { get; set; }

    /// <summary>The last telling that a summary of hers held.</summary>
    public long LastTelling { get; set; }
}

/// <summary>How far an account's news have been told. Each telling has a number, so that none is told twice or left out, whatever the clock shows.</summary>
public sealed class MailMark : ITenantRow
{
    public long AccountId { get; set; }
    public long Telling { get; set; }
    public long EventSeq { get; set; }

    /// <summary>Older alerts were there before anybody wanted mails.</summary>
    public DateTimeOffset AlertsSince { get; set; }
}

public static class MailTopics
{
    private static readonly Dictionary<MailTopic, (string Title, string Text)> Words = new()
    {
        [MailTopic.InsufficientLicenses] = ("Insufficient Licenses", "Usage in account exceeds available licenses."),
        [MailTopic.LicensesExpiring] = ("Licenses Expiring", "Warning that term-limited licenses will be expiring. Sent 90, 60, 30, 14, 7, 3, 2 and 1 days prior to expiration."),
        [MailTopic.LicensesExpired] = ("Licenses Expired", "Term-limited licenses have expired. Only displayed if Licenses Expiring warning have not been dismissed."),
        [MailTopic.FailedToConnect] = ("Product Instance Failed to Connect", "Product has not successfully connected during its renewal period."),
        [MailTopic.FailedToRenew] = ("Product Instance Failed to Renew and was Removed", "Product has not successfully connected within its maximum allowed renewal period and has been removed."),
        [MailTopic.SynchronizationOverdue] = ("Satellite Synchronization Overdue", "Satellite has not synchronized within the expected time period."),
        [MailTopic.SatelliteRemoved] = ("Satellite Unregistered and Removed", "Satellite failed to synchronize in 365 days and has been removed."),
        [MailTopic.NewLicenses] = ("New Licenses", "An order has been processed and new licenses have been added to the account."),
        [MailTopic.NewProductInstance] = ("New Product Instance", "A new product instance was successfully registered."),
        [MailTopic.LicensesReserved] = ("Licenses Reserved", "A product instance has reserved licenses in the account."),
        [MailTopic.SynchronizationFileProcessed] = ("Synchronization file processed", "A satellite synchronization file has finished processing."),
    };

    // The kinds under which the event logs have them.
    private static readonly Dictionary<string, MailTopic> ByEvent = new(StringComparer.Ordinal)
    {
        ["New Licenses"] = MailTopic.NewLicenses,
        ["New Product Instance"] = MailTopic.NewProductInstance,
        [ReservationEvents.ReservedKind] = MailTopic.LicensesReserved,
    };

    private static readonly Dictionary<AlertKind, MailTopic> ByAlert = new()
    {
        [AlertKind.InsufficientLicenses] = MailTopic.InsufficientLicenses,
        [AlertKind.LicensesExpiring] = MailTopic.LicensesExpiring,
        [AlertKind.LicensesExpired] = MailTopic.LicensesExpired,
        [AlertKind.FailedToConnect] = MailTopic.FailedToConnect,
        [AlertKind.FailedToRenew] = MailTopic.FailedToRenew,
    };

    public static IReadOnlyList<MailTopic> AlertEvents { get; } = [.. Enum.GetValues<MailTopic>().Where(topic => topic < MailTopic.NewLicenses)];

    public static IReadOnlyList<MailTopic> InformationalEvents { get; } = [MailTopic.NewLicenses, MailTopic.NewProductInstance, MailTopic.LicensesReserved];

    public static IReadOnlyList<MailTopic> StatusNotifications { get; } = [MailTopic.SynchronizationFileProcessed];

    public static IReadOnlyList<AlertKind> AlertKinds { get; } = [.. ByAlert.Keys];

    public static IReadOnlyList<string> EventKinds { get; } = [.. ByEvent.Keys];

    public static string Title(this MailTopic topic) => Words[topic].Title;

    public static string Explanation(this MailTopic topic) => Words[topic].Text;

    public static MailTopic Of(AlertKind kind) => ByAlert[kind];

    public static MailTopic Of(string eventKind) => ByEvent[eventKind];
}
