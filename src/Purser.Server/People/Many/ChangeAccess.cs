using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People.SignIn;
using Purser.Server.Store;

namespace Purser.Server.People;

/// <summary>
/// "Assign account access" for chosen people (SA-07): a role in the whole Smart Account, in chosen virtual accounts or in these and those below
/// them; or the roles in chosen virtual accounts, or all roles, taken from them. All or nothing.
/// </summary>
public sealed class ChangeAccess(WritePath writePath, Invitation invitation, BearerTokens tokens)
{
    public const string Assign = "people.assign-access";
    public const string Unassign = "people.unassign-access";
    public const int MostPeople = 1_000;

    public sealed record AssignInput(IReadOnlyList<long> PersonIds, Access Access);

    public sealed record AssignAnswer(int People, int RolesGiven);

    /// <param name="VirtualAccountIds">Null: all roles here, which removes these people from the Smart Account.</param>
    public sealed record UnassignInput(IReadOnlyList<long> PersonIds, IReadOnlyList<long>? VirtualAccountIds = null);

    public sealed record UnassignAnswer(int People, int RolesTaken);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/v1/accounts/{account}/people/assign-access", async (AssignInput input, ChangeAccess change, HttpContext context) =>
                (await change.AssignAsync(context.Command(Assign, input), input, context.RequestAborted)).ToHttp())
            .Requires(Permission.PeopleManage).WithSummary("Give chosen people of the Smart Account a role").WithTags("People");
        routes.MapPost("/api/v1/accounts/{account}/people/unassign-access", async (UnassignInput input, ChangeAccess change, HttpContext context) =>
                (await change.UnassignAsync(context.Command(Unassign, input), input, context.RequestAborted)).ToHttp())
            .Requires(Permission.PeopleManage).WithSummary("Take the roles in chosen virtual accounts, or all roles, from chosen people").WithTags("People");
    }

    public async Task<Verdict<AssignAnswer>> AssignAsync(Command command, AssignInput input, CancellationToken cancellation = default)
    {
        if (JudgeNumber(input.PersonIds) is { } problem)
        {
            return problem;
        }

        var accountId = command.Accounts[0];
        var ids = input.PersonIds.Count * Math.Max(1, input.Access.VirtualAccountIds.Count);
        if (ids > ImportRules.MostRows * 2)
        {
            return Verdict.Refused(RefusalCode.InvalidInput, "These are too many roles at once. Choose fewer people or virtual accounts.", nameof(input.PersonIds));
        }

        return await writePath.RunAsync<AssignAnswer>(command with { Ids = Math.Max(command.Ids, ids) }, async scope =>
        {
            if (await input.Access.JudgeAsync(scope.Db, command.Actor, Permission.PeopleManage, accountId, cancellation) is { } refusal)
            {
                return refusal;
            }

            // Only people whom the caller sees here: a number is no way to reach strangers, or to learn their names.
            var people = await ReachableAsync(scope.Db, command.Actor, accountId, input.PersonIds, cancellation);
            if (people.Count < input.PersonIds.Distinct().Count())
            {
                return NotHere();
            }

            if (await PeopleLimit.JudgeAsync(scope.Db, accountId, people.Select(person => person.Id), 0, cancellation) is { } tooMany)
            {
                return tooMany;
            }

            var (given, door) = (0, await Invitation.DoorAsync(scope.Db, accountId, cancellation));
            var what = $"the role {await input.Access.WordsAsync(scope.Db, accountId, cancellation)}";
            foreach (var person in people)
            {
                var roles = await GrantBook.GiveAsync(scope, accountId, GrantHolder.Of(person), input.Access, cancellation);
                if (roles > 0)
                {
                    await invitation.SendAsync(scope, door, person, what, cancellation);
                }

                given += roles;
            }

            scope.AfterCommit(tokens.Forget);
            return new AssignAnswer(people.Count, given);
        }, cancellation);
    }

    public async Task<Verdict<UnassignAnswer>> UnassignAsync(Command command, UnassignInput input, CancellationToken cancellation = default)
    {
        if (JudgeNumber(input.PersonIds) is { } problem)
        {
            return problem;
        }

        var accountId = command.Accounts[0];
        return await writePath.RunAsync<UnassignAnswer>(command, async scope =>
        {
            var grants = await GrantsAsync(scope.Db, accountId, input, cancellation);
            var mine = grants.FindAll(grant => GrantRules.Judge(command.Actor, Permission.PeopleManage, accountId, grant.Role, grant.VirtualAccountId) is null);
            if (mine.Count == 0)
            {
                return Verdict.Refused(RefusalCode.NotFound, "These people have no own roles there that you could take. What comes from a user group goes with the group.");
            }

            if (mine.Exists(grant => grant.Role == Role.SmartAccountAdministrator)
                && await LastAdministrator.JudgeAsync(scope.Db, accountId, mine.ConvertAll(grant => grant.Id)) is { } last)
            {
                return last;
            }

            var ids = mine.Select(grant => grant.PersonId!.Value).Distinct().ToList();
            var people = await scope.Db.Users.Where(person => ids.Contains(person.Id)).ToDictionaryAsync(person => person.Id, cancellation);
            foreach (var held in mine.GroupBy(grant => grant.PersonId!.Value))
            {
                GrantBook.Take(scope, GrantHolder.Of(people[held.Key]), held);
            }

            scope.AfterCommit(tokens.Forget);
            return new UnassignAnswer(people.Count, mine.Count);
        }, cancellation);
    }

    /// <summary>People of the account, and those of its own mail domain for who sees the whole account.</summary>
    private static async Task<List<Person>> ReachableAsync(
        PurserContext db, Actor actor, long accountId, IReadOnlyList<long> personIds, CancellationToken cancellation)
    {
        var members = await ListPeople.People(db, actor, accountId, null).Where(person => personIds.Contains(person.Id)).ToListAsync(cancellation);
        var company = await ListCompanyPeople.PeopleAsync(db, actor, accountId, cancellation);
        return [.. members.Union(await company.Where(person => personIds.Contains(person.Id)).ToListAsync(cancellation)).OrderBy(person => person.Id)];
    }

    private static Task<List<RoleGrant>> GrantsAsync(PurserContext db, long accountId, UnassignInput input, CancellationToken cancellation)
    {
        var people = input.PersonIds.Select(id => (long?)id).ToList();
        var grants = db.RoleGrants.Where(row => row.AccountId == accountId && people.Contains(row.PersonId));
        if (input.VirtualAccountIds is { } places)
        {
            var ids = places.Select(id => (long?)id).ToList();
            grants = grants.Where(row => ids.Contains(row.VirtualAccountId));
        }

        return grants.OrderBy(row => row.Id).ToListAsync(cancellation);
    }

    private static Refusal? JudgeNumber(IReadOnlyList<long> personIds) => personIds.Count switch
    {
        0 => Verdict.Refused(RefusalCode.InvalidInput, "Choose at least one person.", "PersonIds"),
        > MostPeople => Verdict.Refused(RefusalCode.InvalidInput, $"Choose at most {MostPeople} people at once.", "PersonIds"),
        _ => null,
    };

    private static Refusal NotHere() => Verdict.Refused(RefusalCode.NotFound, "Some of these people are not among those you see here. Load the list anew.", "PersonIds");
}
