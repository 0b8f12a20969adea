using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People.SignIn;

namespace Purser.Server.People;

/// <summary>Turns a role that somebody has into another one.</summary>
public sealed class ChangeRole(WritePath writePath, BearerTokens tokens)
{
    public const string Name = "people.change-role";

    public sealed record Input(Role Role)
    {
        public long GrantId { get; init; }
        public long? VirtualAccountId { get; init; }
        public bool IncludesChildren { get; init; } = true;
    }

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPut("/api/v1/accounts/{account}/people/roles/{grant:long}", async (Input body, long grant, ChangeRole change, HttpContext context) =>
        {
            var input = body with { GrantId = grant };
            return (await change.HandleAsync(context.Command(Name, input), input, context.RequestAborted)).ToHttp();
        })
        .Requires(Permission.PeopleManage)
            .WithSummary("Change a role that a person holds")
        .WithTags("People");

    public async Task<Verdict<Done>> HandleAsync(Command command, Input input, CancellationToken cancellation = default)
    {
        var accountId = command.Accounts[0];
        return await writePath.RunAsync<Done>(command, async scope =>
        {
            var grant = await scope.Db.RoleGrants.FirstOrDefaultAsync(
                row => row.AccountId == accountId && row.Id == input.GrantId && row.PersonId != null, cancellation);
            if (grant is null || !GrantRules.Sees(command.Actor, grant))
            {
                return Verdict.Refused(RefusalCode.NotFound, "There is no such role in this Smart Account.");
            }

            if ((GrantRules.Judge(command.Actor, Permission.PeopleManage, accountId, grant.Role, grant.VirtualAccountId)
                ?? GrantRules.Judge(command.Actor, Permission.PeopleManage, accountId, input.Role, input.VirtualAccountId)
                ?? await GrantTargets.JudgeAsync(scope.Db, accountId, input.VirtualAccountId, cancellation)
                ?? await JudgeRestAsync(scope, grant, input, cancellation)) is { } refusal)
            {
                return refusal;
            }

            var person = await scope.Db.Users.FirstAsync(row => row.Id == grant.PersonId, cancellation);
            scope.Journal(accountId).Append(
                PeopleEvents.RoleChanged(person.DisplayName, grant.Role, input.Role),
                AccountEvents.About(input.VirtualAccountId ?? grant.VirtualAccountId));
            (grant.Role, grant.VirtualAccountId) = (input.Role, input.VirtualAccountId);
            grant.IncludesChildren = input.VirtualAccountId is not null && input.IncludesChildren;
            (grant.GrantedAt, grant.GrantedBy) = (scope.Now, command.Actor.ShownName);
            scope.AfterCommit(tokens.Forget);
            return Verdict.Done;
        }, cancellation);
    }

    private static async Task<Refusal?> JudgeRestAsync(WriteScope scope, RoleGrant grant, Input input, CancellationToken cancellation)
    {
        if (await scope.Db.RoleGrants.AnyAsync(
            row => row.AccountId == grant.AccountId && row.Id != grant.Id && row.PersonId == grant.PersonId && row.Role == input.Role
                && row.VirtualAccountId == input.VirtualAccountId,
            cancellation))
        {
            return Verdict.Refused(RefusalCode.AlreadyExists, "This person has that role there already.", nameof(input.Role));
        }

        return grant.Role == Role.SmartAccountAdministrator && input.Role != Role.SmartAccountAdministrator
            ? await LastAdministrator.JudgeAsync(scope.Db, grant.AccountId, [grant.Id])
            : null;
    }
}
