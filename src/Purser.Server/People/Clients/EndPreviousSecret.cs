using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People.SignIn;

namespace Purser.Server.People;

/// <summary>
/// Ends the secret before the present one at once, before its time. Access tokens end too: nobody knows by which secret they were got, and who has
/// the present one gets new ones. What people allowed stays, because it is of no use without a secret.
/// </summary>
public sealed class EndPreviousSecret(WritePath writePath, BearerTokens tokens, TimeProvider machine)
{
    public const string Name = "clients.end-previous-secret";

    public sealed record Input(long Id);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapDelete("/api/v1/accounts/{account}/clients/{client:long}/previous-secret", (long client, EndPreviousSecret end, HttpContext context) =>
            RunAsync(client, end, context)).Requires(Permission.ClientManage)
            .WithSummary("End the old secret of an API client that works beside the new one").WithTags("API clients");
        routes.MapDelete("/api/v1/operator/clients/{client:long}/previous-secret", (long client, EndPreviousSecret end, HttpContext context) =>
            RunAsync(client, end, context)).Requires(Permission.StaffManage)
            .WithSummary("End the old secret of one of the operator's API clients").WithTags("Operator: staff");
    }

    public async Task<Verdict<Done>> HandleAsync(Command command, Input input, CancellationToken cancellation = default)
    {
        var accountId = ClientBook.AccountOf(command);
        return await writePath.RunAsync<Done>(command, async scope =>
        {
            var now = machine.GetUtcNow();
            if (await ClientBook.FindAsync(scope.Db, accountId, input.Id, cancellation) is not { } client || !client.HasPreviousSecret(now))
            {
                return Verdict.Refused(RefusalCode.NotFound, "There is no such API client, or it has no old secret that still works.");
            }

            client.PreviousSecretEndsAt = now;
            await ClientBook.RevokeAccessTokensAsync(scope, client, now, cancellation);
            scope.Journal(accountId).Append(PeopleEvents.ClientSecretEnded(client.Name));
            scope.AfterCommit(tokens.Forget);
            return Verdict.Done;
        }, cancellation);
    }

    private static async Task<VerdictResult<Done>> RunAsync(long client, EndPreviousSecret end, HttpContext context)
    {
        var input = new Input(client);
        return (await end.HandleAsync(context.Command(Name, input), input, context.RequestAborted)).ToHttp();
    }
}
