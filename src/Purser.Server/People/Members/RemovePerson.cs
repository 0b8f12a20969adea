using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People.SignIn;
using Purser.Server.Store;

namespace Purser.Server.People;

/// <summary>Takes one role from somebody, or all the caller may take: then she is no longer in the account.</summary>
public sealed class RemovePerson(WritePath writePath, BearerTokens tokens)
{
    public const string Name = "people.remove";

    /// <param name="GrantId">Null: all roles in this account.</param>
    public sealed record Input(long? PersonId, long? GrantId);

    /// <param name="StaysThrough">The user groups through which she still works here; they are left to who keeps them.</param>
    public sealed record Answer(int RolesRemoved, IReadOnlyList<string> StaysThrough);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapDelete("/api/v1/accounts/{account}/people/roles/{grant:long}", (long grant, RemovePerson remove, HttpContext context) =>
            RunAsync(remove, context, new Input(null, grant))).Requires(Permission.PeopleManage)
            .WithSummary("Take a role from a person").WithTags("People");
        routes.MapDelete("/api/v1/accounts/{account}/people/{person:long}", (long person, RemovePerson remove, HttpContext context) =>
            RunAsync(remove, context, new Input(person, null))).Requires(Permission.PeopleManage)
            .WithSummary("Remove a person from the Smart Account").WithTags("People");
    }

    public async Task<Verdict<Answer>> HandleAsync(Command command, Input input, CancellationToken cancellation = default)
    {
        var accountId = command.Accounts[0];
        return await writePath.RunAsync<Answer>(command, async scope =>
        {
            var grants = await scope.Db.RoleGrants
                .Where(row => row.AccountId == accountId && row.PersonId != null && (row.Id == input.GrantId || row.PersonId == input.PersonId))
                .ToListAsync(cancellation);
            grants.RemoveAll(grant => !GrantRules.Sees(command.Actor, grant));
            if (grants.Count == 0)
            {
                return Verdict.Refused(RefusalCode.NotFound, "There is no such person in this Smart Account.");
            }

            var refusals = grants.ConvertAll(grant => GrantRules.Judge(command.Actor, Permission.PeopleManage, accountId, grant.Role, grant.VirtualAccountId));
            if (refusals.Find(refusal => refusal is not null) is { } notAllowed && refusals.TrueForAll(refusal => refusal is not null))
            {
                return notAllowed;
            }

            grants = grants.Where((_, index) => refusals[index] is null).ToList();
            if (grants.Exists(grant => grant.Role == Role.SmartAccountAdministrator)
                && await LastAdministrator.JudgeAsync(scope.Db, accountId, grants.ConvertAll(grant => grant.Id)) is { } last)
            {
                return last;
            }

            await TakeAsync(scope, grants, cancellation);
            scope.AfterCommit(tokens.Forget);
            return new Answer(grants.Count, await GroupsAsync(scope.Db, command.Actor, accountId, grants[0].PersonId!.Value, cancellation));
        }, cancellation);
    }

    private static async Task TakeAsync(WriteScope scope, List<RoleGrant> grants, CancellationToken cancellation)
    {
        var personId = grants[0].PersonId;
        var person = await scope.Db.Users.Where(row => row.Id == personId).Select(row => row.DisplayName).FirstAsync(cancellation);
        foreach (var grant in grants)
        {
            scope.Db.RoleGrants.Remove(grant);
            scope.Journal(grant.AccountId).Append(
                PeopleEvents.RoleRemoved(person, grant.Role), AccountEvents.About(grant.VirtualAccountId));
        }
    }

    private static async Task<IReadOnlyList<string>> GroupsAsync(PurserContext db, Actor actor, long accountId, long personId, CancellationToken cancellation)
    {
        var grants = await ActorSource.ThroughGroups(db, personId).Where(row => row.AccountId == accountId).ToListAsync(cancellation);
        var ids = grants.Where(grant => GrantRules.Sees(actor, grant)).Select(grant => grant.GroupId!.Value).Distinct().ToList();
        var own = await db.UserGroups.Where(row => row.AccountId == accountId && ids.Contains(row.Id)).Select(row => row.Name).ToListAsync(cancellation);
        var guests = await db.GroupSpans.Where(row => row.TargetAccountId == accountId && ids.Contains(row.GroupId)).Select(row => row.GroupName).ToListAsync(cancellation);
        return [.. own.Concat(guests).Order(StringComparer.OrdinalIgnoreCase)];
    }

    private static async Task<VerdictResult<Answer>> RunAsync(RemovePerson remove, HttpContext context, Input input) =>
        (await remove.HandleAsync(context.Command(Name, input), input, context.RequestAborted)).ToHttp();
}
