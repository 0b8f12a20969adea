using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Tokens;

/// <summary>New registration tokens, one for each virtual account chosen (TK-01).</summary>
public sealed class CreateTokens(WritePath writePath, Database database, AgreementGate agreement, TokenBook book)
{
    public const string Name = "tokens.create";

    public sealed record Input(IReadOnlyList<long> VirtualAccountIds)
    {
        public string? Description { get; init; }
        public int ExpiresInDays { get; init; } = TokenRules.ProposedDays;

        /// <summary>Null: any number of devices.</summary>
        public int? MaximumUses { get; init; }

        /// <summary>Allow export-controlled functionality on products registered with it.</summary>
        public bool ExportControlled { get; init; }

        public bool TermsAccepted { get; init; }
    }

    public sealed record Answer(IReadOnlyList<Item> Tokens);

    public sealed record Item(long Id, long VirtualAccountId, DateTimeOffset ExpiresAt)
    {
        /// <summary>Read from its sealed row; it is never part of what is kept for idempotency.</summary>
        public string? Token { get; init; }
    }

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/api/v1/accounts/{account}/tokens", async (Input input, CreateTokens create, HttpContext context) =>
            (await create.HandleAsync(context.Command(Name, input), input, context.RequestAborted)).ToCreated())
        .Requires(Permission.TokenManage)
            .WithSummary("Create registration tokens, one in each virtual account named")
        .WithTags("Registration tokens");

    public async Task<Verdict<Answer>> HandleAsync(Command command, Input input, CancellationToken cancellation = default)
    {
        if (TokenRules.JudgeInput(input) is { } problem)
        {
            return problem;
        }

        var accountId = command.Accounts[0];
        var ids = input.VirtualAccountIds.Distinct().ToList();
        var reach = command.Actor.ReachOf(Permission.TokenManage, accountId);
        var verdict = await writePath.RunAsync<Answer>(command with { Ids = TokenRules.MostVirtualAccounts }, async scope =>
        {
            var account = await scope.Db.Accounts.FirstAsync(row => row.Id == accountId, cancellation);
            if ((TokenRules.JudgeAccount(account, input.ExportControlled) ?? await agreement.JudgeTokensAsync(scope.Db, account, cancellation)) is { } refusal)
            {
                return refusal;
            }

            var names = await scope.Db.VirtualAccounts.Where(row => row.AccountId == accountId && ids.Contains(row.Id))
                .ToDictionaryAsync(row => row.Id, row => row.Name, cancellation);
            if (names.Count < ids.Count || !ids.TrueForAll(reach.Covers))
            {
                return Verdict.Refused(
                    RefusalCode.NotFound, "A virtual account that was chosen does not exist, or you cannot make tokens in it.", nameof(input.VirtualAccountIds));
            }

            return new Answer(ids.ConvertAll(id =>
            {
                var token = book.Add(scope, accountId, id, input);
                scope.Journal(accountId).Append(TokenEvents.Created(names[id], token.ExportControlled), AccountEvents.About(id));
                return new Item(token.Id, id, token.ExpiresAt);
            }));
        }, cancellation);
        return verdict.IsOk && !command.DryRun ? await WithTextsAsync(accountId, verdict.Value, cancellation) : verdict;
    }

    private async Task<Answer> WithTextsAsync(long accountId, Answer answer, CancellationToken cancellation)
    {
        var ids = answer.Tokens.Select(item => item.Id).ToList();
        await using var db = database.Read(accountId);
        var rows = await db.RegistrationTokens.Where(token => token.AccountId == accountId && ids.Contains(token.Id))
            .ToDictionaryAsync(token => token.Id, cancellation);
        return new Answer(answer.Tokens
            .Select(item => rows.TryGetValue(item.Id, out var row) ? item with { Token = book.TextOf(row) } : item).ToList());
    }
}
