using System.Collections.Frozen;
using static Purser.Server.Alerts.AlertAction;
using static Purser.Server.Alerts.AlertLevel;

namespace Purser.Server.Alerts;

/// <summary>
/// The one table of all alerts: level, wording, actions, dismissal, place. Wordings are those of help ch. 2 unless another source stands beside
/// them; its slips are mended as in domain rules 14.
/// </summary>
internal static class AlertRules
{
    private const string ByItself = "never by itself";
    private const string InTime = "when the product instance connects or is removed";

    public static readonly FrozenDictionary<AlertKind, AlertRule> Table =
        Licenses().Concat(Instances()).Concat(Reservations()).Concat(Conversions()).Concat(Satellites()).Concat(OfThisServer()).ToFrozenDictionary();

    private static Dictionary<AlertKind, AlertRule> Licenses() => new()
    {
        [AlertKind.InsufficientLicenses] = new(
            "Insufficient Licenses", Major,
            "The Virtual Account \"<pool>\" has a shortage of <license> licenses. <count> license is required to return to compliance.",
            "when the licenses are brought back into compliance", TransferLicenses),
        [AlertKind.AgreementUpdated] = new(
            "Updated Smart License Agreement", Major,
            "The <vendor> Smart Licensing Agreement has been updated and this new version must be accepted in order to continue using Smart Licensing.",
            "when the agreement is accepted", AcceptAgreement) { Place = AlertPlace.SmartAccount },

        // Help ch. 2 names it without a text.
        [AlertKind.AgreementPending] = new(
            "Smart Licensing Agreement Pending", Major,
            "The <vendor> Smart Licensing Agreement has not been accepted yet. It must be accepted before product instances can be registered.",
            "when the agreement is accepted", AcceptAgreement) { Place = AlertPlace.SmartAccount },
        [AlertKind.LicensesExpired] = new(
            "Licenses Expired", Minor, "<count> <license> licenses in the virtual account \"<pool>\" expired on <date>.", ByItself, Dismiss),

        // Dismiss comes from help ch. 9 (domain rules 14, row 4).
        [AlertKind.LicensesExpiring] = new(
            "Licenses Expiring", Minor, "<count> <license> licenses in the virtual account \"<pool>\" are set to expire in 30 days on <date>.",
            "when the next warning period begins, and when the licenses are renewed, moved or expired", RemindLater, Dismiss) { BecomesMajor = true },
        [AlertKind.DuplicateLicenses] = new(
            "Duplicate Licenses", Minor,
            "The license \"<license>\" is present from different subscriptions in the Virtual Account \"<pool>\". <count> of them are duplicates and not counted. "
            + "Cancel the order, or move the license to another Virtual Account that does not already have it.",
            "when the order is canceled or the entitlement is transferred to a virtual account without it"),

        // Help ch. 4, license table.
        [AlertKind.UpgradePending] = new(
            "Upgrade Pending", Informational,
            "<count> upgrade licenses of <license> have been purchased in the Virtual Account \"<pool>\" but will not be available until the licenses being replaced "
            + "have been identified.",
            "when the license upgrade process is completed", CompleteUpgrade),
    };

    private static Dictionary<AlertKind, AlertRule> Instances() => new()
    {
        [AlertKind.FailedToConnect] = new(
            "Product Instance Failed to Connect", Minor,
            "The Product Instance \"<Product Name>\" in the Virtual Account \"<Virtual Account Name>\" is not connected for its renewal period and the product instance "
            + "may run in a degraded state if it does not connect within the next <# of days> days. If the product is not going to connect, you can remove it to "
            + "immediately release the license it is consuming.",
            "when the product instance connects or is removed, and after 90 days of silence", RemindLater, Dismiss, RemoveInstance) { BecomesMajor = true },

        // Help ch. 2, account level (domain rules 14, row 6).
        [AlertKind.FailedToRenew] = new(
            "Product Instance Failed to Renew", Major,
            "The product instance \"<instance>\" in the Virtual Account \"<Virtual Account Name>\" failed to connect during its renewal period and may be running "
            + "in a degraded state. The licenses it was consuming have been released for use by other product instances.",
            InTime, RemoveInstance, Dismiss),
        [AlertKind.RestrictedFailedToRenew] = new(
            "Product Instance Failed to Renew: Export Restricted Licenses", Major,
            "The product instance \"<Product Name>\" in the Virtual Account \"<Virtual Account Name>\" failed to connect during its renewal period and may be running "
            + "in a degraded state. It is using licenses which enable restricted encryption technology, and those licenses have not been released. "
            + "The non-restricted licenses it was consuming have been released for use by other product instances.",
            InTime, RemoveInstance, Dismiss),

        // The instance is gone, its locks stay until the device or an operator releases them (domain rules 9.6).
        [AlertKind.DeauthorizationFailed] = new(
            "Product Instance Failed to Connect: Export Restricted Licenses", Major,
            "The product instance \"<Product Name>\" in the Virtual Account \"<Virtual Account Name>\" failed to connect. It is using licenses which enable restricted "
            + "encryption technology, and those licenses have not been released. The non-restricted licenses it was consuming have been released for use by other "
            + "product instances.",
            "when the restricted licenses are released", RemindLater, Dismiss),
        [AlertKind.RestrictedLicenseNotAvailable] = new(
            "Restricted License Not Available", Informational,
            "The product instance <Product Instance Name> has requested license <License Name> which enables restricted encryption technology. "
            + "This license is not available within the virtual account <VA name>.",
            "when the license is granted later", Dismiss),
    };

