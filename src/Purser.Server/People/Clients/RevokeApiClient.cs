using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People.SignIn;

namespace Purser.Server.People;

/// <summary>Ends an API client and all access tokens that it got.</summary>
public sealed class RevokeApiClient(WritePath writePath, BearerTokens tokens, TimeProvider machine)
{
    public const string Name = "clients.revoke";

    public sealed record Input(long Id);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapDelete("/api/v1/accounts/{account}/clients/{client:long}", (long client, RevokeApiClient revoke, HttpContext context) =>
            RunAsync(client, revoke, context)).Requires(Permission.ClientManage)
            .WithSummary("Revoke an API client and its tokens").WithTags("API clients");
        routes.MapDelete("/api/v1/operator/clients/{client:long}", (long client, RevokeApiClient revoke, HttpContext context) =>
            RunAsync(client, revoke, context)).Requires(Permission.StaffManage)
            .WithSummary("Revoke one of the operator's API clients and its tokens").WithTags("Operator: staff");
    }

    public async Task<Verdict<Done>> HandleAsync(Command command, Input input, CancellationToken cancellation = default)
    {
        var accountId = ClientBook.AccountOf(command);
        return await writePath.RunAsync<Done>(command, async scope =>
        {
            if (await ClientBook.FindAsync(scope.Db, accountId, input.Id, cancellation) is not { } client)
            {
                return Verdict.Refused(RefusalCode.NotFound, "There is no such API client.");
            }

            if (client.RevokedAt is null)
            {
                client.RevokedAt = machine.GetUtcNow();
                await ClientBook.RevokeTokensAsync(scope, client, machine.GetUtcNow(), cancellation);
                scope.Journal(accountId).Append(PeopleEvents.ClientRevoked(client.Name));
                scope.AfterCommit(tokens.Forget);
            }

            return Verdict.Done;
        }, cancellation);
    }

    private static async Task<VerdictResult<Done>> RunAsync(long client, RevokeApiClient revoke, HttpContext context)
    {
        var input = new Input(client);
        return (await revoke.HandleAsync(context.Command(Name, input), input, context.RequestAborted)).ToHttp();
    }
}
