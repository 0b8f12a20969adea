using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.Mail;
using Purser.Server.Settings;
using Purser.Server.Store;

namespace Purser.Server.People;

/// <summary>
/// Asks that a user group may work in another Smart Account too (SA-09). The other one's administrators get the lookup id by mail; it is also
/// shown here, to be passed on. Named by its exact domain, a restricted account can be asked as well.
/// </summary>
public sealed class RequestGroupSpan(WritePath writePath, AccountLookup lookup, Outbox outbox, PurserSettings settings)
{
    public const string Name = "groups.request-access";

    private const int MostADay = 20;
    private const int LinesOfADay = 10_000;
    private static readonly TimeSpan Pause = TimeSpan.FromHours(24);

    // Without letters and digits that look alike: it is read out over the telephone.
    private const string Letters = "ABCDEFGHJKMNPQRSTUVWXYZ23456789";

    public sealed record Input(string Domain)
    {
        public long GroupId { get; init; }
        public string? Note { get; init; }
    }

    public sealed record Answer(string LookupId);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/api/v1/accounts/{account}/groups/{group:long}/access-requests", async (long group, Input body, RequestGroupSpan request, HttpContext context) =>
        {
            var input = body with { GroupId = group };
            return (await request.HandleAsync(context.Command(Name, input), input, context.RequestAborted)).ToCreated();
        })
        .Requires(Permission.GroupManage)
        .WithSummary("Ask that a user group gets access to another Smart Account")
        .WithTags("User groups");

    public async Task<Verdict<Answer>> HandleAsync(Command command, Input input, CancellationToken cancellation = default)
    {
        if (InputText.Problem(input.Note, nameof(input.Note), "the note", GroupRules.LongestNote, isOptional: true) is { } problem)
        {
            return problem;
        }

        var accountId = command.Accounts[0];
        if (DomainNames.Normalize(input.Domain) is not { } domain || await lookup.FindAsync(domain, cancellation) is not { } target
            || target.Status == AccountStatus.Closed)
        {
            return Verdict.Refused(RefusalCode.NotFound, "There is no Smart Account with this domain identifier.", nameof(input.Domain));
        }

        if (target.Id == accountId)
        {
            return Verdict.Refused(RefusalCode.InvalidInput, "The user group belongs to this Smart Account: give it a role here.", nameof(input.Domain));
        }

        return await writePath.RunAsync<Answer>(command with { Accounts = [accountId, target.Id] }, async scope =>
        {
            if (await GroupBook.FindAsync(scope.Db, accountId, input.GroupId, cancellation) is not { } group)
            {
                return GroupBook.NotFound();
            }

            if (target.Type == AccountType.LimitedUse)
            {
                return Verdict.Refused(RefusalCode.AccountTypeForbids, $"{target.Name} is a Limited Use Smart Account, which has no user groups.", nameof(input.Domain));
            }

            var span = await scope.Db.GroupSpans.FirstOrDefaultAsync(row => row.GroupId == group.Id && row.TargetAccountId == target.Id, cancellation);
            if (span?.IsOpen == true)
            {
                return Verdict.Refused(
                    RefusalCode.AlreadyExists,
                    span.State == GroupSpanState.Granted ? $"The user group has access to {target.Name} already." : $"{target.Name} was asked already and has not answered yet.",
                    nameof(input.Domain));
            }

            if (await JudgePauseAsync(scope, span, accountId, cancellation) is { } tooOften)
            {
                return tooOften;
            }

            span = Renew(scope, span, group, target, await SenderAsync(scope, cancellation));
            span.Note = input.Note?.Trim() ?? "";
            await TellAsync(scope, span, target, cancellation);
            scope.Journal(accountId).Append(GroupEvents.AccessRequested(group.Name, target.Name));
            scope.Journal(target.Id).Append(GroupEvents.AccessRequestedHere(group.Name, await HomeAsync(scope.Db, accountId, cancellation)));
            return new Answer(span.LookupId);
        }, cancellation);
    }

    /// <summary>Each request is mailed to all administrators of the other account, whatever becomes of it.</summary>
    private static async Task<Refusal?> JudgePauseAsync(WriteScope scope, GroupSpan? known, long accountId, CancellationToken cancellation)
    {
        var since = scope.Now - Pause;
        if (known?.RequestedAt > since)
        {
            return Verdict.Refused(RefusalCode.TooManyRequests, "The other Smart Account was asked within the last day. Ask again tomorrow, or turn to its administrators.", nameof(Input.Domain));
        }

        // By the log's newest lines: a group that was deleted leaves no row behind.
        var newest = scope.Db.Events.Where(row => row.AccountId == accountId).OrderByDescending(row => row.Seq).Take(LinesOfADay);
        return await newest.CountAsync(row => row.At > since && row.Kind == GroupEvents.AccessRequestedKind, cancellation) < MostADay
            ? null
            : Verdict.Refused(RefusalCode.TooManyRequests, $"This Smart Account asked {MostADay} times for access within a day. Go on tomorrow.", nameof(Input.Domain));
    }

    private static GroupSpan Renew(WriteScope scope, GroupSpan? known, UserGroup group, AccountRef target, (string Name, string Email) sender)
    {
        var span = known ?? new GroupSpan
        {
            GroupId = group.Id, TargetAccountId = target.Id, HomeAccountId = group.AccountId, GroupName = group.Name, LookupId = "", RequestedBy = "", RequestedByEmail = "",
        };
        if (known is null)
        {
            scope.Db.GroupSpans.Add(span);
        }

        (span.State, span.LookupId, span.GroupName) = (GroupSpanState.Requested, NewLookupId(), group.Name);
        (span.RequestedBy, span.RequestedByEmail, span.RequestedAt) = (sender.Name, sender.Email, scope.Now);
        (span.AnsweredBy, span.AnsweredAt, span.Reason) = ("", null, "");
        return span;
    }

    private async Task TellAsync(WriteScope scope, GroupSpan span, AccountRef target, CancellationToken cancellation)
    {
        var home = await scope.Db.Accounts.FirstAsync(row => row.Id == span.HomeAccountId, cancellation);
        foreach (var email in (await Administrators.OfAsync(scope.Db, target.Id, NoticeKind.GroupRequestWaits, cancellation)).Emails)
        {
            var mail = new MailDraft(email, $"{home.Name} asks for access of a user group to {target.Name}")
                .Say($"{span.RequestedBy} of the Smart Account {home.Name} ({home.Domain}) asks that the members of a user group may work in {target.Name}. You choose the role and the virtual accounts.")
                .Facts(("User group", span.GroupName), ("Of the Smart Account", $"{home.Name} ({home.Domain})"), ("Request lookup ID", span.LookupId));
            if (span.Note.Length > 0)
            {
                mail.Quote(span.Note);
            }

            outbox.Post(scope, mail
                .Link("Grant or decline access", $"{outbox.PublicUrl}/accounts/{target.Domain}/groups/external?lookup={span.LookupId}")
                .Say("Who is in the group is decided by the other Smart Account. If you do not know it, decline or do nothing."));
        }
    }

    private async Task<(string Name, string Email)> SenderAsync(WriteScope scope, CancellationToken cancellation) => scope.Actor switch
    {
        { IsStaff: true } => (settings.Vendor.SupportName, ""),
        { Kind: ActorKind.Person } person => (person.Name, await scope.Db.Users.Where(row => row.Id == person.Id).Select(row => row.Email!).FirstAsync(cancellation)),
        var other => (other.Name, ""),
    };

    private static Task<string> HomeAsync(PurserContext db, long accountId, CancellationToken cancellation) =>
        db.Accounts.Where(row => row.Id == accountId).Select(row => row.Name).FirstAsync(cancellation);

    /// <summary>"GR-7K4M2Q9XPA".</summary>
    private static string NewLookupId() => $"GR-{RandomNumberGenerator.GetString(Letters, 10)}";
}
