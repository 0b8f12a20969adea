using Microsoft.EntityFrameworkCore;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Mail;

/// <summary>The outbox, newest first.</summary>
public sealed class ListMail(Database database, Outbox outbox)
{
    private static readonly Keyset<MailRow> NewestFirst = Keyset.Descending((MailRow row) => row.Id);

    public sealed record Item(
        long Id, string Recipient, string Subject, MailState State, DateTimeOffset CreatedAt, int Attempts, DateTimeOffset? NextTryAt, DateTimeOffset? SentAt, string LastError)
    {
        /// <summary>What the mail says, while it has not been sent: somebody must be able to pass it on. Null afterwards.</summary>
        public string? Text { get; init; }
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/operator/mail", async (string? search, MailState? state, [AsParameters] PageRequest page, ListMail list, HttpContext context) =>
                TypedResults.Ok(await list.HandleAsync(search, state, page, context.RequestAborted)))
            .Requires(Permission.MailManage)
            .WithTags("Operator: installation")
            .WithSummary("List the mails of the outbox, newest first");
        routes.MapGet("/api/v1/operator/mail/{mail:long}", async (long mail, ListMail list, HttpContext context) =>
                await list.FindAsync(mail, context.RequestAborted) is { } item
                    ? TypedResults.Ok(item)
                    : Problems.Of(Commands.Verdict.Refused(Commands.RefusalCode.NotFound, $"There is no mail {mail}.")))
            .Requires(Permission.MailManage)
            .Produces<Item>()
            .WithTags("Operator: installation")
            .WithSummary("Show a mail; its text while it has not been sent");
    }

    public async Task<Page<Item>> HandleAsync(string? search, MailState? state, PageRequest page, CancellationToken cancellation = default)
    {
        await using var db = database.Read();
        var rows = db.Mails.Where(row => state == null || row.State == state).WhereContains(row => row.Recipient + " " + row.Subject, search);
        return (await rows.ToPageAsync(NewestFirst, page, cancellation)).Map(Describe);
    }

    public async Task<Item?> FindAsync(long id, CancellationToken cancellation = default)
    {
        await using var db = database.Read();
        return await db.Mails.FirstOrDefaultAsync(row => row.Id == id, cancellation) is { } row
            ? Describe(row) with { Text = row.State == MailState.Sent ? null : outbox.Open(row).Text }
            : null;
    }

    private static Item Describe(MailRow row) => new(
        row.Id, row.Recipient, row.Subject, row.State, row.CreatedAt, row.Attempts,
        row is { State: MailState.Waiting, Attempts: > 0 } ? row.NextTryAt : null, row.SentAt, row.LastError);
}
