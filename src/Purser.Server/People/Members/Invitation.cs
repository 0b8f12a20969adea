using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.Mail;
using Purser.Server.People.SignIn;
using Purser.Server.Settings;
using Purser.Server.Store;

namespace Purser.Server.People;

/// <summary>
/// Tells somebody by mail what she was given; who is new finds the link for choosing a password in it (SA-07). Where no mail is sent the link
/// is shown to the inviter instead: never both, a link has one owner.
/// </summary>
public sealed class Invitation(Outbox outbox, PurserSettings settings)
{
    public sealed record Place(string Name, string Domain);

    public static Task<Place> PlaceAsync(PurserContext db, long accountId, CancellationToken cancellation) =>
        db.Accounts.Where(row => row.Id == accountId).Select(row => new Place(row.Name, row.Domain)).FirstAsync(cancellation);

    /// <param name="what">"the role Smart Account User", "a place in the user group "Partners"".</param>
    /// <returns>The link to show; null where the mail has it, or where none is needed.</returns>
    public string? Send(WriteScope scope, Place place, Person person, string what, string? setPasswordPath)
    {
        if (!settings.Mail.IsOn)
        {
            return setPasswordPath;
        }

        var mail = new MailDraft(person.Email!, $"Your access to {place.Name}")
            .Say($"{scope.Actor.ShownName} gave you {what} in the Smart Account {place.Name} ({place.Domain}) in {settings.Vendor.PortalName}.");
        if (setPasswordPath is not null)
        {
            SetPasswordLink.GoesByMail(scope, person);
            mail.Say("You have no sign-in here yet: choose a password first. The link works once and ends after seven days.").Link("Choose a password", outbox.PublicUrl + setPasswordPath);
        }

        outbox.Post(scope, mail.Link("Open the Smart Account", $"{outbox.PublicUrl}/accounts/{place.Domain}/properties"));
        return null;
    }
}
