using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People.SignIn;
using Purser.Server.Store;

namespace Purser.Server.People;

/// <summary>Ends a group's access to another Smart Account, or takes back the request for it; either side may, at once (SA-09).</summary>
public sealed class WithdrawGroupSpan(WritePath writePath, Database database, BearerTokens tokens)
{
    public const string Name = "groups.withdraw-access";

    /// <param name="Domain">Of the other Smart Account.</param>
    public sealed record Input(long GroupId, string Domain);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapDelete("/api/v1/accounts/{account}/groups/{group:long}/access/{domain}", async (long group, string domain, WithdrawGroupSpan withdraw, HttpContext context) =>
        {
            var input = new Input(group, domain);
            return (await withdraw.HandleAsync(context.Command(Name, input), input, context.RequestAborted)).ToHttp();
        })
        .Requires(Permission.GroupManage)
        .WithSummary("End a user group's access between this Smart Account and another one; either side may")
        .WithTags("User groups");

    public async Task<Verdict<Done>> HandleAsync(Command command, Input input, CancellationToken cancellation = default)
    {
        var accountId = command.Accounts[0];
        if (await SidesAsync(accountId, input, cancellation) is not { } sides)
        {
            return NotFound();
        }

        return await writePath.RunAsync<Done>(command with { Accounts = [sides.Home, sides.Target] }, async scope =>
        {
            var span = await scope.Db.GroupSpans.FirstOrDefaultAsync(row => row.GroupId == input.GroupId && row.TargetAccountId == sides.Target, cancellation);
            if (span is not { IsOpen: true })
            {
                return NotFound();
            }

            var grants = await scope.Db.RoleGrants.Where(row => row.AccountId == sides.Target && row.GroupId == span.GroupId).ToListAsync(cancellation);
            GrantBook.Take(scope, GrantHolder.Of(span), grants);
            (span.State, span.AnsweredAt, span.Reason) = (GroupSpanState.Withdrawn, scope.Now, "");
            span.AnsweredBy = command.Actor.ShownName;
            var names = await scope.Db.Accounts.Where(row => row.Id == sides.Home || row.Id == sides.Target).ToDictionaryAsync(row => row.Id, row => row.Name, cancellation);
            var text = GroupEvents.AccessWithdrawn(span.GroupName, names[sides.Home], names[sides.Target]);
            scope.Journal(sides.Home).Append(text);
            scope.Journal(sides.Target).Append(text);
            scope.AfterCommit(tokens.Forget);
            return Verdict.Done;
        }, cancellation);
    }

    /// <summary>The two Smart Accounts, of which the caller's is one.</summary>
    private async Task<(long Home, long Target)?> SidesAsync(long accountId, Input input, CancellationToken cancellation)
    {
        var domain = input.Domain.ToLowerInvariant();
        await using var db = database.Read();
        var other = await db.Accounts.Where(row => row.Domain == domain).Select(row => (long?)row.Id).FirstOrDefaultAsync(cancellation);
        var span = await db.GroupSpans.FirstOrDefaultAsync(
            row => row.GroupId == input.GroupId
                && ((row.HomeAccountId == accountId && row.TargetAccountId == other) || (row.HomeAccountId == other && row.TargetAccountId == accountId)),
            cancellation);
        return span is null ? null : (span.HomeAccountId, span.TargetAccountId);
    }

    private static Refusal NotFound() => Verdict.Refused(RefusalCode.NotFound, "This user group has no access there that could be ended.");
}