    private static Dictionary<AlertKind, AlertRule> Reservations() => new()
    {
        [AlertKind.ReservedLicenseExpired] = new(
            "Reserved License Expired", Minor,
            "A term license in the reservation of \"<Product Name>\" has expired. Update the reservation to select a different term license from the available surplus.",
            "when an update of the reservation that replaces the license is completed", UpdateReservation, Dismiss),
        [AlertKind.ReservedLicensesReturned] = new(
            "Reserved Licenses Returned to Smart Account", Informational,
            "The product instance \"<PI Name>\", which had licenses reserved, has been moved to another Smart Account. The licenses it was reserving will be returned "
            + "to the original virtual account \"<VA Name>\". Licenses reserved: <licenses>.",
            ByItself, Dismiss),

        // Help ch. 6 names both without a text.
        [AlertKind.ReservationPending] = new(
            "License Reservation Pending", Informational,
            "The reservation of the product instance \"<Product Name>\" was changed. It becomes effective when the confirmation code from the product instance is entered.",
            "when the confirmation code is entered, or the change is canceled", EnterConfirmation),
        [AlertKind.PendingRemoval] = new(
            "Pending Removal", Informational,
            "The product instance \"<Product Name>\" failed and its licenses were rehosted. It still reserves them until it is removed.",
            "when the product instance is removed", Reset),
    };

    private static Dictionary<AlertKind, AlertRule> Conversions() => new()
    {
        // The source's title says the contrary of its text (domain rules 14, row 8).
        [AlertKind.ConversionIncomplete] = new(
            "License Conversion Incomplete", Minor,
            "The product instance \"<PI name>\" was successfully registered to the Virtual Account \"<VA Name>\" but one or more traditional licenses that were "
            + "installed on it failed to be converted to Smart Software Licenses.",
            "when a later conversion succeeds", Dismiss) { Place = AlertPlace.SmartAccount },
        [AlertKind.LicensesNotConverted] = new(
            "Licenses Not Converted", Minor,
            "The product instance \"<PI Name>\" was unable to establish a connection with <portal> so the licenses could not be converted. "
            + "Please contact <vendor> Support for conversion assistance.",
            "when a later conversion succeeds", Dismiss) { Place = AlertPlace.SmartAccount },

        // Help ch. 7.
        [AlertKind.ConversionFailed] = new(
            "Errors Occurred While Converting", Minor,
            "Errors occurred while converting traditional licenses to Smart Licenses. Please attempt to convert the licenses again. If the problem persists, you can open "
            + "a support case for more assistance.",
            "when a later conversion succeeds", Dismiss) { Place = AlertPlace.SmartAccount },
    };

    private static Dictionary<AlertKind, AlertRule> Satellites() => new()
    {
        [AlertKind.AuthorizationPending] = Satellite(
            "Authorization Pending", Informational,
            "A satellite Authorization File is required to complete the registration process. An email notification will be sent to your email address when the file has "
            + "been generated and is ready to be downloaded.",
            "when the file is ready"),
        [AlertKind.AuthorizationFileReady] = Satellite(
            "Satellite Authorization File Ready", Minor, "The Authorization File for this satellite has been generated and is ready to be downloaded.",
            "when the satellite is set up", DownloadFile, Dismiss),
        [AlertKind.UpcomingSyncDeadline] = Satellite(
            "Upcoming Satellite Sync Deadline", Minor,
            "The <portal> satellite \"<name>\" has not synchronized for <number of days> days. Synchronize it before <date>.",
            "when the satellite is synchronized", RemindLater, Dismiss),
        [AlertKind.SynchronizationOverdue] = Satellite(
            "Synchronization Overdue", Major,
            "The <portal> satellite \"<name>\" has not synchronized for <number of days> days. If it is not synchronized within <365-number of days> days, this satellite "
            + "will be removed from <portal> and all of the product instances registered through the satellite may run in a degraded state.",
            "when the satellite is synchronized", RemindLater),
        [AlertKind.SynchronizationFailed] = Satellite(
            "Synchronization Failed", Minor,
            "Generate a new Synchronization File from your satellite and try the synchronization again. If the problem persists, contact <vendor> Support.",
            "when the next synchronization succeeds", Dismiss),
        [AlertKind.SatelliteRemoved] = Satellite(
            "Satellite Unregistered and Removed", Major,
            "The <portal> satellite \"<name>\" has not synchronized for <number of days> days and has been removed.", ByItself, Dismiss),
    };

    /// <summary>What the source never had.</summary>
    private static Dictionary<AlertKind, AlertRule> OfThisServer() => new()
    {
        [AlertKind.LicenseThreshold] = new(
            "License Threshold Reached", Minor,
            "The use of <license> licenses in the virtual account \"<pool>\" has reached a threshold: <threshold>.",
            "when the use is below the threshold again, and when the threshold is removed", TransferLicenses, Dismiss),
        [AlertKind.UsageReportOverdue] = new(
            "Usage Report Overdue", Minor,
            "The product instance \"<Product Name>\" in the virtual account \"<pool>\" should have reported its license usage by <date>. It goes on working. Save its usage reports there and upload "
            + "them, or remove the product instance if it is gone.",
            "when a usage report is received, and when the product instance is removed", RemoveInstance, RemindLater, Dismiss),
        [AlertKind.IntegrityViolation] = new(
            "Ledger Integrity Violation", Major, "The books of this Smart Account do not agree: <count> discrepancies. <first> Tell the operator at once.",
            "when the next check finds the book in order") { Place = AlertPlace.SmartAccount },
    };

    private static AlertRule Satellite(string title, AlertLevel level, string wording, string clears, params IReadOnlyList<AlertAction> actions) =>
        new(title, level, wording, clears, actions) { Place = AlertPlace.SmartAccount, Reminds = RemindPlan.HalfOfTheTimeLeft };
}
