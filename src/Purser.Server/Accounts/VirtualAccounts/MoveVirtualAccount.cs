using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.People.SignIn;

namespace Purser.Server.Accounts;

/// <summary>Change of parent: the virtual account moves with all that lies below it (domain rules 12.4).</summary>
public sealed class MoveVirtualAccount(WritePath writePath, BearerTokens tokens)
{
    public const string Name = "virtual-accounts.move";

    /// <param name="ParentId">Null: to the top level.</param>
    public sealed record Input(long? ParentId)
    {
        public long VirtualAccountId { get; init; }
    }

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPut("/api/v1/accounts/{account}/virtual-accounts/{virtualAccount}/parent", async (Input body, MoveVirtualAccount move, HttpContext context) =>
        {
            var input = body with { VirtualAccountId = VirtualAccountBook.IdOf(context) };
            return (await move.HandleAsync(context.Command(Name, input), input, context.RequestAborted)).ToHttp();
        })
        .Requires(Permission.VirtualAccountEdit)
            .WithSummary("Move a virtual account below another one, or to the top")
        .WithTags("Virtual accounts");

    public async Task<Verdict<VirtualAccountView>> HandleAsync(Command command, Input input, CancellationToken cancellation = default)
    {
        var accountId = command.Accounts[0];
        return await writePath.RunAsync<VirtualAccountView>(command, async scope =>
        {
            var rows = await scope.Db.VirtualAccounts.Where(row => row.AccountId == accountId).ToDictionaryAsync(row => row.Id, cancellation);
            var tree = new VirtualAccountTree(rows.Values.Select(row => (row.Id, row.ParentId)));
            if (!rows.TryGetValue(input.VirtualAccountId, out var moved) || (input.ParentId is { } wanted && !tree.Has(wanted)))
            {
                return VirtualAccountBook.NotFound();
            }

            // The right is needed where it comes from and where it goes to.
            var reach = command.Actor.ReachOf(Permission.VirtualAccountEdit, accountId);
            if ((VirtualAccountRules.JudgeRight(reach, moved.ParentId)
                ?? VirtualAccountRules.JudgeRight(reach, input.ParentId)
                ?? VirtualAccountRules.JudgeMove(tree, moved.Id, input.ParentId)) is { } refusal)
            {
                return refusal;
            }

            if (moved.ParentId == input.ParentId)
            {
                return VirtualAccountView.Of(moved);
            }

            var rise = (input.ParentId is { } parent ? rows[parent].Level : 0) + 1 - moved.Level;
            moved.ParentId = input.ParentId;
            foreach (var id in tree.WithDescendants(moved.Id))
            {
                rows[id].Level += rise;
            }

            // Who works in the virtual account need not see what lies above it: where it went is for those who see the whole account.
            scope.Journal(accountId).Append(AccountEvents.VirtualAccountMoved(moved.Name, input.ParentId is { } above ? rows[above].Name : null));
            scope.Journal(accountId).Append(AccountEvents.VirtualAccountMoved(moved.Name), new() { VirtualAccountId = moved.Id });
            scope.AfterCommit(tokens.Forget);
            return VirtualAccountView.Of(moved);
        }, cancellation);
    }
}
