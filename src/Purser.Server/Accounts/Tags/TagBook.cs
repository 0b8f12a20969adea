using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Store;

namespace Purser.Server.Accounts;

/// <summary>A custom tag with its values, in the order in which they were listed.</summary>
public sealed record TagDefinition(CustomTag Row, IReadOnlyList<CustomTagValue> Values)
{
    private const int Listed = 10;

    public CustomTagValue? Find(string value) => Values.FirstOrDefault(row => row.TextKey == TagRules.KeyOf(value));

    public string ListValues() => string.Join(", ", Values.Take(Listed).Select(value => value.Text)) + (Values.Count > Listed ? ", …" : "");
}

/// <summary>Reading and writing of tags that the commands on them and on virtual accounts share.</summary>
internal static class TagBook
{
    public static Refusal NotFound() => Verdict.Refused(RefusalCode.NotFound, "There is no such custom tag in this Smart Account.");

    public static async Task<IReadOnlyList<TagDefinition>> LoadAsync(PurserContext db, long accountId, CancellationToken cancellation)
    {
        var tags = await db.CustomTags.Where(row => row.AccountId == accountId).OrderBy(row => row.NameKey).ToListAsync(cancellation);
        var values = (await db.CustomTagValues.Where(row => row.AccountId == accountId).OrderBy(row => row.Position).ToListAsync(cancellation)).ToLookup(row => row.TagId);
        return tags.ConvertAll(tag => new TagDefinition(tag, [.. values[tag.Id]]));
    }

    /// <summary>Virtual account → tag → values, for those named.</summary>
    public static async Task<Dictionary<long, IReadOnlyDictionary<string, IReadOnlyList<string>>>> OfAsync(
        PurserContext db, long accountId, IReadOnlyCollection<long> virtualAccountIds, CancellationToken cancellation)
    {
        var rows = await db.VirtualAccountTags.Where(row => row.AccountId == accountId && virtualAccountIds.Contains(row.VirtualAccountId))
            .Join(db.CustomTags, row => new { row.AccountId, Id = row.TagId }, tag => new { tag.AccountId, tag.Id }, (row, tag) => new { Row = row, tag.Name })
            .Join(
                db.CustomTagValues, one => new { one.Row.AccountId, one.Row.TagId, Id = one.Row.ValueId }, value => new { value.AccountId, value.TagId, value.Id },
                (one, value) => new { one.Row.VirtualAccountId, one.Name, value.Text, value.Position })
            .ToListAsync(cancellation);
        return rows.GroupBy(row => row.VirtualAccountId).ToDictionary(
            group => group.Key,
            group => (IReadOnlyDictionary<string, IReadOnlyList<string>>)new SortedDictionary<string, IReadOnlyList<string>>(
                group.GroupBy(row => row.Name).ToDictionary(tag => tag.Key, tag => (IReadOnlyList<string>)[.. tag.OrderBy(row => row.Position).Select(row => row.Text)]),
                StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>Gives a virtual account its values; null leaves it those it has, which must do.</summary>
    /// <returns>What changed, for the event; empty for nothing.</returns>
    public static async Task<Verdict<string>> ApplyAsync(
        WriteScope scope, VirtualAccount row, IReadOnlyDictionary<string, IReadOnlyList<string>>? wanted, CancellationToken cancellation)
    {
        var tags = await LoadAsync(scope.Db, row.AccountId, cancellation);
        var present = (await OfAsync(scope.Db, row.AccountId, [row.Id], cancellation)).GetValueOrDefault(row.Id) ?? VirtualAccountView.NoTags;
        var chosen = wanted ?? present;
        if (TagRules.JudgeChoice(tags, chosen) is { } refusal)
        {
            return refusal;
        }

        if (wanted is null)
        {
            return "";
        }

        var before = await scope.Db.VirtualAccountTags.Where(tag => tag.AccountId == row.AccountId && tag.VirtualAccountId == row.Id).ToListAsync(cancellation);
        var after = chosen
            .SelectMany(choice => choice.Value.Select(value => tags.First(tag => tag.Row.NameKey == TagRules.KeyOf(choice.Key)).Find(value)!))
            .Select(value => (value.TagId, ValueId: value.Id)).ToHashSet();
        var kept = before.Where(tag => after.Contains((tag.TagId, tag.ValueId))).Select(tag => (tag.TagId, tag.ValueId)).ToHashSet();
        if (kept.Count == before.Count && kept.Count == after.Count)
        {
            return "";
        }

        scope.Db.VirtualAccountTags.RemoveRange(before.Where(tag => !after.Contains((tag.TagId, tag.ValueId))));
        scope.Db.VirtualAccountTags.AddRange(after.Except(kept).Select(tag => new VirtualAccountTag
        {
            AccountId = row.AccountId, VirtualAccountId = row.Id, TagId = tag.TagId, ValueId = tag.ValueId,
        }));
        return after.Count == 0
            ? "tags: none"
            : "tags: " + string.Join(", ", tags.SelectMany(tag => tag.Values.Where(value => after.Contains((tag.Row.Id, value.Id))).Select(value => $"{tag.Row.Name}: {value.Text}")));
    }

    public static async Task ForgetVirtualAccountAsync(PurserContext db, long accountId, long id, CancellationToken cancellation) =>
        db.VirtualAccountTags.RemoveRange(await db.VirtualAccountTags.Where(row => row.AccountId == accountId && row.VirtualAccountId == id).ToListAsync(cancellation));

    /// <summary>Only virtual accounts with all of these, each "Country:Sweden".</summary>
    public static IQueryable<VirtualAccount> WithTags(this IQueryable<VirtualAccount> rows, PurserContext db, long accountId, IEnumerable<string> filters)
    {
        foreach (var filter in filters)
        {
            var colon = filter.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0)
            {
                throw new BadHttpRequestException("tag names a custom tag and one of its values, as in Country:Sweden.");
            }

            var (name, value) = (TagRules.KeyOf(filter[..colon]), TagRules.KeyOf(filter[(colon + 1)..]));
            rows = rows.Where(row => db.VirtualAccountTags.Any(tag => tag.AccountId == accountId && tag.VirtualAccountId == row.Id
                && db.CustomTags.Any(one => one.AccountId == accountId && one.Id == tag.TagId && one.NameKey == name)
                && db.CustomTagValues.Any(one => one.AccountId == accountId && one.TagId == tag.TagId && one.Id == tag.ValueId && one.TextKey == value)));
        }

        return rows;
    }
}
