using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;

namespace Purser.Server.Accounts;

/// <summary>An operator decides on a changed domain identifier: then the approver gets the mail, or the requester the reason why not (SA-01).</summary>
public sealed class DecideAccountRequest(WritePath writePath, ApprovalMail approval)
{
    public const string Name = "accounts.decide-request";

    /// <param name="Reason">Needed where it is declined: the requester reads it.</param>
    public sealed record Input(long Request, bool IsApproved, string Reason = "");

    public sealed record Body(string Reason = "");

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/v1/operator/account-requests/{request:long}/approve", (long request, DecideAccountRequest decide, HttpContext context) =>
                AnswerAsync(new Input(request, IsApproved: true), decide, context))
            .Requires(Permission.AccountCreate)
            .WithSummary("Approve the domain identifier of a request")
            .WithTags("Account requests");
        routes.MapPost("/api/v1/operator/account-requests/{request:long}/decline", (long request, Body body, DecideAccountRequest decide, HttpContext context) =>
                AnswerAsync(new Input(request, IsApproved: false, body.Reason), decide, context))
            .Requires(Permission.AccountCreate)
            .WithSummary("Decline a request with a reason")
            .WithTags("Account requests");
    }

    private static async Task<VerdictResult<Done>> AnswerAsync(Input input, DecideAccountRequest decide, HttpContext context) =>
        (await decide.HandleAsync(context.Command(Name, input), input, context.RequestAborted)).ToHttp();

    public async Task<Verdict<Done>> HandleAsync(Command command, Input input, CancellationToken cancellation = default)
    {
        if (InputText.Problem(input.Reason, nameof(input.Reason), "the reason", AccountRequestRules.LongestReason, isOptional: input.IsApproved) is { } problem)
        {
            return problem;
        }

        return await writePath.RunAsync<Done>(command, async scope =>
        {
            if (await scope.Db.AccountRequests.FirstOrDefaultAsync(row => row.Id == input.Request, cancellation) is not { } request)
            {
                return Verdict.Refused(RefusalCode.NotFound, $"There is no request {input.Request}.");
            }

            if (input.IsApproved ? request.State != AccountRequestState.AwaitingOperator : !request.IsOpen)
            {
                return Verdict.Refused(RefusalCode.Conflict, "This request does not wait for you any more. Load the list anew.");
            }

            if (input.IsApproved)
            {
                await approval.SendAsync(scope, request, cancellation);
                return Verdict.Done;
            }

            (request.State, request.DecidedAt, request.DecidedBy) = (AccountRequestState.Declined, scope.Now, approval.NameOf(command.Actor));
            request.DeclineReason = input.Reason.Trim();
            await approval.TellDeclinedAsync(scope, request, cancellation);
            return Verdict.Done;
        }, cancellation);
    }
}
