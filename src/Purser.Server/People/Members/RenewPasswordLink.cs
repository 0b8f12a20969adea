using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People.SignIn;
using Purser.Server.People.Sources;
using Purser.Server.Store;

namespace Purser.Server.People;

/// <summary>
/// A new one-time link for somebody who lost hers or forgot the password. Only for people of this account alone: whoever holds the link can
/// become that person, so an administrator here must not get one for somebody who also works elsewhere.
/// </summary>
public sealed class RenewPasswordLink(WritePath writePath)
{
    public const string Name = "people.renew-password-link";

    public sealed record Input(long PersonId);

    public sealed record Answer(long PersonId)
    {
        public string? SetPasswordPath { get; init; }
    }

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/api/v1/accounts/{account}/people/{person:long}/set-password-link", async (long person, RenewPasswordLink renew, HttpContext context) =>
        {
            var input = new Input(person);
            return (await renew.HandleAsync(context.Command(Name, input), input, context.RequestAborted)).ToHttp();
        })
        .Requires(Permission.PeopleManage)
            .WithSummary("Make a new link with which a person sets a password")
        .WithTags("People");

    public async Task<Verdict<Answer>> HandleAsync(Command command, Input input, CancellationToken cancellation = default)
    {
        var accountId = command.Accounts[0];
        string? setPasswordPath = null;
        var verdict = await writePath.RunAsync<Answer>(command, async scope =>
        {
            // Rows of other accounts are what has to be found here.
            var grants = await scope.Db.RoleGrants.IgnoreQueryFilters().Where(row => row.PersonId == input.PersonId).ToListAsync(cancellation);
            grants.AddRange(await ActorSource.ThroughGroups(scope.Db, input.PersonId).ToListAsync(cancellation));
            var homes = await HomesAsync(scope.Db, input.PersonId, cancellation);
            if (!grants.Exists(grant => grant.AccountId == accountId && GrantRules.Sees(command.Actor, grant))
                && !(homes.Contains(accountId) && command.Actor.ReachOf(Permission.PeopleView, accountId).IsWhole))
            {
                return Verdict.Refused(RefusalCode.NotFound, "There is no such person in this Smart Account.");
            }

            if (homes.Exists(home => home != accountId)
                || grants.Exists(grant => grant.AccountId != accountId
                    || GrantRules.Judge(command.Actor, Permission.PeopleManage, accountId, grant.Role, grant.VirtualAccountId) is not null)
                || await scope.Db.OperatorGrants.AnyAsync(row => row.PersonId == input.PersonId, cancellation))
            {
                return Verdict.Refused(
                    RefusalCode.NotAllowed, "This person has roles beyond your own or outside of this Smart Account, so the link is not yours to see.");
            }

            var person = await scope.Db.Users.FirstAsync(row => row.Id == input.PersonId, cancellation);
            if (await SourceBook.InsteadOfPasswordAsync(scope.Db, person, cancellation) is { } source)
            {
                return Verdict.Refused(RefusalCode.Conflict, $"{person.DisplayName} signs in through “{source.Name}”. The password is kept and changed there.");
            }

            setPasswordPath = SetPasswordLink.Make(scope, person);
            scope.Journal(accountId).Append(PeopleEvents.PasswordLinkMade(person.DisplayName));
            return new Answer(person.Id);
        }, cancellation);
        return verdict.Map(answer => answer with { SetPasswordPath = command.DryRun ? null : setPasswordPath });
    }

    /// <summary>The Smart Accounts whose user groups she is in.</summary>
    private static Task<List<long>> HomesAsync(PurserContext db, long personId, CancellationToken cancellation) =>
        db.UserGroups.IgnoreQueryFilters().Where(group => db.UserGroupMembers.Any(member => member.GroupId == group.Id && member.PersonId == personId))
            .Select(group => group.AccountId).Distinct().ToListAsync(cancellation);
}
