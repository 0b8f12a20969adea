using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.Mail;
using Purser.Server.People.SignIn;
using Purser.Server.Settings;

namespace Purser.Server.People;

/// <summary>The mails around a request for access: to those who decide, and to who asked.</summary>
public sealed class AccessRequestMail(Outbox outbox, PurserSettings settings)
{
    /// <summary>Staff is the vendor's support to customers; the audit knows who it was (domain rules 11.3).</summary>
    public string NameOf(Actor actor) => actor.IsStaff ? settings.Vendor.SupportName : actor.Name;

    /// <summary>False where there is nobody to tell.</summary>
    public async Task<bool> TellAdministratorsAsync(WriteScope scope, AccountRef account, AccessRequest request, CancellationToken cancellation)
    {
        var administrators = await Administrators.OfAsync(scope.Db, account.Id, NoticeKind.AccessRequestWaits, cancellation);
        foreach (var email in administrators.Emails)
        {
            var mail = new MailDraft(email, $"{request.PersonName} asks for access to {account.Name}")
                .Say($"{PersonText.Of(request.PersonName, request.Email)} asks for access to the Smart Account {account.Name} ({account.Domain}) in {settings.Vendor.PortalName}.");
            if (request.Note.Length > 0)
            {
                mail.Quote(request.Note);
            }

            outbox.Post(scope, mail
                .Link("Approve or decline", FormattableString.Invariant($"{outbox.PublicUrl}/accounts/{account.Domain}/access-requests/{request.Id}"))
                .Say("If you do not know this person, decline or do nothing."));
        }

        return administrators.Any;
    }

    /// <summary>A rule could answer at once if the address were proven: opening the link proves it. Nothing where no mail is sent.</summary>
    public async Task AskForProofAsync(WriteScope scope, Person person, AccessRequest request, CancellationToken cancellation)
    {
        if (!settings.Mail.IsOn)
        {
            return;
        }

        var place = await Invitation.PlaceAsync(scope.Db, request.AccountId, cancellation);
        outbox.Post(scope, new MailDraft(person.Email!, $"Confirm your address for {place.Name}")
            .Say($"You asked for access to the Smart Account {place.Name} ({place.Domain}) in {settings.Vendor.PortalName}. It has a rule that answers requests from your mail domain at once, for those who have shown that the address is theirs.")
            .Link("Confirm your address", outbox.PublicUrl + await AddressLink.MakeAsync(scope, person, cancellation))
            .Say("The link works once and ends after seven days. Its administrators were asked too and can answer without it. If you did not ask for access, do not open the link: somebody else gave your address."));
    }

    public async Task TellDecisionAsync(WriteScope scope, string accountName, string domain, AccessRequest request, CancellationToken cancellation)
    {
        if (!await Administrators.WantsAsync(scope.Db, request.PersonId, AccountHead.Installation, NoticeKind.AccessRequestAnswered, cancellation))
        {
            return;
        }

        var isApproved = request.State == AccessRequestState.Approved;
        var mail = new MailDraft(request.Email, $"{(isApproved ? "Approved" : "Declined")}: your access to {accountName}")
            .Say($"Your request for access to the Smart Account {accountName} ({domain}) was {(isApproved ? "approved" : "declined")} by {request.DecidedBy}.");
        if (isApproved)
        {
            mail.Facts(("You have", request.Given)).Link("Open the Smart Account", $"{outbox.PublicUrl}/accounts/{domain}/properties");
        }
        else if (request.Reason.Length > 0)
        {
            mail.Say("Reason:").Quote(request.Reason);
        }

        outbox.Post(scope, mail);
    }
}
