using Microsoft.EntityFrameworkCore;
using Purser.Server.Alerts;
using Purser.Server.Commands;
using Purser.Server.Settings;
using Purser.Server.Store;

namespace Purser.Server.Accounts;

/// <summary>
/// The click-to-accept gate: while the newest agreement is not accepted there is no new token and no new registration; everything else goes
/// on and no running device is cut off (domain rules 7.2).
/// </summary>
public sealed class AgreementGate(PurserSettings settings)
{
    /// <summary>Null when it is open. For new tokens.</summary>
    public async Task<Refusal?> JudgeTokensAsync(PurserContext db, Account account, CancellationToken cancellation = default) =>
        Judge(account, await NewestVersionAsync(db, cancellation));

    /// <summary>Null when it is open. For new registrations, also by a token that is older than the agreement.</summary>
    public async Task<Refusal?> JudgeRegistrationAsync(PurserContext db, Account account, CancellationToken cancellation = default) =>
        settings.Agreement.BlocksRegistration ? Judge(account, await NewestVersionAsync(db, cancellation)) : null;

    /// <summary>The rule itself, for callers that know the newest version (null: none was ever published).</summary>
    public static Refusal? Judge(Account account, int? newestVersion) => IsPending(account.AgreementVersion, newestVersion)
        ? Verdict.Refused(
            RefusalCode.AgreementPending,
            $"The license agreement (version {newestVersion}) has not been accepted for {account.Name}. A Smart Account Administrator or Approver accepts it under Agreements.")
        : null;

    public static bool IsPending(int? acceptedVersion, int? newestVersion) => newestVersion is { } newest && (acceptedVersion ?? 0) < newest;

    public static Task<int?> NewestVersionAsync(PurserContext db, CancellationToken cancellation = default) =>
        db.Agreements.MaxAsync(agreement => (int?)agreement.Version, cancellation);

    /// <summary>Writes down that the caller accepts it for the account; the alert clears (SA-05).</summary>
    internal static async Task AcceptAsync(WriteScope scope, Account account, Agreement newest)
    {
        account.AgreementVersion = newest.Version;
        scope.Db.AgreementAcceptances.Add(new AgreementAcceptance
        {
            AccountId = account.Id,
            Version = newest.Version,
            PersonId = scope.Actor.Id,
            PersonName = scope.Actor.Name,
            AcceptedAt = scope.Now,
            TextHash = newest.TextHash,
        });
        await scope.Alerts(account.Id).ClearAsync(AlertSubjects.Agreement);
        scope.Journal(account.Id).Append(AccountEvents.AgreementAccepted(newest.Version, scope.Actor.Name));
    }

    /// <summary>The Major alert of the account level that stands until the agreement is accepted (help ch. 2).</summary>
    internal async Task RaiseIfPendingAsync(WriteScope scope, Account account, CancellationToken cancellation)
    {
        var newest = await NewestVersionAsync(scope.Db, cancellation);
        if (!IsPending(account.AgreementVersion, newest))
        {
            return;
        }

        var (kind, message) = account.AgreementVersion is null
            ? (AlertKind.AgreementPending, AlertTexts.AgreementPending(settings.Vendor.Name))
            : (AlertKind.AgreementUpdated, AlertTexts.AgreementUpdated(settings.Vendor.Name));
        await scope.Alerts(account.Id).RaiseAsync(new AlertDraft(kind, AlertLevel.Major, AlertSubjects.Agreement, message)
        {
            // A newer version is a new occurrence.
            Period = newest!.Value,
        });
    }
}
