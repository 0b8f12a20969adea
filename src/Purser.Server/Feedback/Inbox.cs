using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.Mail;
using Purser.Server.People;
using Purser.Server.Settings;
using Purser.Server.Store;

namespace Purser.Server.Feedback;

public sealed record InboxFilter(
    [FromQuery(Name = "q")] string? Text = null,
    [FromQuery(Name = "kind")] MessageKind? Kind = null,
    [FromQuery(Name = "category")] FeedbackCategory? Category = null,
    [FromQuery(Name = "open")] bool? Open = null);

/// <summary>The operator's inbox: feedback and support requests, newest first, and the answers to them (RP-05).</summary>
public sealed class Inbox(Database database, WritePath writePath, Outbox outbox, DomainClock clock, PurserSettings settings)
{
    public const string AnswerName = "inbox.answer";

    private static readonly Keyset<InboxMessage> Newest = Keyset.Descending((InboxMessage row) => row.Id);

    /// <param name="IsLate">A support request whose 48 hours are over.</param>
    public sealed record Item(
        long Id, MessageKind Kind, FeedbackCategory? Category, string Text, DateTimeOffset At, DateTimeOffset? DueAt, bool IsLate, string From, string Account, ContactMethod? Contact,
        string ContactEmail, string ContactPhone, string TimeZone, string Page, string Answer, string AnsweredBy, DateTimeOffset? AnsweredAt);

    public sealed record Input(long Id, string Answer);

    public sealed record Body(string Answer);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/operator/inbox", async ([AsParameters] InboxFilter filter, [AsParameters] PageRequest page, Inbox inbox, HttpContext context) =>
                TypedResults.Ok(await inbox.HandleAsync(filter, page, context.RequestAborted)))
            .Requires(Permission.InboxAnswer).WithSummary("List feedback and support requests, newest first").WithTags("Feedback and support");
        routes.MapPost("/api/v1/operator/inbox/{message:long}/answer", async (long message, Body body, Inbox inbox, HttpContext context) =>
            {
                var input = new Input(message, body.Answer);
                return (await inbox.AnswerAsync(context.Command(AnswerName, input), input, context.RequestAborted)).ToHttp();
            })
            .Requires(Permission.InboxAnswer).WithSummary("Answer a message: by mail to whoever wrote it, unless it is anonymous").WithTags("Feedback and support");
    }

    public async Task<Page<Item>> HandleAsync(InboxFilter filter, PageRequest page, CancellationToken cancellation = default)
    {
        await using var db = database.Read();
        var rows = db.InboxMessages.WhereContains(row => row.Text + " " + row.PersonName + " " + row.Account, filter.Text)
            .Where(row => (filter.Kind == null || row.Kind == filter.Kind) && (filter.Category == null || row.Category == filter.Category)
                && (filter.Open == null || (row.AnsweredAt == null) == filter.Open));
        return (await rows.ToPageAsync(Newest, page, cancellation)).Map(Describe);
    }

    public async Task<Item?> FindAsync(long id, CancellationToken cancellation = default)
    {
        await using var db = database.Read();
        return await db.InboxMessages.FirstOrDefaultAsync(row => row.Id == id, cancellation) is { } row ? Describe(row) : null;
    }

    public async Task<Verdict<Done>> AnswerAsync(Command command, Input input, CancellationToken cancellation = default)
    {
        if (InputText.Problem(input.Answer, nameof(input.Answer), "an answer", SendFeedback.LongestText) is { } problem)
        {
            return problem;
        }

        return await writePath.RunAsync<Done>(command with { Accounts = [] }, async scope =>
        {
            if (await scope.Db.InboxMessages.FirstOrDefaultAsync(row => row.Id == input.Id, cancellation) is not { } message)
            {
                return NotThere(input.Id);
            }

            if (message.AnsweredAt is not null)
            {
                return Verdict.Refused(RefusalCode.Conflict, $"{message.AnsweredBy} has answered this already.");
            }

            (message.Answer, message.AnsweredBy, message.AnsweredAt) = (input.Answer.Trim(), scope.Actor.Name, scope.Now);
            if (await AddressAsync(scope, message, cancellation) is { Length: > 0 } email)
            {
                outbox.Post(scope, new MailDraft(email, $"Answer to your {(message.Kind == MessageKind.Support ? "support request" : "feedback")} {message.Id}")
                    .Say($"{settings.Vendor.SupportName} answers what you wrote in {settings.Vendor.PortalName}:").Say(message.Answer).Say("You wrote:").Quote(message.Text));
            }

            return Verdict.Done;
        }, cancellation);
    }

    public static Refusal NotThere(long id) => Verdict.Refused(RefusalCode.NotFound, $"There is no message {id}.");

    private static async Task<string?> AddressAsync(WriteScope scope, InboxMessage message, CancellationToken cancellation) =>
        message.ContactEmail.Length > 0 ? message.ContactEmail
        : message.PersonId is { } person ? await scope.Db.Users.Where(row => row.Id == person && !row.IsDisabled).Select(row => row.Email).FirstOrDefaultAsync(cancellation)
        : null;

    private Item Describe(InboxMessage row) => new(
        row.Id, row.Kind, row.Category, row.Text, row.At, row.DueAt, row.AnsweredAt is null && row.DueAt <= clock.Now, row.PersonName, row.Account, row.Contact,
        row.ContactEmail, row.ContactPhone, row.TimeZone, row.Page, row.Answer, row.AnsweredBy, row.AnsweredAt);
}
