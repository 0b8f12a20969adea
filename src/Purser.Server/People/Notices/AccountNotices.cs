using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.Store;

namespace Purser.Server.People;

/// <summary>Notifications about Smart Accounts themselves: requested ones, and agreements that nobody has accepted yet.</summary>
internal sealed class AccountNotices(PurserContext db, Actor actor, DateTimeOffset machineNow, int most)
{
    /// <summary>What waits for the reader: her approval, or as staff her decision.</summary>
    public async Task<IReadOnlyList<(bool IsPending, ListNotices.Item Item)>> RequestsAsync(DateTimeOffset since, CancellationToken cancellation)
    {
        var decides = actor.May(Permission.AccountCreate);
        var rows = await db.AccountRequests
            .Where(row => (row.ApproverId == actor.Id && row.State == AccountRequestState.AwaitingApprover)
                || (decides && row.State == AccountRequestState.AwaitingOperator)
                || (row.RequesterId == actor.Id && (row.DecidedAt == null || row.DecidedAt > since)))
            .OrderByDescending(row => row.Id).Take(most).ToListAsync(cancellation);
        return [.. rows.SelectMany(row => Of(row, decides))];
    }

    /// <summary>Until somebody accepts the newest version there are no new tokens (domain rules 7.2).</summary>
    /// <param name="accounts">Those for which the reader can accept it.</param>
    public async Task<IReadOnlyList<(bool IsPending, ListNotices.Item Item)>> AgreementsAsync(IReadOnlyList<long> accounts, CancellationToken cancellation)
    {
        if (accounts.Count == 0 || await db.Agreements.OrderByDescending(row => row.Version).FirstOrDefaultAsync(cancellation) is not { } newest)
        {
            return [];
        }

        var waiting = await db.Accounts
            .Where(row => accounts.Contains(row.Id) && row.Status != AccountStatus.Closed && (row.AgreementVersion == null || row.AgreementVersion < newest.Version))
            .OrderBy(row => row.Id).Take(most).ToListAsync(cancellation);
        return
        [
            .. waiting.Select(row => (true, new ListNotices.Item(
                NoticeKind.AgreementWaits, FormattableString.Invariant($"Version {newest.Version} of the license agreement is not accepted yet: there are no new tokens until then."),
                row.Name, newest.PublishedAt > row.CreatedAt ? newest.PublishedAt : row.CreatedAt, $"/accounts/{row.Domain}/agreements"))),
        ];
    }

    /// <summary>Who asked and approves herself is told once, of what waits for her.</summary>
    private IEnumerable<(bool IsPending, ListNotices.Item Item)> Of(AccountRequest row, bool decides)
    {
        var isMine = row.ApproverId == actor.Id && row.State == AccountRequestState.AwaitingApprover && !row.IsExpired(machineNow);
        if (isMine)
        {
            yield return (true, new ListNotices.Item(
                NoticeKind.AccountRequestWaits, $"{row.RequesterName} requested the Smart Account {row.Name} ({row.Domain}). Open the link in the mail that you got to approve or decline it.",
                row.Name, row.RequestedAt, "/accounts"));
        }
        else if (decides && row.State == AccountRequestState.AwaitingOperator)
        {
            yield return (true, new ListNotices.Item(
                NoticeKind.AccountRequestWaits, $"{row.RequesterName} requested the Smart Account {row.Name} ({row.Domain}).", row.Name, row.RequestedAt, "/operator/account-requests"));
        }

        if (row.RequesterId == actor.Id && !isMine)
        {
            yield return row.IsOpen
                ? (true, new ListNotices.Item(NoticeKind.AccountRequestAnswered, Waits(row), row.Name, row.RequestedAt, "/accounts"))
                : (false, new ListNotices.Item(NoticeKind.AccountRequestAnswered, Answered(row), row.Name, row.DecidedAt ?? row.RequestedAt, "/accounts"));
        }
    }

    private string Waits(AccountRequest row) => row.State == AccountRequestState.AwaitingOperator
        ? $"You requested the Smart Account {row.Name}. It waits for the operator."
        : row.IsExpired(machineNow) ? $"You requested the Smart Account {row.Name}. {row.ApproverEmail} did not answer in time: send the mail again."
        : $"You requested the Smart Account {row.Name}. It waits for {row.ApproverEmail}.";

    private static string Answered(AccountRequest row) => row.State switch
    {
        AccountRequestState.Active => $"The Smart Account {row.Name} that you requested is active.",
        AccountRequestState.Withdrawn => $"You withdrew your request for the Smart Account {row.Name}.",
        _ => $"Your request for the Smart Account {row.Name} was declined by {row.DecidedBy}. {row.DeclineReason}".Trim(),
    };
}
