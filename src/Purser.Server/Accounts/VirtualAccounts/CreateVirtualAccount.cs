using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.People.SignIn;

namespace Purser.Server.Accounts;

/// <summary>A new virtual account, at the top or below another one (SA-06).</summary>
public sealed class CreateVirtualAccount(WritePath writePath, BearerTokens tokens)
{
    public const string Name = "virtual-accounts.create";

    public sealed record Input(string Name)
    {
        public string? Description { get; init; }

        /// <summary>Null: at the top level.</summary>
        public long? ParentId { get; init; }

        public AccessLevel AccessLevel { get; init; }

        /// <summary>Custom tag → values.</summary>
        public IReadOnlyDictionary<string, IReadOnlyList<string>>? Tags { get; init; }
    }

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/api/v1/accounts/{account}/virtual-accounts", async (Input input, CreateVirtualAccount create, HttpContext context) =>
            (await create.HandleAsync(context.Command(Name, input), input, context.RequestAborted)).ToCreated())
        .Requires(Permission.VirtualAccountCreateNested)
            .WithSummary("Create a virtual account")
        .WithTags("Virtual accounts");

    public async Task<Verdict<VirtualAccountView>> HandleAsync(Command command, Input input, CancellationToken cancellation = default)
    {
        var accountId = command.Accounts[0];
        var reach = command.Actor.ReachOf(
            input.ParentId is null ? Permission.VirtualAccountCreateTop : Permission.VirtualAccountCreateNested, accountId);
        if ((VirtualAccountRules.JudgeText(input.Name, input.Description) ?? VirtualAccountRules.JudgeRight(reach, input.ParentId)) is { } refusal)
        {
            return refusal;
        }

        return await writePath.RunAsync<VirtualAccountView>(command, async scope =>
        {
            var tree = await VirtualAccountTree.LoadAsync(scope.Db, accountId, cancellation);
            if (input.ParentId is { } parentId && !tree.Has(parentId))
            {
                return VirtualAccountBook.NotFound() with { Field = nameof(input.ParentId) };
            }

            var name = input.Name.Trim();
            if ((await AccountTypeGate.JudgeNewVirtualAccountAsync(scope.Db, accountId, cancellation)
                ?? VirtualAccountRules.JudgeNewChild(tree, input.ParentId)
                ?? await VirtualAccountBook.JudgeNameAsync(scope, accountId, name, exceptId: null, cancellation)) is { } problem)
            {
                return problem;
            }

            var row = NewVirtualAccount.Row(scope, accountId, name, input.ParentId, input.ParentId is { } parent ? tree.LevelOf(parent) + 1 : 1);
            row.Description = input.Description?.Trim() ?? "";
            row.AccessLevel = input.AccessLevel;
            var tagged = await TagBook.ApplyAsync(scope, row, input.Tags ?? VirtualAccountView.NoTags, cancellation);
            if (!tagged.IsOk)
            {
                return tagged.Refusal!;
            }

            scope.Db.VirtualAccounts.Add(row);
            scope.Journal(accountId).Append(AccountEvents.VirtualAccountCreated(row.Name), AccountEvents.About(row.Id));

            // It extends the reach of roles that include nested virtual accounts.
            scope.AfterCommit(tokens.Forget);
            return VirtualAccountView.Of(row) with { Tags = input.Tags ?? VirtualAccountView.NoTags };
        }, cancellation);
    }
}
