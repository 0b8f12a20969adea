using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;

namespace Purser.Server.Accounts;

/// <summary>An administrator or approver accepts the newest agreement for the account; its alert clears (SA-05).</summary>
public sealed class AcceptAgreement(WritePath writePath)
{
    public const string Name = "agreement.accept";

    /// <param name="Version">The version that was read: a newer one must be read first.</param>
    /// <param name="IsAgreed">The box "I agree to the terms above".</param>
    public sealed record Input(int Version, bool IsAgreed);

    public sealed record Answer(int Version, DateTimeOffset AcceptedAt);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/api/v1/accounts/{account}/agreement/acceptance", async (Input input, AcceptAgreement accept, HttpContext context) =>
            (await accept.HandleAsync(context.Command(Name, input), input, context.RequestAborted)).ToHttp())
        .Requires(Permission.AgreementAccept)
            .WithSummary("Accept the license agreement for the Smart Account")
        .WithTags("Agreement");

    public async Task<Verdict<Answer>> HandleAsync(Command command, Input input, CancellationToken cancellation = default)
    {
        if (!input.IsAgreed)
        {
            return Verdict.Refused(RefusalCode.InvalidInput, "Tick \"I agree to the terms above\" first.", nameof(input.IsAgreed));
        }

        if (command.Actor.Kind == ActorKind.Client)
        {
            return Verdict.Refused(RefusalCode.NotAllowed, "An agreement is accepted by a person, not by a program. Sign in and accept it under Agreements.");
        }

        var accountId = command.Accounts[0];
        return await writePath.RunAsync<Answer>(command, async scope =>
        {
            var newest = await scope.Db.Agreements.OrderByDescending(row => row.Version).FirstOrDefaultAsync(cancellation);
            if (newest is null || newest.Version != input.Version)
            {
                return Verdict.Refused(
                    RefusalCode.Stale, newest is null ? "No agreement was published." : $"Version {newest.Version} is the newest. Read and accept that one.");
            }

            if (await scope.Db.AgreementAcceptances.FindAsync([accountId, newest.Version], cancellation) is { } earlier)
            {
                return new Answer(earlier.Version, earlier.AcceptedAt);
            }

            var account = await scope.Db.Accounts.FirstAsync(row => row.Id == accountId, cancellation);
            await AgreementGate.AcceptAsync(scope, account, newest);
            return new Answer(newest.Version, scope.Now);
        }, cancellation);
    }
}
