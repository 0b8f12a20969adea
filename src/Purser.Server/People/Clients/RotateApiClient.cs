using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People.SignIn;
using Purser.Server.Pki;

namespace Purser.Server.People;

/// <summary>A new secret for an API client; the old one and all access tokens stop working at once.</summary>
public sealed class RotateApiClient(WritePath writePath, BearerTokens tokens, TimeProvider machine)
{
    public const string Name = "clients.rotate";

    public sealed record Input(long Id);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/api/v1/accounts/{account}/clients/{client:long}/secret", async (long client, RotateApiClient rotate, HttpContext context) =>
        {
            var input = new Input(client);
            return (await rotate.HandleAsync(context.Command(Name, input), input, context.RequestAborted)).ToHttp();
        })
        .Requires(Permission.ClientManage)
            .WithSummary("Give an API client a new secret; the old one ends at once")
        .WithTags("API clients");

    public async Task<Verdict<CreateApiClient.Answer>> HandleAsync(Command command, Input input, CancellationToken cancellation = default)
    {
        var accountId = command.Accounts.Count > 0 ? command.Accounts[0] : Accounts.AccountHead.Installation;
        string? secret = null;
        var verdict = await writePath.RunAsync<CreateApiClient.Answer>(command, async scope =>
        {
            if (await ClientBook.FindAsync(scope.Db, accountId, input.Id, cancellation) is not { RevokedAt: null } client)
            {
                return Verdict.Refused(RefusalCode.NotFound, "There is no such API client.");
            }

            secret = SecretSource.NewSecret();
            client.SecretHash = SecretSource.HashOf(secret);
            await ClientBook.RevokeTokensAsync(scope, client, machine.GetUtcNow(), cancellation);
            scope.Journal(accountId).Append(PeopleEvents.ClientRotated(client.Name));
            scope.AfterCommit(tokens.Forget);
            return new CreateApiClient.Answer(client.Id, client.ClientId, client.ExpiresAt);
        }, cancellation);
        return verdict.Map(answer => answer with { ClientSecret = command.DryRun ? null : secret });
    }
}
