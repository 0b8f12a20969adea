using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People.SignIn;

namespace Purser.Server.People;

/// <summary>Takes all operator roles from somebody; the last Licensing Administrator stays.</summary>
public sealed class RemoveStaff(WritePath writePath, BearerTokens tokens)
{
    public const string Name = "staff.remove";

    public sealed record Input(long PersonId);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapDelete("/api/v1/operator/staff/{person:long}", async (long person, RemoveStaff remove, HttpContext context) =>
        {
            var input = new Input(person);
            return (await remove.HandleAsync(context.Command(Name, input), input, context.RequestAborted)).ToHttp();
        })
        .Requires(Permission.StaffManage)
            .WithSummary("Remove a member of the operator's staff")
        .WithTags("Operator: staff");

    public async Task<Verdict<Done>> HandleAsync(Command command, Input input, CancellationToken cancellation = default) =>
        await writePath.RunAsync<Done>(command, async scope =>
        {
            var grants = await scope.Db.OperatorGrants.Where(row => row.PersonId == input.PersonId).ToListAsync(cancellation);
            if (grants.Count == 0)
            {
                return Verdict.Refused(RefusalCode.NotFound, "There is no such member of the staff.");
            }

            if (await LastAdministrator.JudgeStaffAsync(scope.Db, input.PersonId, cancellation) is { } last)
            {
                return last;
            }

            scope.Db.OperatorGrants.RemoveRange(grants);
            scope.AfterCommit(tokens.Forget);
            return Verdict.Done;
        }, cancellation);
}
