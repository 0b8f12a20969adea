using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Accounts;

/// <summary>A custom tag as callers see it.</summary>
public sealed record TagView(long Id, string Name, string Description, bool Required, bool Multiple, IReadOnlyList<TagValueView> Values)
{
    /// <param name="used">Value → virtual accounts that have it.</param>
    internal static TagView Of(TagDefinition tag, IReadOnlyDictionary<long, int> used) => new(
        tag.Row.Id, tag.Row.Name, tag.Row.Description, tag.Row.IsRequired, tag.Row.AllowsSeveral,
        [.. tag.Values.Select(value => new TagValueView(value.Text, used.GetValueOrDefault(value.Id)))]);
}

/// <param name="VirtualAccounts">How many of the virtual accounts that the caller sees have it.</param>
public sealed record TagValueView(string Value, int VirtualAccounts);

/// <summary>The custom tags of an account. There are few of them, so the list is whole.</summary>
public sealed class ListTags(Database database)
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/api/v1/accounts/{account}/tags", async (ListTags list, HttpContext context) =>
        {
            var tags = await list.HandleAsync(context.Actor(), context.Account().Id, context.RequestAborted);
            return Csv.IsWanted(context) ? File(context, tags) : Results.Ok(new TagList(tags));
        })
        .Requires(Permission.VirtualAccountView)
        .WithSummary("List the custom tags of virtual accounts, with their values and how often they are used")
        .WithDescription("?format=csv gives the list as a file, a line for each value.")
        .Produces<TagList>()
        .WithTags("Custom tags");

    public sealed record TagList(IReadOnlyList<TagView> Items);

    private static readonly CsvColumn<(TagView Tag, TagValueView Value)>[] Columns =
    [
        new("Tag", row => row.Tag.Name),
        new("Description", row => row.Tag.Description),
        new("Required", row => row.Tag.Required),
        new("Several values", row => row.Tag.Multiple),
        new("Value", row => row.Value.Value),
        new("Virtual accounts", row => row.Value.VirtualAccounts),
    ];

    internal static IResult File(HttpContext context, IReadOnlyList<TagView> tags) => new CsvResult<(TagView, TagValueView)>(
        $"tags-{context.Account().Domain}.csv", Columns, tags.SelectMany(tag => tag.Values, (tag, value) => (tag, value)).ToAsyncEnumerable());

    public async Task<IReadOnlyList<TagView>> HandleAsync(Actor actor, long accountId, CancellationToken cancellation = default)
    {
        await using var db = database.Read(accountId);
        var reach = actor.ReachOf(Permission.VirtualAccountView, accountId);
        var ids = reach.VirtualAccountIds.ToList();
        var used = await db.VirtualAccountTags.Where(row => row.AccountId == accountId && (reach.IsWhole || ids.Contains(row.VirtualAccountId)))
            .GroupBy(row => row.ValueId).Select(group => new { group.Key, Count = group.Count() }).ToDictionaryAsync(row => row.Key, row => row.Count, cancellation);
        return [.. (await TagBook.LoadAsync(db, accountId, cancellation)).Select(tag => TagView.Of(tag, used))];
    }
}
