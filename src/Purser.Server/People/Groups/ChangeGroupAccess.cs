using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People.SignIn;
using Purser.Server.Store;

namespace Purser.Server.People;

/// <summary>
/// Gives a user group a role in this Smart Account, or takes one: of the account's own groups, and of those of others that it has let in. What
/// a member may do is the union of the own roles and the groups'; no role takes away (domain rules 12.3).
/// </summary>
public sealed class ChangeGroupAccess(WritePath writePath, BearerTokens tokens)
{
    public const string Give = "groups.give-role";
    public const string Take = "groups.take-role";

    public sealed record GiveInput(Access Access)
    {
        public long GroupId { get; init; }
    }

    public sealed record GiveAnswer(int RolesGiven);

    public sealed record TakeInput(long GroupId, long GrantId);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/v1/accounts/{account}/groups/{group:long}/roles", async (long group, Access access, ChangeGroupAccess change, HttpContext context) =>
            {
                var input = new GiveInput(access) { GroupId = group };
                return (await change.GiveAsync(context.Command(Give, input), input, context.RequestAborted)).ToCreated();
            })
            .Requires(Permission.GroupManage).WithSummary("Give a user group a role, in the whole Smart Account or in virtual accounts").WithTags("User groups");
        routes.MapDelete("/api/v1/accounts/{account}/groups/{group:long}/roles/{grant:long}", async (long group, long grant, ChangeGroupAccess change, HttpContext context) =>
            {
                var input = new TakeInput(group, grant);
                return (await change.TakeAsync(context.Command(Take, input), input, context.RequestAborted)).ToHttp();
            })
            .Requires(Permission.GroupManage).WithSummary("Take a role from a user group").WithTags("User groups");
    }

    public async Task<Verdict<GiveAnswer>> GiveAsync(Command command, GiveInput input, CancellationToken cancellation = default)
    {
        var accountId = command.Accounts[0];
        return await writePath.RunAsync<GiveAnswer>(command with { Ids = Math.Max(command.Ids, Access.MostVirtualAccounts) }, async scope =>
        {
            if (await HolderAsync(scope.Db, accountId, input.GroupId, cancellation) is not { } holder)
            {
                return GroupBook.NotFound();
            }

            if (await input.Access.JudgeAsync(scope.Db, command.Actor, Permission.GroupManage, accountId, cancellation) is { } refusal)
            {
                return refusal;
            }

            var given = await GrantBook.GiveAsync(scope, accountId, holder, input.Access, cancellation);
            scope.AfterCommit(tokens.Forget);
            return new GiveAnswer(given);
        }, cancellation);
    }

    public async Task<Verdict<Done>> TakeAsync(Command command, TakeInput input, CancellationToken cancellation = default)
    {
        var accountId = command.Accounts[0];
        return await writePath.RunAsync<Done>(command, async scope =>
        {
            var grant = await scope.Db.RoleGrants.FirstOrDefaultAsync(
                row => row.AccountId == accountId && row.GroupId == input.GroupId && row.Id == input.GrantId, cancellation);
            if (grant is null || await HolderAsync(scope.Db, accountId, input.GroupId, cancellation) is not { } holder)
            {
                return Verdict.Refused(RefusalCode.NotFound, "This user group has no such role here.");
            }

            if (GrantRules.Judge(command.Actor, Permission.GroupManage, accountId, grant.Role, grant.VirtualAccountId) is { } refusal)
            {
                return refusal;
            }

            GrantBook.Take(scope, holder, [grant]);
            scope.AfterCommit(tokens.Forget);
            return Verdict.Done;
        }, cancellation);
    }

    /// <summary>An own group, or one of another Smart Account that was let in.</summary>
    private static async Task<GrantHolder?> HolderAsync(PurserContext db, long accountId, long groupId, CancellationToken cancellation) =>
        await GroupBook.FindAsync(db, accountId, groupId, cancellation) is { } own ? GrantHolder.Of(own)
        : await db.GroupSpans.FirstOrDefaultAsync(
            row => row.GroupId == groupId && row.TargetAccountId == accountId && row.State == GroupSpanState.Granted, cancellation) is { } span ? GrantHolder.Of(span)
        : null;
}
