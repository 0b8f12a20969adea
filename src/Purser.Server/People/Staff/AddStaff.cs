using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People.SignIn;

namespace Purser.Server.People;

/// <summary>Makes somebody a member of the operator's staff.</summary>
public sealed class AddStaff(WritePath writePath, Invitation invitation, BearerTokens tokens)
{
    public const string Name = "staff.add";

    public sealed record Input(string Email, OperatorRole Role)
    {
        public string? DisplayName { get; init; }
    }

    public sealed record Answer(long PersonId)
    {
        /// <summary>For who may read kept mails, where none is sent; null otherwise, and for somebody who has a sign-in already.</summary>
        public string? SetPasswordPath { get; init; }
    }

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/api/v1/operator/staff", async (Input input, AddStaff add, HttpContext context) =>
            (await add.HandleAsync(context.Command(Name, input), input, context.RequestAborted)).ToCreated())
        .Requires(Permission.StaffManage)
            .WithSummary("Add a member of the operator's staff")
        .WithTags("Operator: staff");

    public async Task<Verdict<Answer>> HandleAsync(Command command, Input input, CancellationToken cancellation = default)
    {
        var wanted = new NewPerson(input.Email, input.DisplayName);
        if (NewPerson.Problem(wanted) is { } problem)
        {
            return problem;
        }

        string? setPasswordPath = null;
        var verdict = await writePath.RunAsync<Answer>(command, async scope =>
        {
            var (person, _) = await PersonBook.FindOrAddAsync(scope, wanted);
            if (await scope.Db.OperatorGrants.AnyAsync(row => row.PersonId == person.Id && row.Role == input.Role, cancellation))
            {
                return Verdict.Refused(RefusalCode.AlreadyExists, $"{person.DisplayName} has this role already.", nameof(input.Email));
            }

            scope.Db.OperatorGrants.Add(new OperatorGrant { PersonId = person.Id, Role = input.Role });
            setPasswordPath = await invitation.SendAsync(scope, await invitation.StaffDoorAsync(scope.Db, cancellation), person, $"the role {input.Role.Display()}", cancellation);
            scope.AfterCommit(tokens.Forget);
            return new Answer(person.Id);
        }, cancellation);
        return verdict.Map(answer => answer with { SetPasswordPath = command.DryRun ? null : setPasswordPath });
    }
}
