using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Accounts;

/// <summary>
/// Defines a custom tag, or changes one. A value that virtual accounts have is taken off them only when the caller says so knowing how many
/// they are.
/// </summary>
public sealed class SaveTag(WritePath writePath)
{
    public const string Create = "tags.create";
    public const string Edit = "tags.edit";

    public sealed record Input(string Name, IReadOnlyList<string> Values)
    {
        /// <summary>Null: a new one.</summary>
        public long? TagId { get; init; }
        public string? Description { get; init; }
        public bool Required { get; init; }
        public bool Multiple { get; init; }

        /// <summary>Values that are left out are taken off the virtual accounts that have them.</summary>
        public bool RemoveUsed { get; init; }
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/v1/accounts/{account}/tags", async (Input body, SaveTag save, HttpContext context) =>
        {
            var input = body with { TagId = null };
            return (await save.HandleAsync(context.Command(Create, input), input, context.RequestAborted)).ToCreated();
        }).Requires(Permission.TagDefine).WithSummary("Define a custom tag of virtual accounts").WithTags("Custom tags");
        routes.MapPut("/api/v1/accounts/{account}/tags/{tag:long}", async (long tag, Input body, SaveTag save, HttpContext context) =>
        {
            var input = body with { TagId = tag };
            return (await save.HandleAsync(context.Command(Edit, input), input, context.RequestAborted)).ToHttp();
        }).Requires(Permission.TagDefine).WithSummary("Change a custom tag: all of it, values included")
            .WithDescription("Leaving out a value that is used is refused and says by how many; removeUsed takes it off them.").WithTags("Custom tags");
    }

    public async Task<Verdict<TagView>> HandleAsync(Command command, Input input, CancellationToken cancellation = default)
    {
        if (TagRules.JudgeDefinition(input.Name, input.Description, input.Values) is { } problem)
        {
            return problem;
        }

        var accountId = command.Accounts[0];
        return await writePath.RunAsync<TagView>(command with { Ids = TagRules.MostValues + 1 }, async scope =>
        {
            if (AccountTypeRules.JudgeTags(await AccountTypeGate.TypeAsync(scope.Db, accountId, cancellation)) is { } forbidden)
            {
                return forbidden;
            }

            var tags = await TagBook.LoadAsync(scope.Db, accountId, cancellation);
            var known = tags.FirstOrDefault(tag => tag.Row.Id == input.TagId);
            if (input.TagId is not null && known is null)
            {
                return TagBook.NotFound();
            }

            if (tags.Any(tag => tag.Row.NameKey == TagRules.KeyOf(input.Name) && tag != known))
            {
                return Verdict.Refused(RefusalCode.AlreadyExists, $"There is a custom tag \"{input.Name.Trim()}\" in this Smart Account already.", nameof(input.Name));
            }

            if (known is null && tags.Count >= TagRules.MostTags)
            {
                return Verdict.Refused(RefusalCode.Conflict, $"A Smart Account has at most {TagRules.MostTags} custom tags.");
            }

            return known is null ? Add(scope, accountId, input) : await ChangeAsync(scope, known, input, cancellation);
        }, cancellation);
    }

    private static TagView Add(WriteScope scope, long accountId, Input input)
    {
        var row = new CustomTag { AccountId = accountId, Id = scope.NextId(IdKind.Tag), Name = "", NameKey = "" };
        Describe(row, input);
        scope.Db.CustomTags.Add(row);
        var values = input.Values.Select((value, position) => NewValue(scope, row, value, position)).ToList();
        scope.Db.CustomTagValues.AddRange(values);
        scope.Journal(accountId).Append(AccountEvents.TagCreated(row.Name, values.Select(value => value.Text)), new());
        return TagView.Of(new TagDefinition(row, values), new Dictionary<long, int>());
    }

    private static async Task<Verdict<TagView>> ChangeAsync(WriteScope scope, TagDefinition known, Input input, CancellationToken cancellation)
    {
        var (db, row) = (scope.Db, known.Row);
        var wanted = input.Values.Select(TagRules.KeyOf).ToHashSet();
        var gone = known.Values.Where(value => !wanted.Contains(value.TextKey)).ToList();
        var uses = await db.VirtualAccountTags.Where(tag => tag.AccountId == row.AccountId && tag.TagId == row.Id).ToListAsync(cancellation);
        var taken = uses.Where(use => gone.Exists(value => value.Id == use.ValueId)).ToList();
        if (taken.Count > 0 && !input.RemoveUsed)
        {
            return Verdict.Refused(RefusalCode.Conflict, StillUsed(gone, taken), nameof(input.Values));
        }

        var left = uses.Except(taken).ToList();
        var several = left.GroupBy(use => use.VirtualAccountId).Count(group => group.Count() > 1);
        if (!input.Multiple && several > 0)
        {
            return Verdict.Refused(
                RefusalCode.Conflict, $"{Words(several)} several values of \"{row.Name}\". Leave each of them one value first; then the tag can be a single one.", nameof(input.Multiple));
        }

        Describe(row, input);
        db.VirtualAccountTags.RemoveRange(taken);
        db.CustomTagValues.RemoveRange(gone);
        var values = new List<CustomTagValue>();
        foreach (var text in input.Values)
        {
            var value = known.Find(text);
            if (value is null)
            {
                value = NewValue(scope, row, text, values.Count);
                db.CustomTagValues.Add(value);
            }

            (value.Text, value.Position) = (text.Trim(), values.Count);
            values.Add(value);
        }

        scope.Journal(row.AccountId).Append(AccountEvents.TagChanged(row.Name, values.Select(value => value.Text), taken.Count), new());
        return TagView.Of(new TagDefinition(row, values), left.GroupBy(use => use.ValueId).ToDictionary(group => group.Key, group => group.Count()));
    }

    private static string StillUsed(List<CustomTagValue> gone, List<VirtualAccountTag> taken)
    {
        var counts = gone.Select(value => (value.Text, Count: taken.Count(use => use.ValueId == value.Id))).Where(value => value.Count > 0)
            .Select(value => $"{Words(value.Count)} the value \"{value.Text}\"");
        return $"{string.Join("; ", counts)}. Keep what is used, or confirm that it is taken off them.";
    }

    /// <summary>"3 virtual accounts have".</summary>
    internal static string Words(int count) => count == 1 ? "1 virtual account has" : FormattableString.Invariant($"{count} virtual accounts have");

    private static void Describe(CustomTag row, Input input)
    {
        row.Name = input.Name.Trim();
        row.NameKey = TagRules.KeyOf(input.Name);
        row.Description = input.Description?.Trim() ?? "";
        row.IsRequired = input.Required;
        row.AllowsSeveral = input.Multiple;
    }

    private static CustomTagValue NewValue(WriteScope scope, CustomTag tag, string text, int position) => new()
    {
        AccountId = tag.AccountId, TagId = tag.Id, Id = scope.NextId(IdKind.Tag), Text = text.Trim(), TextKey = TagRules.KeyOf(text), Position = position,
    };
}
