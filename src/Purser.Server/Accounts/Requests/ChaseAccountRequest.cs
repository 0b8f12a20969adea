using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;

namespace Purser.Server.Accounts;

/// <summary>The requester (or an operator) has the approver's mail sent again, or takes the request back.</summary>
public sealed class ChaseAccountRequest(WritePath writePath, ApprovalMail approval)
{
    public const string Resend = "accounts.resend-approval";
    public const string Withdraw = "accounts.withdraw-request";

    // The mail goes to somebody else: not as often as a button can be pressed.
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(10);

    public sealed record Input(long Request);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/v1/account-requests/{request:long}/resend", async (long request, ChaseAccountRequest chase, HttpContext context) =>
                (await chase.ResendAsync(context.Command(Resend, new Input(request)), new Input(request), context.RequestAborted)).ToHttp())
            .Requires(Permission.SignedIn)
            .WithSummary("Send the approver a new link; the earlier one stops working")
            .WithTags("Account requests");
        routes.MapPost("/api/v1/account-requests/{request:long}/withdraw", async (long request, ChaseAccountRequest chase, HttpContext context) =>
                (await chase.WithdrawAsync(context.Command(Withdraw, new Input(request)), new Input(request), context.RequestAborted)).ToHttp())
            .Requires(Permission.SignedIn)
            .WithSummary("Take a request back")
            .WithTags("Account requests");
    }

    public Task<Verdict<Done>> ResendAsync(Command command, Input input, CancellationToken cancellation = default) =>
        RunAsync(command, input, async (scope, request) =>
        {
            if (request.State != AccountRequestState.AwaitingApprover)
            {
                return Verdict.Refused(RefusalCode.Conflict, "This request does not wait for its approver.");
            }

            if (request.CodeEndsAt - AccountRequestRules.LinkLifetime > scope.MachineNow - Pause)
            {
                return Verdict.Refused(RefusalCode.TooManyRequests, "A mail was sent less than ten minutes ago. Wait a little.");
            }

            if (await AccountDuplicates.JudgeAsync(
                scope.Db, request.Type, request.Domain, request.RootDomain, request.Id, scope.MachineNow, nameof(RequestAccount.Input.Domain), cancellation) is { } duplicate)
            {
                return duplicate with { Field = null };
            }

            await approval.SendAsync(scope, request, cancellation);
            return null;
        }, cancellation);

    public Task<Verdict<Done>> WithdrawAsync(Command command, Input input, CancellationToken cancellation = default) =>
        RunAsync(command, input, (scope, request) =>
        {
            if (!request.IsOpen)
            {
                return Task.FromResult<Refusal?>(Verdict.Refused(RefusalCode.Conflict, "This request is decided."));
            }

            (request.State, request.DecidedAt, request.DecidedBy) = (AccountRequestState.Withdrawn, scope.Now, approval.NameOf(command.Actor));
            return Task.FromResult<Refusal?>(null);
        }, cancellation);

    private async Task<Verdict<Done>> RunAsync(
        Command command, Input input, Func<WriteScope, AccountRequest, Task<Refusal?>> change, CancellationToken cancellation) =>
        await writePath.RunAsync<Done>(command, async scope =>
        {
            var request = await scope.Db.AccountRequests.FirstOrDefaultAsync(row => row.Id == input.Request, cancellation);

            // Another's request is answered like one that does not exist.
            var isMine = command.Actor.Kind == ActorKind.Person && request?.RequesterId == command.Actor.Id;
            if (request is null || !(isMine || command.Actor.May(Permission.AccountCreate)))
            {
                return Verdict.Refused(RefusalCode.NotFound, $"There is no request {input.Request} of yours.");
            }

            return await change(scope, request) is { } refusal ? refusal : Verdict.Done;
        }, cancellation);
}
