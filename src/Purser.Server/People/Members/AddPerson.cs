using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People.SignIn;

namespace Purser.Server.People;

/// <summary>
/// Gives somebody a role in the account, and tells her by mail. Who is new finds a one-time link for choosing a password in it.
/// </summary>
public sealed class AddPerson(WritePath writePath, Invitation invitation, BearerTokens tokens)
{
    public const string Name = "people.add";

    public sealed record Input(string Email, Role Role)
    {
        public string? DisplayName { get; init; }

        /// <summary>For the roles of a virtual account.</summary>
        public long? VirtualAccountId { get; init; }

        public bool IncludesChildren { get; init; } = true;
    }

    /// <param name="PersonId">0 in a preview: it would tell whether the address is known to others here.</param>
    public sealed record Answer(long PersonId, long GrantId)
    {
        /// <summary>For who may read kept mails, where none is sent; null otherwise, and for somebody who has a sign-in already.</summary>
        public string? SetPasswordPath { get; init; }
    }

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/api/v1/accounts/{account}/people", async (Input input, AddPerson add, HttpContext context) =>
            (await add.HandleAsync(context.Command(Name, input), input, context.RequestAborted)).ToCreated())
        .Requires(Permission.PeopleManage)
            .WithSummary("Add a person with a role")
        .WithTags("People");

    public async Task<Verdict<Answer>> HandleAsync(Command command, Input input, CancellationToken cancellation = default)
    {
        var accountId = command.Accounts[0];
        var wanted = new NewPerson(input.Email, input.DisplayName);
        if ((NewPerson.Problem(wanted) ?? GrantRules.Judge(command.Actor, Permission.PeopleManage, accountId, input.Role, input.VirtualAccountId)) is { } problem)
        {
            return problem;
        }

        string? setPasswordPath = null;
        var verdict = await writePath.RunAsync<Answer>(command, async scope =>
        {
            var known = await PersonBook.FindAsync(scope.Db, input.Email);
            if ((await GrantTargets.JudgeAsync(scope.Db, accountId, input.VirtualAccountId, cancellation)
                ?? await PeopleLimit.JudgeAsync(scope.Db, accountId, known is null ? [] : [known.Id], known is null ? 1 : 0, cancellation)) is { } refusal)
            {
                return refusal;
            }

            if (known is not null
                && await scope.Db.RoleGrants.AnyAsync(
                    grant => grant.AccountId == accountId && grant.PersonId == known.Id && grant.Role == input.Role
                        && grant.VirtualAccountId == input.VirtualAccountId,
                    cancellation))
            {
                return Verdict.Refused(RefusalCode.AlreadyExists, $"{known.DisplayName} has this role there already.", nameof(input.Email));
            }

            var granted = await PersonBook.GrantAsync(
                scope, accountId, wanted, input.Role, input.VirtualAccountId, input.VirtualAccountId is not null && input.IncludesChildren);
            var door = await Invitation.DoorAsync(scope.Db, accountId, cancellation);
            setPasswordPath = await invitation.SendAsync(scope, door, granted.Person, $"the role {input.Role.Display()}", cancellation);
            scope.AfterCommit(tokens.Forget);
            return new Answer(granted.Person.Id, granted.Grant.Id);
        }, cancellation);
        return verdict.Map(answer => command.DryRun ? answer with { PersonId = 0 } : answer with { SetPasswordPath = setPasswordPath });
    }
}
