using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;

namespace Purser.Server.Tokens;

/// <summary>Takes a token that works no more out of the list (domain rules 7.1).</summary>
public sealed class RemoveToken(WritePath writePath)
{
    public const string Name = "tokens.remove";

    public sealed record Input(long TokenId);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapDelete("/api/v1/accounts/{account}/tokens/{token:long}", async (long token, RemoveToken remove, HttpContext context) =>
        {
            var input = new Input(token);
            return (await remove.HandleAsync(context.Command(Name, input), input, context.RequestAborted)).ToHttp();
        })
        .Requires(Permission.TokenManage)
            .WithSummary("Remove a revoked or expired registration token from the list")
        .WithTags("Registration tokens");

    public async Task<Verdict<Done>> HandleAsync(Command command, Input input, CancellationToken cancellation = default)
    {
        var accountId = command.Accounts[0];
        return await writePath.RunAsync<Done>(command, async scope =>
        {
            var found = await TokenBook.FindAsync(scope, accountId, [input.TokenId], cancellation);
            if (!found.IsOk)
            {
                return found.Refusal!;
            }

            var (token, virtualAccount) = found.Value[0];
            if (TokenRules.StateOf(token, scope.Now) == TokenState.Active)
            {
                return Verdict.Refused(RefusalCode.Conflict, "The token still works. Revoke it first.");
            }

            scope.Db.RegistrationTokens.Remove(token);
            if (await scope.Db.TokenDirectory.FindAsync([token.TextHash], cancellation) is { } entry)
            {
                scope.Db.TokenDirectory.Remove(entry);
            }

            scope.Journal(accountId).Append(TokenEvents.Removed(virtualAccount), AccountEvents.About(token.VirtualAccountId));
            return Verdict.Done;
        }, cancellation);
    }
}
