using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.Mail;
using Purser.Server.People;
using Purser.Server.Settings;

namespace Purser.Server.Accounts;

/// <summary>
/// "Request access instead": the administrators of an existing Smart Account get a mail that leads to where they give a role. The account is named by
/// its exact domain, so restricted ones can be asked too.
/// </summary>
public sealed class AskForAccess(WritePath writePath, AccountLookup lookup, Outbox outbox, PurserSettings settings)
{
    public const string Name = "accounts.ask-for-access";

    private static readonly TimeSpan Pause = TimeSpan.FromHours(24);

    public sealed record Input(string Domain, string Note = "");

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/api/v1/directory/access-requests", async (Input input, AskForAccess ask, HttpContext context) =>
            (await ask.HandleAsync(context.Command(Name, input), input, context.RequestAborted)).ToHttp())
        .Requires(Permission.SignedIn)
            .WithSummary("Ask the administrators of a Smart Account for access")
        .WithTags("Account requests");

    public async Task<Verdict<Done>> HandleAsync(Command command, Input input, CancellationToken cancellation = default)
    {
        if (command.Actor.Kind != ActorKind.Person)
        {
            return Verdict.Refused(RefusalCode.NotAllowed, "Access is requested by a person.");
        }

        if (InputText.Problem(input.Note, nameof(input.Note), "the note", AccountRequestRules.LongestNote, isOptional: true) is { } problem)
        {
            return problem;
        }

        if (DomainNames.Normalize(input.Domain) is not { } domain || await lookup.FindAsync(domain, cancellation) is not { } account
            || account.Status == AccountStatus.Closed)
        {
            return Verdict.Refused(RefusalCode.NotFound, "There is no Smart Account with this domain identifier.", nameof(input.Domain));
        }

        if (command.Actor.Grants.Any(grant => grant.AccountId == account.Id))
        {
            return Verdict.Refused(RefusalCode.AlreadyExists, $"You have a role in {account.Name} already. An administrator changes it under People.", nameof(input.Domain));
        }

        return await writePath.RunAsync<Done>(command with { Accounts = [account.Id] }, async scope =>
        {
            var person = await scope.Db.Users.FirstAsync(row => row.Id == command.Actor.Id, cancellation);
            var asked = AccountEvents.AccessRequested(person.DisplayName, person.Email!);
            var since = scope.Now - Pause;
            if (await scope.Db.Events.AnyAsync(
                row => row.AccountId == account.Id && row.Kind == asked.Kind && row.Message == asked.Message && row.At > since, cancellation))
            {
                return Verdict.Refused(RefusalCode.TooManyRequests, "You asked within the last day. The administrators have your mail; give them some time.");
            }

            if (!await TellAsync(scope, account, person, input.Note, cancellation))
            {
                return Verdict.Refused(RefusalCode.Conflict, $"{account.Name} has no administrator who could be asked. Turn to {settings.Vendor.SupportName}.");
            }

            scope.Journal(account.Id).Append(asked);
            return Verdict.Done;
        }, cancellation);
    }

    /// <summary>False where there is nobody to tell.</summary>
    private async Task<bool> TellAsync(WriteScope scope, AccountRef account, Person person, string? note, CancellationToken cancellation)
    {
        var administrators = await (
            from grant in scope.Db.RoleGrants
            join user in scope.Db.Users on grant.PersonId equals user.Id
            where grant.AccountId == account.Id && grant.Role == Role.SmartAccountAdministrator && !user.IsDisabled
            select user.Email).Distinct().ToListAsync(cancellation);
        foreach (var email in administrators)
        {
            var mail = new MailDraft(email!, $"{person.DisplayName} asks for access to {account.Name}")
                .Say($"{person.DisplayName} ({person.Email}) asks for access to the Smart Account {account.Name} ({account.Domain}) in {settings.Vendor.PortalName}.");
            if (!string.IsNullOrWhiteSpace(note))
            {
                mail.Quote(note.Trim());
            }

            outbox.Post(scope, mail
                .Link("Give a role", $"{outbox.PublicUrl}/accounts/{account.Domain}/people/new?email={Uri.EscapeDataString(person.Email!)}")
                .Say("If you do not know this person, do nothing."));
        }

        return administrators.Count > 0;
    }
}
