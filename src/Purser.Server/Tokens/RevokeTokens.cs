using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;

namespace Purser.Server.Tokens;

/// <summary>Ends registration tokens. They stay in the list until removed; devices that registered with them are not touched (domain rules 7.1).</summary>
public sealed class RevokeTokens(WritePath writePath)
{
    public const string Name = "tokens.revoke";

    public sealed record Input(IReadOnlyList<long> TokenIds);

    public sealed record Answer(int Revoked);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/v1/accounts/{account}/tokens/revoke", (Input input, RevokeTokens revoke, HttpContext context) =>
            RunAsync(revoke, context, input)).Requires(Permission.TokenManage)
            .WithSummary("Revoke several registration tokens").WithTags("Registration tokens");
        routes.MapPost("/api/v1/accounts/{account}/tokens/{token:long}/revoke", (long token, RevokeTokens revoke, HttpContext context) =>
            RunAsync(revoke, context, new Input([token]))).Requires(Permission.TokenManage)
            .WithSummary("Revoke a registration token").WithTags("Registration tokens");
    }

    public async Task<Verdict<Answer>> HandleAsync(Command command, Input input, CancellationToken cancellation = default)
    {
        var accountId = command.Accounts[0];
        return await writePath.RunAsync<Answer>(command, async scope =>
        {
            var found = await TokenBook.FindAsync(scope, accountId, input.TokenIds, cancellation);
            if (!found.IsOk)
            {
                return found.Refusal!;
            }

            var live = found.Value.Where(pair => pair.Token.RevokedAt is null).ToList();
            foreach (var (token, virtualAccount) in live)
            {
                token.RevokedAt = scope.Now;
                scope.Journal(accountId).Append(TokenEvents.Revoked(virtualAccount), AccountEvents.About(token.VirtualAccountId));
            }

            return new Answer(live.Count);
        }, cancellation);
    }

    private static async Task<VerdictResult<Answer>> RunAsync(RevokeTokens revoke, HttpContext context, Input input) =>
        (await revoke.HandleAsync(context.Command(Name, input), input, context.RequestAborted)).ToHttp();
}
