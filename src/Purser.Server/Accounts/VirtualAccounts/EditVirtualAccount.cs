using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;

namespace Purser.Server.Accounts;

/// <summary>Name, description, access level, custom tags of a virtual account. What is left out stays.</summary>
public sealed class EditVirtualAccount(WritePath writePath)
{
    public const string Name = "virtual-accounts.edit";

    public sealed record Input
    {
        public long VirtualAccountId { get; init; }
        public string? Name { get; init; }
        public string? Description { get; init; }
        public AccessLevel? AccessLevel { get; init; }

        /// <summary>Custom tag → values: all that it is to have.</summary>
        public IReadOnlyDictionary<string, IReadOnlyList<string>>? Tags { get; init; }
    }

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPatch("/api/v1/accounts/{account}/virtual-accounts/{virtualAccount}", async (Input body, EditVirtualAccount edit, HttpContext context) =>
        {
            var input = body with { VirtualAccountId = VirtualAccountBook.IdOf(context) };
            return (await edit.HandleAsync(context.Command(Name, input), input, context.RequestAborted)).ToHttp();
        })
        .Requires(Permission.VirtualAccountEdit)
            .WithSummary("Change name, description, access level or tags of a virtual account")
        .WithTags("Virtual accounts");

    public async Task<Verdict<VirtualAccountView>> HandleAsync(Command command, Input input, CancellationToken cancellation = default)
    {
        if (VirtualAccountRules.JudgeText(input.Name ?? "unchanged", input.Description) is { } problem)
        {
            return problem;
        }

        var accountId = command.Accounts[0];
        return await writePath.RunAsync<VirtualAccountView>(command, async scope =>
        {
            if (await VirtualAccountBook.FindAsync(scope, accountId, input.VirtualAccountId, cancellation) is not { } row)
            {
                return VirtualAccountBook.NotFound();
            }

            if ((VirtualAccountRules.JudgeRight(command.Actor.ReachOf(Permission.VirtualAccountEdit, accountId), row.ParentId)
                ?? (input.Name is null ? null : await VirtualAccountBook.JudgeNameAsync(scope, accountId, input.Name.Trim(), row.Id, cancellation))) is { } refusal)
            {
                return refusal;
            }

            var tagged = await TagBook.ApplyAsync(scope, row, input.Tags, cancellation);
            if (!tagged.IsOk)
            {
                return tagged.Refusal!;
            }

            Apply(scope, row, input, tagged.Value);
            return VirtualAccountView.Of(row) with
            {
                Tags = input.Tags ?? (await TagBook.OfAsync(scope.Db, accountId, [row.Id], cancellation)).GetValueOrDefault(row.Id) ?? VirtualAccountView.NoTags,
            };
        }, cancellation);
    }

    private static void Apply(WriteScope scope, VirtualAccount row, Input input, string tags)
    {
        var place = AccountEvents.About(row.Id);
        var journal = scope.Journal(row.AccountId);
        if (input.Name?.Trim() is { } name && name != row.Name)
        {
            journal.Append(AccountEvents.VirtualAccountRenamed(row.Name, name), place);
            row.Name = name;
            row.NameKey = NewVirtualAccount.KeyOf(name);
        }

        var changes = new List<string>();
        if (input.Description?.Trim() is { } description && description != row.Description)
        {
            row.Description = description;
            changes.Add("description");
        }

        if (input.AccessLevel is { } accessLevel && accessLevel != row.AccessLevel)
        {
            row.AccessLevel = accessLevel;
            changes.Add($"access level {accessLevel}");
        }

        if (tags.Length > 0)
        {
            changes.Add(tags);
        }

        if (changes.Count > 0)
        {
            journal.Append(AccountEvents.VirtualAccountEdited(row.Name, changes), place);
        }
    }
}
