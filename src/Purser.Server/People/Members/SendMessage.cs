using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.Mail;
using Purser.Server.Settings;
using Purser.Server.Store;

namespace Purser.Server.People;

/// <summary>A message by mail to chosen people of the account, or to the members of a user group (SA-07, SA-09).</summary>
public sealed class SendMessage(WritePath writePath, Outbox outbox, PurserSettings settings)
{
    public const string Name = "people.message";
    public const int MostRecipients = 10_000;
    public const int LongestSubject = 150;
    public const int LongestText = 5_000;

    public sealed record Input(string Subject, string Text)
    {
        /// <summary>Those of them whom the sender does not see in this account are left out.</summary>
        public IReadOnlyList<long> PersonIds { get; init; } = [];

        /// <summary>A group of this account: its members are written to as well.</summary>
        public long? GroupId { get; init; }
    }

    public sealed record Answer(int Recipients);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/api/v1/accounts/{account}/people/message", async (Input input, SendMessage send, HttpContext context) =>
            (await send.HandleAsync(context.Command(Name, input), input, context.RequestAborted)).ToHttp())
        .Requires(Permission.PeopleManage)
        .WithSummary("Send a message by mail to people of the Smart Account or to a user group")
        .WithTags("People");

    public async Task<Verdict<Answer>> HandleAsync(Command command, Input input, CancellationToken cancellation = default)
    {
        if ((InputText.Problem(input.Subject, nameof(input.Subject), "a subject", LongestSubject) ?? InputText.Problem(input.Text, nameof(input.Text), "a text", LongestText)) is { } problem)
        {
            return problem;
        }

        if (input.PersonIds.Count > MostRecipients)
        {
            return Verdict.Refused(RefusalCode.InvalidInput, $"A message goes to at most {MostRecipients} people.", nameof(input.PersonIds));
        }

        var accountId = command.Accounts[0];
        return await writePath.RunAsync<Answer>(command with { Ids = MostRecipients }, async scope =>
        {
            if (input.GroupId is { } groupId
                && (!command.Actor.May(Permission.GroupManage, accountId) || await GroupBook.FindAsync(scope.Db, accountId, groupId, cancellation) is null))
            {
                return GroupBook.NotFound();
            }

            var recipients = await RecipientsAsync(scope.Db, command.Actor, accountId, input, cancellation);
            if (recipients.Count == 0)
            {
                return Verdict.Refused(RefusalCode.InvalidInput, "There is nobody to write to. Choose people of this Smart Account, or a user group with members.", nameof(input.PersonIds));
            }

            await PostAsync(scope, accountId, input, recipients, cancellation);
            scope.Journal(accountId).Append(PeopleEvents.MessageSent(input.Subject.Trim(), recipients.Count));
            return new Answer(recipients.Count);
        }, cancellation);
    }

    private static async Task<IReadOnlyList<string>> RecipientsAsync(PurserContext db, Actor actor, long accountId, Input input, CancellationToken cancellation)
    {
        var chosen = ListPeople.People(db, actor, accountId, null).Where(person => input.PersonIds.Contains(person.Id));
        var emails = await chosen.Where(person => !person.IsDisabled).Select(person => person.Email!).ToListAsync(cancellation);
        if (input.GroupId is { } group)
        {
            emails.AddRange(await db.Users.Where(person => !person.IsDisabled && db.UserGroupMembers.Any(member => member.GroupId == group && member.PersonId == person.Id))
                .Select(person => person.Email!).Take(MostRecipients).ToListAsync(cancellation));
        }

        return [.. emails.Distinct(StringComparer.OrdinalIgnoreCase).Take(MostRecipients)];
    }

    private async Task PostAsync(WriteScope scope, long accountId, Input input, IReadOnlyList<string> recipients, CancellationToken cancellation)
    {
        var place = await Invitation.PlaceAsync(scope.Db, accountId, cancellation);
        var own = scope.Actor is { Kind: ActorKind.Person, IsStaff: false } person
            ? await scope.Db.Users.Where(row => row.Id == person.Id).Select(row => row.Email).FirstOrDefaultAsync(cancellation)
            : null;
        var sender = scope.Actor.IsStaff ? settings.Vendor.SupportName : own is null ? scope.Actor.Name : $"{scope.Actor.Name} ({own})";
        foreach (var email in recipients)
        {
            outbox.Post(scope, new MailDraft(email, input.Subject.Trim())
                .Say($"{sender} wrote to you as somebody who works in the Smart Account {place.Name} ({place.Domain}):")
                .Quote(input.Text.Trim())
                .Link("Open the Smart Account", $"{outbox.PublicUrl}/accounts/{place.Domain}/properties"));
        }
    }
}
