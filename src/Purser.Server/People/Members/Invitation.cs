using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.Mail;
using Purser.Server.People.SignIn;
using Purser.Server.People.Sources;
using Purser.Server.Settings;
using Purser.Server.Store;

namespace Purser.Server.People;

/// <summary>
/// Tells somebody by mail what she was given; who cannot sign in yet finds the link for choosing a password in it (SA-07). Using it shows that the
/// address is hers, so nobody else gets to see it. Where no mail is sent, the mail is kept for the operator to hand it on: only who may read kept
/// mails is shown the link.
/// </summary>
public sealed class Invitation(Outbox outbox, PurserSettings settings, BearerTokens tokens)
{
    public sealed record Place(string Name, string Domain);

    /// <summary>What people are let into.</summary>
    /// <param name="AccountId">Account 0 for the operator's staff.</param>
    /// <param name="Words">"the Smart Account Acme (acme.example)".</param>
    /// <param name="Sources">All sign-in sources: read once for however many people come.</param>
    public sealed record Door(long AccountId, string Name, string Words, string Path, IReadOnlyList<SignInSource> Sources);

    public static Task<Place> PlaceAsync(PurserContext db, long accountId, CancellationToken cancellation) =>
        db.Accounts.Where(row => row.Id == accountId).Select(row => new Place(row.Name, row.Domain)).FirstAsync(cancellation);

    public static async Task<Door> DoorAsync(PurserContext db, long accountId, CancellationToken cancellation) =>
        await DoorAsync(db, accountId, await PlaceAsync(db, accountId, cancellation), cancellation);

    private static async Task<Door> DoorAsync(PurserContext db, long accountId, Place place, CancellationToken cancellation) => new(
        accountId, place.Name, $"the Smart Account {place.Name} ({place.Domain})", $"/accounts/{place.Domain}/properties", await db.SignInSources.ToListAsync(cancellation));

    public async Task<Door> StaffDoorAsync(PurserContext db, CancellationToken cancellation) => new(
        AccountHead.Installation, settings.Vendor.PortalName, "the operator's staff", "/operator/accounts", await db.SignInSources.ToListAsync(cancellation));

    /// <param name="what">"the role Smart Account User", "a place in the user group "Partners"".</param>
    /// <returns>The link, where the caller may see it; null otherwise, and where none is needed.</returns>
    public async Task<string?> SendAsync(WriteScope scope, Door door, Person person, string what, CancellationToken cancellation)
    {
        await EndUnprovenAsync(scope, door, person, cancellation);
        var link = await FirstLink.MakeAsync(scope, door.Sources, person, cancellation);
        var mail = new MailDraft(person.Email!, $"Your access to {door.Name}").Say($"{scope.Actor.ShownName} gave you {what} in {door.Words} in {settings.Vendor.PortalName}.");
        if (link is not null)
        {
            SetPasswordLink.Write(mail, outbox, link, "You have no sign-in here yet: choose a password first.");
        }

        outbox.Post(scope, mail.Link($"Open {door.Name}", outbox.PublicUrl + door.Path));
        return Shown(scope, link);
    }

    /// <summary>Makes somebody an administrator of an account that this very command makes.</summary>
    public async Task<string?> SendToFirstAsync(WriteScope scope, Account account, NewPerson wanted, CancellationToken cancellation)
    {
        var granted = await PersonBook.GrantAsync(scope, account.Id, wanted, Role.SmartAccountAdministrator, virtualAccountId: null);
        var door = await DoorAsync(scope.Db, account.Id, new Place(account.Name, account.Domain), cancellation);
        return await SendAsync(scope, door, granted.Person, $"the role {Role.SmartAccountAdministrator.Display()}", cancellation);
    }

    /// <summary>A new link for somebody who lost hers, or forgot the password.</summary>
    /// <returns>The link, where the caller may see it.</returns>
    public string? SendNewLink(WriteScope scope, Person person)
    {
        var link = SetPasswordLink.Make(scope, person);
        var mail = new MailDraft(person.Email!, $"Choose a new password for {settings.Vendor.PortalName}");
        SetPasswordLink.Write(mail, outbox, link, $"{scope.Actor.ShownName} had this link sent to you, with which you choose a new password. A present password stays until you do.");
        outbox.Post(scope, mail);
        return Shown(scope, link);
    }

    private string? Shown(WriteScope scope, string? link) => settings.Mail.IsOn || !scope.Actor.May(Permission.MailManage) ? null : link;

    /// <summary>
    /// A password at an address that nobody has proven may be that of whoever was first to write the address down. It ends before others trust the
    /// address with something of theirs.
    /// </summary>
    private async Task EndUnprovenAsync(WriteScope scope, Door door, Person person, CancellationToken cancellation)
    {
        if (person is { PasswordHash: not null, EmailConfirmed: false, SourceId: null } && !await IsInsideAsync(scope.Db, door, person.Id, cancellation))
        {
            await SignInSecrets.EndAsync(scope, person, tokens, cancellation);
        }
    }

    /// <summary>Was she let in there before this command?</summary>
    private static async Task<bool> IsInsideAsync(PurserContext db, Door door, long personId, CancellationToken cancellation) => door.AccountId == AccountHead.Installation
        ? await db.OperatorGrants.AnyAsync(row => row.PersonId == personId, cancellation)
        : await db.RoleGrants.AnyAsync(row => row.AccountId == door.AccountId && row.PersonId == personId, cancellation)
            || await ActorSource.ThroughGroups(db, personId).AnyAsync(row => row.AccountId == door.AccountId, cancellation);
}
