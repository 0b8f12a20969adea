using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.Store;

namespace Purser.Server.People;

/// <summary>
/// Notifications (SA-12): pending ones wait for the reader or for somebody she asked; completed ones are the answers of the last ninety days. They are
/// read off the requests themselves, so none is lost and none outlives what it tells of.
/// </summary>
public sealed class ListNotices(Database database, DomainClock clock, TimeProvider machine)
{
    private const int Most = 200;
    private static readonly TimeSpan Kept = TimeSpan.FromDays(90);

    /// <param name="Page">Where it is dealt with or shown.</param>
    public sealed record Item(NoticeKind Kind, string Text, string Account, DateTimeOffset At, string Page);

    public sealed record Answer(IReadOnlyList<Item> Pending, IReadOnlyList<Item> Completed);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/api/v1/me/notifications", async (ListNotices list, HttpContext context) =>
            TypedResults.Ok(await list.HandleAsync(context.Actor(), context.RequestAborted)))
        .Requires(Permission.SignedIn).WithSummary("List your pending and completed notifications").WithTags("Notifications");

    public async Task<Answer> HandleAsync(Actor actor, CancellationToken cancellation = default)
    {
        if (actor.Kind != ActorKind.Person)
        {
            return new Answer([], []);
        }

        await using var db = database.Read();
        var since = clock.Now - Kept;
        var decides = AccountsWhere(actor, Permission.AccessRequestDecide);
        var lets = AccountsWhere(actor, Permission.GroupManage);
        var requests = await db.AccessRequests
            .Where(row => (row.State == AccessRequestState.Pending && decides.Contains(row.AccountId)) || (row.PersonId == actor.Id && (row.DecidedAt == null || row.DecidedAt > since)))
            .OrderByDescending(row => row.Id).Take(Most)
            .Join(db.Accounts, row => row.AccountId, account => account.Id, (row, account) => new { Request = row, account.Name, account.Domain }).ToListAsync(cancellation);
        var spans = await db.GroupSpans
            .Where(row => (row.State == GroupSpanState.Requested && lets.Contains(row.TargetAccountId)) || (lets.Contains(row.HomeAccountId) && (row.AnsweredAt == null || row.AnsweredAt > since)))
            .OrderByDescending(row => row.RequestedAt).Take(Most)
            .Join(db.Accounts, row => row.TargetAccountId, account => account.Id, (row, target) => new { Span = row, Target = target })
            .Join(db.Accounts, row => row.Span.HomeAccountId, account => account.Id, (row, home) => new { row.Span, row.Target, Home = home }).ToListAsync(cancellation);
        var ending = await EndingAsync(db, AccountsWhere(actor, Permission.ClientManage), cancellation);
        var about = new AccountNotices(db, actor, machine.GetUtcNow(), Most);
        var asked = await about.RequestsAsync(since, cancellation);
        var agreements = await about.AgreementsAsync(AccountsWhere(actor, Permission.AgreementAccept), cancellation);
        var all = requests.Select(row => OfRequest(actor, row.Request, row.Name, row.Domain))
            .Concat(spans.SelectMany(row => OfSpan(lets, row.Span, row.Home, row.Target))).Concat(ending).Concat(asked).Concat(agreements).OrderByDescending(row => row.Item.At).ToList();
        return new Answer([.. all.Where(row => row.IsPending).Select(row => row.Item)], [.. all.Where(row => !row.IsPending).Select(row => row.Item)]);
    }

    /// <summary>They wait until somebody gives them a new end, or they have ended.</summary>
    private async Task<IEnumerable<(bool IsPending, Item Item)>> EndingAsync(PurserContext db, List<long> accounts, CancellationToken cancellation)
    {
        var now = machine.GetUtcNow();
        var rows = await TellClientEnds.Ending(db, now).Where(row => accounts.Contains(row.AccountId)).OrderBy(row => row.ExpiresAt).Take(Most)
            .Join(db.Accounts, row => row.AccountId, account => account.Id, (row, account) => new { row.Name, row.ExpiresAt, MadeAt = row.SecretRenewedAt ?? row.CreatedAt, Account = account.Name, account.Domain }).ToListAsync(cancellation);
        return rows.Select(row => (true, new Item(
            NoticeKind.ApiClientEnds, FormattableString.Invariant($"The API client {row.Name} expires on {row.ExpiresAt!.Value.UtcDateTime:d MMM yyyy}. Give it a new secret with a new end."),
            row.Account, row.MadeAt > row.ExpiresAt.Value - TellClientEnds.Before ? row.MadeAt : row.ExpiresAt.Value - TellClientEnds.Before, $"/accounts/{row.Domain}/clients")));
    }

    private static (bool IsPending, Item Item) OfRequest(Actor actor, AccessRequest request, string name, string domain)
    {
        if (request.PersonId != actor.Id)
        {
            var page = FormattableString.Invariant($"/accounts/{domain}/access-requests/{request.Id}");
            return (true, new Item(NoticeKind.AccessRequestWaits, $"{request.PersonName} ({request.Email}) asks for access.", name, request.RequestedAt, page));
        }

        return request.State == AccessRequestState.Pending
            ? (true, new Item(NoticeKind.AccessRequestAnswered, "You asked for access and wait for the answer.", name, request.RequestedAt, $"/directory?q={domain}"))
            : (false, new Item(
                NoticeKind.AccessRequestAnswered, $"Your request for access was {request.State.ToString().ToLowerInvariant()} by {request.DecidedBy}. {request.Given}{request.Reason}".Trim(),
                name, request.DecidedAt!.Value, $"/directory?q={domain}"));
    }

    /// <summary>Who administers both sides sees both.</summary>
    private static IEnumerable<(bool IsPending, Item Item)> OfSpan(IReadOnlyList<long> lets, GroupSpan span, Account home, Account target)
    {
        var waits = span.State == GroupSpanState.Requested;
        if (waits && lets.Contains(target.Id))
        {
            yield return (true, new Item(
                NoticeKind.GroupRequestWaits, $"The user group {span.GroupName} of {home.Name} asks for access.", target.Name, span.RequestedAt,
                $"/accounts/{target.Domain}/groups/external?lookup={span.LookupId}"));
        }

        if (lets.Contains(home.Id))
        {
            var page = FormattableString.Invariant($"/accounts/{home.Domain}/groups/{span.GroupId}?tab=accounts");
            yield return waits
                ? (true, new Item(NoticeKind.GroupRequestAnswered, $"The user group {span.GroupName} waits for access to {target.Name}.", home.Name, span.RequestedAt, page))
                : (false, new Item(
                    NoticeKind.GroupRequestAnswered,
                    $"Access of the user group {span.GroupName} to {target.Name}: {span.State.ToString().ToLowerInvariant()} by {span.AnsweredBy}. {span.Reason}".Trim(), home.Name,
                    span.AnsweredAt ?? span.RequestedAt, page));
        }
    }

    private static List<long> AccountsWhere(Actor actor, Permission permission) =>
        [.. actor.Grants.Select(grant => grant.AccountId).Distinct().Where(account => actor.May(permission, account))];
}
