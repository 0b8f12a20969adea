using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Licenses;

/// <summary>A license tag and how much it is used.</summary>
/// <param name="Licenses">Licenses that have it at summary level.</param>
/// <param name="Lines">License transactions that have it.</param>
public sealed record LicenseTagView(long Id, string Name, int Licenses, int Lines);

/// <summary>The license tags of a virtual account in alphabetical order; there are few, so the list is whole (help ch. 4, Manage Tags).</summary>
public sealed class ListLicenseTags(Database database)
{
    private static readonly CsvColumn<LicenseTagView>[] Columns =
        [new("License Tag", row => row.Name), new("Licenses", row => row.Licenses), new("License Transactions", row => row.Lines)];

    public sealed record Answer(IReadOnlyList<LicenseTagView> Items);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/api/v1/accounts/{account}/virtual-accounts/{virtualAccount:long}/license-tags", async (long virtualAccount, ListLicenseTags list, HttpContext context) =>
        {
            var tags = await list.HandleAsync(context.Actor(), context.Account().Id, virtualAccount, context.RequestAborted);
            return Csv.IsWanted(context)
                ? new CsvResult<LicenseTagView>($"license-tags-{context.Account().Domain}.csv", Columns, tags.ToAsyncEnumerable())
                : Results.Ok(new Answer(tags));
        })
        .Requires(Permission.LicenseView).WithTags("License tags").Produces<Answer>()
        .WithSummary("List the license tags of a virtual account, with the numbers of licenses and license transactions that have them")
        .WithDescription("?format=csv gives the list as a file.");

    public async Task<IReadOnlyList<LicenseTagView>> HandleAsync(Actor actor, long account, long virtualAccount, CancellationToken cancellation = default)
    {
        await using var db = database.Read(account);
        if (!actor.May(Permission.LicenseView, account, virtualAccount))
        {
            return [];
        }

        var tags = await LicenseTagBook.LoadAsync(db, account, virtualAccount, cancellation);
        if (tags.Count == 0)
        {
            return [];
        }

        var ids = tags.ConvertAll(tag => tag.Id);

        // What has gone by itself since, because it expired or nobody uses it any more, keeps its tags unseen.
        var licenses = await db.LicenseTagUses
            .Where(use => use.AccountId == account && ids.Contains(use.TagId) && use.LineId == LicenseTagUse.WholeLicense
                && db.Pools.Any(pool => pool.AccountId == account && pool.VirtualAccountId == virtualAccount && pool.EntitlementId == use.EntitlementId
                    && (pool.Purchased > 0 || pool.Pending > 0 || pool.InUse > 0 || pool.Firm + pool.InTransition + pool.Uncovered > 0)))
            .GroupBy(use => use.TagId).Select(group => new { group.Key, Count = group.Count() }).ToDictionaryAsync(row => row.Key, row => row.Count, cancellation);
        var lines = await db.LicenseTagUses
            .Where(use => use.AccountId == account && ids.Contains(use.TagId) && use.LineId != LicenseTagUse.WholeLicense
                && db.Holdings.Any(holding => holding.AccountId == account && holding.LineId == use.LineId && holding.VirtualAccountId == virtualAccount && holding.Held > 0))
            .GroupBy(use => use.TagId).Select(group => new { group.Key, Count = group.Count() }).ToDictionaryAsync(row => row.Key, row => row.Count, cancellation);
        return tags.ConvertAll(tag => new LicenseTagView(tag.Id, tag.Name, licenses.GetValueOrDefault(tag.Id), lines.GetValueOrDefault(tag.Id)));
    }
}
