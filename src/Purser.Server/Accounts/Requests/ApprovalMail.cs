using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Mail;
using Purser.Server.People;
using Purser.Server.People.SignIn;
using Purser.Server.Pki;
using Purser.Server.Settings;

namespace Purser.Server.Accounts;

/// <summary>The mails around a request. The approver's holds a single-use link, of which the row keeps the hash only.</summary>
public sealed class ApprovalMail(Outbox outbox, PurserSettings settings)
{
    public const string Path = "/account-requests/approve";

    /// <summary>Staff is the vendor's support to customers; the audit knows who it was (domain rules 11.3).</summary>
    public string NameOf(Actor actor) => actor.IsStaff ? settings.Vendor.SupportName : actor.Name;

    /// <summary>Writes to the approver; a link that was sent before stops working.</summary>
    public async Task SendAsync(WriteScope scope, AccountRequest request, CancellationToken cancellation)
    {
        var (person, _) = await PersonBook.FindOrAddAsync(scope, new NewPerson(request.ApproverEmail, request.ApproverName));
        var code = SecretSource.NewSecret();
        (request.State, request.ApproverId) = (AccountRequestState.AwaitingApprover, person.Id);
        (request.CodeHash, request.CodeEndsAt) = (SecretSource.HashOf(code), scope.MachineNow + AccountRequestRules.LinkLifetime);

        var isOwn = request.Authority == RequestAuthority.Requester;
        var mail = new MailDraft(request.ApproverEmail, $"Approve the Smart Account {request.Name}")
            .Say(isOwn
                ? $"You requested the Smart Account below in {settings.Vendor.PortalName} and said that you have the authority to activate it."
                : $"{Who(request)} requested the Smart Account below in {settings.Vendor.PortalName} and named you as the person who has the authority to activate it.")
            .Facts(Facts(request));
        if (request.Note.Length > 0)
        {
            mail.Quote(request.Note);
        }

        if (await FirstLink.MakeAsync(scope, await scope.Db.SignInSources.ToListAsync(cancellation), person, cancellation) is { } first)
        {
            SetPasswordLink.Write(mail, outbox, first, "You have no sign-in here yet. First choose a password; then open the second link.");
        }

        mail.Link("Approve or decline the Smart Account", $"{outbox.PublicUrl}{Path}?code={code}")
            .Say($"The link works once, until {Day(request.CodeEndsAt.Value)}, and only for you, signed in as {request.ApproverEmail}: whoever you forward it to cannot use it. "
                + "By approving you become Administrator and Approver of the Smart Account. If you know nothing of this, decline it or do nothing.");
        outbox.Post(scope, mail);
    }

    public async Task TellOperatorsAsync(WriteScope scope, AccountRequest request, CancellationToken cancellation)
    {
        var operators = await scope.Db.Users
            .Where(person => !person.IsDisabled && scope.Db.OperatorGrants.Any(grant => grant.PersonId == person.Id && grant.Role == OperatorRole.LicensingAdministrator)
                && !scope.Db.NoticeMutes.Any(mute => mute.PersonId == person.Id && mute.AccountId == AccountHead.Installation && mute.Kind == NoticeKind.AccountRequestWaits))
            .Select(person => person.Email!).ToListAsync(cancellation);
        foreach (var email in operators)
        {
            var mail = new MailDraft(email, $"A Smart Account request waits for you: {request.Name}")
                .Say(request.Type == AccountType.PartnerHolding
                    ? $"{Who(request)} requested a Partner Holding account, in which orders for others can lie."
                    : $"{Who(request)} requested a Smart Account whose domain identifier is not the domain of its approver's e-mail address.")
                .Facts(Facts(request));
            if (request.DomainReason.Length > 0)
            {
                mail.Say("Reason:").Quote(request.DomainReason);
            }

            outbox.Post(scope, mail.Link("Approve or decline the domain", $"{outbox.PublicUrl}/operator/account-requests"));
        }
    }

    public Task TellDeclinedAsync(WriteScope scope, AccountRequest request, CancellationToken cancellation) => TellRequesterAsync(
        scope, request, $"Declined: the Smart Account {request.Name}", mail =>
        {
            mail.Say($"Your request for the Smart Account below was declined by {request.DecidedBy}.").Facts(Facts(request));
            if (request.DeclineReason.Length > 0)
            {
                mail.Say("Reason:").Quote(request.DeclineReason);
            }
        }, cancellation);

    /// <param name="firstToken">With which a first product instance registers: a limited use account begins with one.</param>
    public Task TellActivatedAsync(WriteScope scope, AccountRequest request, string? firstToken, CancellationToken cancellation) => TellRequesterAsync(
        scope, request, $"Active: the Smart Account {request.Name}", mail =>
        {
            mail.Say($"The Smart Account below was activated by {request.DecidedBy}.").Facts(Facts(request));
            if (firstToken is not null)
            {
                mail.Say($"Your first registration token registers {AccountTypeRules.FirstTokenUses} product instance within {AccountTypeRules.FirstTokenDays} days:").Quote(firstToken);
            }

            mail.Link("Your Smart Accounts", $"{outbox.PublicUrl}/accounts");
        }, cancellation);

    private async Task TellRequesterAsync(WriteScope scope, AccountRequest request, string subject, Action<MailDraft> write, CancellationToken cancellation)
    {
        if (request.RequesterEmail.Length > 0 && (request.RequesterId is not { } requester
            || await Administrators.WantsAsync(scope.Db, requester, AccountHead.Installation, NoticeKind.AccountRequestAnswered, cancellation)))
        {
            var mail = new MailDraft(request.RequesterEmail, subject);
            write(mail);
            outbox.Post(scope, mail);
        }
    }

    private static (string, string)[] Facts(AccountRequest request) =>
        [("Account name", request.Name), ("Type", request.Type.Display()), ("Domain identifier", request.Domain), ("Headquarters", request.Headquarters), ("Approver", request.ApproverEmail)];

    private string Who(AccountRequest request) =>
        request.RequesterName == settings.Vendor.SupportName ? request.RequesterName : PersonText.Of(request.RequesterName, request.RequesterEmail);

    private static string Day(DateTimeOffset instant) => instant.UtcDateTime.ToString("d MMMM yyyy HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
