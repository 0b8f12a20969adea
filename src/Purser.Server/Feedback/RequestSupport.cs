using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.Mail;
using Purser.Server.People;
using Purser.Server.Settings;
using Purser.Server.Store;

namespace Purser.Server.Feedback;

/// <summary>A request for support: to the operator's inbox, answered within 48 hours (RP-05; help ch. 13; domain rules 12.9).</summary>
public sealed class RequestSupport(WritePath writePath, AccountLookup accounts, Outbox outbox, PurserSettings settings)
{
    public const string Name = "support.request";
    public const int LongestPhone = 40;

    public static readonly TimeSpan AnsweredWithin = TimeSpan.FromHours(48);

    /// <param name="Text">The problem.</param>
    /// <param name="Account">Domain or number of one of your Smart Accounts.</param>
    /// <param name="ContactEmail">Empty: the address of your sign-in.</param>
    /// <param name="TimeZone">Your region's, such as Europe/Berlin.</param>
    public sealed record Input(string Text, string? Account = null, ContactMethod Contact = ContactMethod.Email, string ContactEmail = "", string ContactPhone = "", string TimeZone = "", string Page = "");

    public sealed record Answer(long Id, DateTimeOffset AnswerDueAt);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/api/v1/support-requests", async (Input input, RequestSupport request, HttpContext context) =>
            (await request.HandleAsync(context.Command(Name, input), input, context.RequestAborted)).ToCreated())
        .Requires(Permission.SignedIn).RequireRateLimiting(FeedbackLimit.Policy)
            .WithSummary("Ask the operator for support")
        .WithTags("Feedback and support");

    public async Task<Verdict<Answer>> HandleAsync(Command command, Input input, CancellationToken cancellation = default)
    {
        if (command.Actor.Kind != ActorKind.Person)
        {
            return Verdict.Refused(RefusalCode.NotAllowed, "People ask for support: sign in as one.");
        }

        if (Problem(input) is { } problem)
        {
            return problem;
        }

        var account = string.IsNullOrWhiteSpace(input.Account) ? null : await accounts.FindAsync(input.Account, cancellation);
        if (!string.IsNullOrWhiteSpace(input.Account) && (account is null || !command.Actor.Grants.Any(grant => grant.AccountId == account.Id)))
        {
            return Verdict.Refused(RefusalCode.NotFound, $"You have no role in a Smart Account '{input.Account}'.", nameof(input.Account));
        }

        return await writePath.RunAsync<Answer>(command with { Accounts = [] }, async scope =>
        {
            var person = await scope.Db.Users.FirstAsync(row => row.Id == command.Actor.Id, cancellation);
            var message = new InboxMessage
            {
                Id = scope.NextId(IdKind.InboxMessage), Kind = MessageKind.Support, Text = input.Text.Trim(), At = scope.Now, DueAt = scope.Now + AnsweredWithin,
                PersonId = person.Id, PersonName = person.DisplayName, Account = account is null ? "" : $"{account.Name} ({account.Domain})",
                Contact = input.Contact, ContactEmail = input.ContactEmail.Trim() is { Length: > 0 } email ? email : person.Email!, ContactPhone = input.ContactPhone.Trim(),
                TimeZone = input.TimeZone, Page = SendFeedback.PageOf(input.Page),
            };
            scope.Db.InboxMessages.Add(message);
            await TellOperatorsAsync(scope, message, cancellation);
            return new Answer(message.Id, message.DueAt.Value);
        }, cancellation);
    }

    private static Refusal? Problem(Input input) =>
        InputText.Problem(input.Text, nameof(input.Text), "a description of the problem", SendFeedback.LongestText)
        ?? (Enum.IsDefined(input.Contact) ? null : Verdict.Refused(RefusalCode.InvalidInput, "Choose how you can be contacted: Email or Phone.", nameof(input.Contact)))
        ?? (input.ContactEmail.Trim().Length == 0 ? null : NewPerson.Problem(new NewPerson(input.ContactEmail)) is { } wrong ? Verdict.Refused(wrong.Code, wrong.Detail, nameof(input.ContactEmail)) : null)
        ?? InputText.Problem(input.ContactPhone, nameof(input.ContactPhone), "the phone number", LongestPhone, isOptional: input.Contact != ContactMethod.Phone)
        ?? (input.TimeZone.Length == 0 || TimeZoneInfo.TryFindSystemTimeZoneById(input.TimeZone, out _)
            ? null
            : Verdict.Refused(RefusalCode.InvalidInput, "Choose a time zone of the list, such as Europe/Berlin.", nameof(input.TimeZone)));

    private async Task TellOperatorsAsync(WriteScope scope, InboxMessage message, CancellationToken cancellation)
    {
        var operators = await scope.Db.Users.Where(person => !person.IsDisabled && scope.Db.OperatorGrants.Any(grant => grant.PersonId == person.Id))
            .OrderBy(person => person.Id).Select(person => person.Email!).ToListAsync(cancellation);
        foreach (var email in operators)
        {
            outbox.Post(scope, new MailDraft(email, $"Support request {message.Id} of {message.PersonName}")
                .Say($"{message.PersonName} asks for support in {settings.Vendor.PortalName}.").Quote(message.Text)
                .Facts(
                    ("Smart Account", message.Account), ("Contact", message.Contact == ContactMethod.Phone ? message.ContactPhone : message.ContactEmail), ("Time zone", message.TimeZone),
                    ("Answer due", FormattableString.Invariant($"{message.DueAt!.Value.UtcDateTime:yyyy-MM-dd HH:mm} UTC")))
                .Link("Answer", FormattableString.Invariant($"{outbox.PublicUrl}/operator/inbox?message={message.Id}")));
        }
    }
}
