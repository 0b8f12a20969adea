using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People.SignIn;
using Purser.Server.Store;

namespace Purser.Server.People;

/// <summary>Deletes a user group with all its roles, in other Smart Accounts too. Its members keep their own roles.</summary>
public sealed class DeleteGroup(WritePath writePath, Database database, BearerTokens tokens)
{
    public const string Name = "groups.delete";

    public sealed record Input(long GroupId);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapDelete("/api/v1/accounts/{account}/groups/{group:long}", async (long group, DeleteGroup delete, HttpContext context) =>
        {
            var input = new Input(group);
            return (await delete.HandleAsync(context.Command(Name, input), input, context.RequestAborted)).ToHttp();
        })
        .Requires(Permission.GroupManage)
        .WithSummary("Delete a user group with its roles, in other Smart Accounts too")
        .WithTags("User groups");

    public async Task<Verdict<Done>> HandleAsync(Command command, Input input, CancellationToken cancellation = default)
    {
        var accountId = command.Accounts[0];
        return await writePath.RunAsync<Done>(command with { Accounts = [accountId, .. await TargetsAsync(accountId, input.GroupId, cancellation)] }, async scope =>
        {
            if (await GroupBook.FindAsync(scope.Db, accountId, input.GroupId, cancellation) is not { } group)
            {
                return GroupBook.NotFound();
            }

            var grants = await scope.Db.RoleGrants.IgnoreQueryFilters().Where(row => row.GroupId == group.Id).ToListAsync(cancellation);
            var spans = await scope.Db.GroupSpans.Where(row => row.GroupId == group.Id).ToListAsync(cancellation);
            if (spans.Exists(span => span.IsOpen && !scope.Holds(span.TargetAccountId)) || grants.Exists(grant => !scope.Holds(grant.AccountId)))
            {
                return Verdict.Refused(RefusalCode.Stale, "The user group was let into another Smart Account just now. Try again.");
            }

            scope.Db.UserGroupMembers.RemoveRange(await scope.Db.UserGroupMembers.Where(row => row.GroupId == group.Id).ToListAsync(cancellation));
            GrantBook.Take(scope, GrantHolder.Of(group), grants);
            scope.Db.GroupSpans.RemoveRange(spans);
            scope.Db.UserGroups.Remove(group);
            scope.Journal(accountId).Append(GroupEvents.Deleted(group.Name));
            scope.AfterCommit(tokens.Forget);
            return Verdict.Done;
        }, cancellation);
    }

    /// <summary>The Smart Accounts whose books change with it: they are locked too.</summary>
    private async Task<IReadOnlyList<long>> TargetsAsync(long accountId, long groupId, CancellationToken cancellation)
    {
        await using var db = database.Read();
        return await db.UserGroups.AnyAsync(row => row.AccountId == accountId && row.Id == groupId, cancellation)
            ? await db.GroupSpans.Where(row => row.GroupId == groupId && (row.State == GroupSpanState.Requested || row.State == GroupSpanState.Granted)).Select(row => row.TargetAccountId)
                .Union(db.RoleGrants.Where(row => row.GroupId == groupId).Select(row => row.AccountId)).Where(account => account != accountId).ToListAsync(cancellation)
            : [];
    }
}
