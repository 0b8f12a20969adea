using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People.SignIn;
using Purser.Server.Store;

namespace Purser.Server.People;

/// <summary>
/// An administrator approves a request with a role and its scope, or declines it (SA-10). Who administers virtual accounts gives roles in these;
/// declining speaks for the whole Smart Account.
/// </summary>
public sealed class DecideAccessRequest(WritePath writePath, AccessRequestMail mail, BearerTokens tokens)
{
    public const string Approve = "access-requests.approve";
    public const string Decline = "access-requests.decline";

    /// <param name="Access">Null: declined.</param>
    public sealed record Input(long RequestId, Access? Access)
    {
        public string? Reason { get; init; }
    }

    public sealed record DeclineBody(string? Reason = null);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/v1/accounts/{account}/access-requests/{request:long}/approve", (long request, Access access, DecideAccessRequest decide, HttpContext context) =>
                RunAsync(decide, context, Approve, new Input(request, access)))
            .Requires(Permission.AccessRequestDecide).WithSummary("Approve a request for access with a role and its scope").WithTags("Access requests");
        routes.MapPost("/api/v1/accounts/{account}/access-requests/{request:long}/decline", (long request, DeclineBody body, DecideAccessRequest decide, HttpContext context) =>
                RunAsync(decide, context, Decline, new Input(request, null) { Reason = body.Reason }))
            .Requires(Permission.AccessRequestDecide).WithSummary("Decline a request for access, with a reason if you like").WithTags("Access requests");
    }

    public async Task<Verdict<Done>> HandleAsync(Command command, Input input, CancellationToken cancellation = default)
    {
        if (InputText.Problem(input.Reason, nameof(input.Reason), "the reason", AccessRequest.LongestReason, isOptional: true) is { } problem)
        {
            return problem;
        }

        var accountId = command.Accounts[0];
        if (input.Access is null && !command.Actor.ReachOf(Permission.AccessRequestDecide, accountId).IsWhole)
        {
            return Verdict.Refused(RefusalCode.NotAllowed, "Requests are declined by a Smart Account Administrator. You can approve with a role in your virtual accounts.");
        }

        return await writePath.RunAsync<Done>(command with { Ids = Math.Max(command.Ids, Access.MostVirtualAccounts) }, async scope =>
        {
            var request = await scope.Db.AccessRequests.FirstOrDefaultAsync(row => row.AccountId == accountId && row.Id == input.RequestId, cancellation);
            if (request is null)
            {
                return Verdict.Refused(RefusalCode.NotFound, "There is no such request in this Smart Account.");
            }

            if (request.State != AccessRequestState.Pending)
            {
                return Verdict.Refused(RefusalCode.Conflict, $"This request is {request.State.ToString().ToLowerInvariant()} already, by {request.DecidedBy}. Load the list anew.");
            }

            if (input.Access is { } access && await GiveAsync(scope, request, access, cancellation) is { } refusal)
            {
                return refusal;
            }

            request.State = input.Access is null ? AccessRequestState.Declined : AccessRequestState.Approved;
            (request.DecidedAt, request.DecidedBy, request.Reason) = (scope.Now, mail.NameOf(command.Actor), input.Reason?.Trim() ?? "");
            scope.Journal(accountId).Append(input.Access is null ? AccessRequestEvents.Declined(request) : AccessRequestEvents.Approved(request));
            var place = await Invitation.PlaceAsync(scope.Db, accountId, cancellation);
            await mail.TellDecisionAsync(scope, place.Name, place.Domain, request, cancellation);
            scope.AfterCommit(tokens.Forget);
            return Verdict.Done;
        }, cancellation);
    }

    private static async Task<Refusal?> GiveAsync(WriteScope scope, AccessRequest request, Access access, CancellationToken cancellation)
    {
        if ((await access.JudgeAsync(scope.Db, scope.Actor, Permission.AccessRequestDecide, request.AccountId, cancellation)
            ?? await PeopleLimit.JudgeAsync(scope.Db, request.AccountId, [request.PersonId], 0, cancellation)) is { } refusal)
        {
            return refusal;
        }

        if (await scope.Db.Users.FirstOrDefaultAsync(row => row.Id == request.PersonId && !row.IsDisabled, cancellation) is not { } person)
        {
            return Verdict.Refused(RefusalCode.Conflict, "This person cannot sign in any more. Decline the request.");
        }

        request.Given = await access.WordsAsync(scope.Db, request.AccountId, cancellation);
        await GrantBook.GiveAsync(scope, request.AccountId, GrantHolder.Of(person), access, cancellation);
        return null;
    }

    private static async Task<VerdictResult<Done>> RunAsync(DecideAccessRequest decide, HttpContext context, string name, Input input) =>
        (await decide.HandleAsync(context.Command(name, input), input, context.RequestAborted)).ToHttp();
}
