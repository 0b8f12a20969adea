using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People.SignIn;
using Purser.Server.People.Sources;
using Purser.Server.Settings;
using Purser.Server.Store;

namespace Purser.Server.People;

/// <summary>
/// A new one-time link for somebody who lost hers or forgot the password. It goes to her own address, so wherever she works an administrator may
/// have it sent; but not as often as a button can be pressed.
/// </summary>
public sealed class RenewPasswordLink(WritePath writePath, Invitation invitation, PurserSettings settings)
{
    public const string Name = "people.renew-password-link";

    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(10);

    public sealed record Input(long PersonId);

    public sealed record Answer(long PersonId, string Email)
    {
        /// <summary>For who may read kept mails, where none is sent; null otherwise.</summary>
        public string? SetPasswordPath { get; init; }
    }

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/api/v1/accounts/{account}/people/{person:long}/set-password-link", async (long person, RenewPasswordLink renew, HttpContext context) =>
        {
            var input = new Input(person);
            return (await renew.HandleAsync(context.Command(Name, input), input, context.RequestAborted)).ToHttp();
        })
        .Requires(Permission.PeopleManage)
            .WithSummary("Mail a person a new link with which she or he chooses a password")
        .WithTags("People");

    public async Task<Verdict<Answer>> HandleAsync(Command command, Input input, CancellationToken cancellation = default)
    {
        var accountId = command.Accounts[0];
        string? setPasswordPath = null;
        var verdict = await writePath.RunAsync<Answer>(command, async scope =>
        {
            if (!await IsHereAsync(scope.Db, command.Actor, accountId, input.PersonId, cancellation))
            {
                return Verdict.Refused(RefusalCode.NotFound, "There is no such person in this Smart Account.");
            }

            var person = await scope.Db.Users.FirstAsync(row => row.Id == input.PersonId, cancellation);
            if (await SourceBook.InsteadOfPasswordAsync(scope.Db, person, cancellation) is { } source)
            {
                return Verdict.Refused(RefusalCode.Conflict, $"{person.DisplayName} signs in through “{source.Name}”. The password is kept and changed there.");
            }

            if (settings.Mail.IsOn && await SetPasswordLink.MadeAtAsync(scope.Db, person.Id, cancellation) is { } at && at + Pause > scope.MachineNow)
            {
                return Verdict.Refused(RefusalCode.TooManyRequests, $"A link for {person.DisplayName} was made less than ten minutes ago. Wait a little.");
            }

            setPasswordPath = invitation.SendNewLink(scope, person);
            scope.Journal(accountId).Append(PeopleEvents.PasswordLinkMade(person.DisplayName));
            return new Answer(person.Id, person.Email!);
        }, cancellation);
        return verdict.Map(answer => answer with { SetPasswordPath = command.DryRun ? null : setPasswordPath });
    }

    /// <summary>By a role that the caller sees, or, for who sees all people of the account, by a place in one of its user groups.</summary>
    private static async Task<bool> IsHereAsync(PurserContext db, Actor actor, long accountId, long personId, CancellationToken cancellation)
    {
        var grants = await db.RoleGrants.Where(row => row.AccountId == accountId && row.PersonId == personId).ToListAsync(cancellation);
        grants.AddRange(await ActorSource.ThroughGroups(db, personId).Where(row => row.AccountId == accountId).ToListAsync(cancellation));
        return grants.Exists(grant => GrantRules.Sees(actor, grant))
            || (actor.ReachOf(Permission.PeopleView, accountId).IsWhole && await db.UserGroups.AnyAsync(
                group => group.AccountId == accountId && db.UserGroupMembers.Any(member => member.GroupId == group.Id && member.PersonId == personId), cancellation));
    }
}
