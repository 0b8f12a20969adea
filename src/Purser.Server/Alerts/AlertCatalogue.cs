using Purser.Server.People;

namespace Purser.Server.Alerts;

/// <summary>What a person can do about an alert.</summary>
public enum AlertAction
{
    TransferLicenses,
    AcceptAgreement,
    CompleteUpgrade,
    UpdateReservation,
    EnterConfirmation,
    DownloadFile,
    RemoveInstance,
    RemindLater,
    Dismiss,

    /// <summary>Ends the alert of a failed product instance that was rehosted; the instance still reserves (domain rules 8.7).</summary>
    Reset,
}

/// <summary>Where an alert lives, and so who sees it: everybody who sees alerts of the Smart Account, or of this virtual account (domain rules 10.1).</summary>
public enum AlertPlace
{
    SmartAccount,
    VirtualAccount,
}

/// <summary>Until when "Remind Later" hides an alert (domain rules 10.4).</summary>
public enum RemindPlan
{
    NextPeriod,
    HalfOfTheTimeLeft,
}

/// <summary>What holds for all alerts of a kind.</summary>
/// <param name="Title">The name of the alert in the source.</param>
/// <param name="Level">The level at which it is usually raised.</param>
/// <param name="Wording">The message; what stands in angle brackets is filled in.</param>
/// <param name="Clears">When it closes by itself.</param>
/// <param name="Actions">What may be done about it; both levels offer all of it (domain rules 10.6).</param>
public sealed record AlertRule(string Title, AlertLevel Level, string Wording, string Clears, params IReadOnlyList<AlertAction> Actions)
{
    public AlertPlace Place { get; init; } = AlertPlace.VirtualAccount;

    /// <summary>A minor one whose due date passes becomes major (domain rules 10.6).</summary>
    public bool BecomesMajor { get; init; }

    public RemindPlan Reminds { get; init; } = RemindPlan.NextPeriod;

    public bool Allows(AlertAction action) => Actions.Contains(action);

    /// <summary>Does a person's word end it? Then it was dismissed.</summary>
    public bool CanBeDismissed => Allows(AlertAction.Dismiss) || Allows(AlertAction.Reset);
}

/// <summary>The catalogue of alerts (domain rules 10.2); its table is <see cref="AlertRules"/>.</summary>
public static class AlertCatalogue
{
    public static IEnumerable<AlertKind> Kinds => AlertRules.Table.Keys;

    public static AlertRule Of(AlertKind kind) => AlertRules.Table[kind];

    /// <summary>The right that an action needs where the alert belongs.</summary>
    public static Permission PermissionFor(AlertAction action) => action switch
    {
        AlertAction.TransferLicenses or AlertAction.CompleteUpgrade => Permission.LicenseTransfer,
        AlertAction.AcceptAgreement => Permission.AgreementAccept,
        AlertAction.RemoveInstance => Permission.DeviceRemove,
        _ => Permission.AlertAct,
    };
}
