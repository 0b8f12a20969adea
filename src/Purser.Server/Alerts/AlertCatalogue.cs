using System.Collections.Frozen;
using Purser.Server.People;

namespace Purser.Server.Alerts;

/// <summary>What a person can do about an alert.</summary>
public enum AlertAction
{
    TransferLicenses,
    AcceptAgreement,
    CompleteUpgrade,
    RemoveInstance,
    RemindLater,
    Dismiss,
}

/// <summary>What holds for all alerts of a kind.</summary>
/// <param name="Title">The name of the alert in the source.</param>
/// <param name="Level">The level at which it is usually raised.</param>
/// <param name="Wording">Where the text is taken from.</param>
/// <param name="Clears">When it closes by itself.</param>
/// <param name="Actions">What may be done about it; both levels offer all of it (domain rules 10.6).</param>
public sealed record AlertRule(string Title, AlertLevel Level, string Wording, string Clears, params IReadOnlyList<AlertAction> Actions)
{
    /// <summary>A minor one whose due date passes becomes major (domain rules 10.6).</summary>
    public bool BecomesMajor { get; init; }

    public bool Allows(AlertAction action) => Actions.Contains(action);
}

/// <summary>The catalogue of alerts (domain rules 10.2).</summary>
public static class AlertCatalogue
{
    private static readonly FrozenDictionary<AlertKind, AlertRule> Rules = new Dictionary<AlertKind, AlertRule>
    {
        [AlertKind.InsufficientLicenses] = new(
            "Insufficient Licenses", AlertLevel.Major, "help ch. 2; plural mended (domain rules 14, row 9)",
            "when the licenses are brought back into compliance", AlertAction.TransferLicenses),
        [AlertKind.AgreementPending] = new(
            "Smart Licensing Agreement Pending", AlertLevel.Major, "help ch. 2; before the first acceptance our own words",
            "when the agreement is accepted", AlertAction.AcceptAgreement),
        [AlertKind.LicensesExpiring] = new(
            "Licenses Expiring", AlertLevel.Minor, "help ch. 2", "when the next warning period begins, and when the licenses are renewed, moved or expired",
            AlertAction.RemindLater, AlertAction.Dismiss) { BecomesMajor = true },
        [AlertKind.LicensesExpired] = new(
            "Licenses Expired", AlertLevel.Minor, "help ch. 2", "never by itself", AlertAction.Dismiss),
        [AlertKind.FailedToConnect] = new(
            "Product Instance Failed to Connect", AlertLevel.Minor, "help ch. 2",
            "when the product instance connects or is removed, and after 90 days of silence",
            AlertAction.RemindLater, AlertAction.Dismiss, AlertAction.RemoveInstance) { BecomesMajor = true },
        [AlertKind.FailedToRenew] = new(
            "Product Instance Failed to Renew", AlertLevel.Major, "help ch. 2, account level (domain rules 14, row 6)",
            "when the product instance connects or is removed", AlertAction.RemoveInstance, AlertAction.Dismiss),
        [AlertKind.UpgradePending] = new(
            "Upgrade Pending", AlertLevel.Informational, "help ch. 4", "when the license upgrade process is completed", AlertAction.CompleteUpgrade),
        [AlertKind.DuplicateLicenses] = new(
            "Duplicate Licenses", AlertLevel.Minor, "help ch. 2 names the cause; our own words",
            "when the order is canceled, or the license is moved to a virtual account that does not have it"),
        [AlertKind.IntegrityViolation] = new(
            "Ledger Integrity Violation", AlertLevel.Major, "our own words", "when the next check finds the book in order"),
    }.ToFrozenDictionary();

    public static IEnumerable<AlertKind> Kinds => Rules.Keys;

    public static AlertRule Of(AlertKind kind) => Rules[kind];

    /// <summary>The right that an action needs where the alert belongs.</summary>
    public static Permission PermissionFor(AlertAction action) => action switch
    {
        AlertAction.TransferLicenses or AlertAction.CompleteUpgrade => Permission.LicenseTransfer,
        AlertAction.AcceptAgreement => Permission.AgreementAccept,
        AlertAction.RemoveInstance => Permission.DeviceRemove,
        AlertAction.RemindLater or AlertAction.Dismiss => Permission.AlertAct,
        _ => throw new ArgumentOutOfRangeException(nameof(action), action, "No such action"),
    };
}
