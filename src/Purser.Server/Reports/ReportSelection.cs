using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Licenses;
using Purser.Server.Store;

namespace Purser.Server.Reports;

/// <summary>
/// What a request means in the account as it is now and to the person who asks: rows only of virtual accounts that she may see
/// (domain rules 12.6). What it names and is not there, or not for her, is refused in the same words.
/// </summary>
internal sealed record ReportSelection(long Account, Reach Reach, ReportRequest Request, CatalogSnapshot Catalog)
{
    public IQueryable<VirtualAccount> Places(PurserContext db)
    {
        var places = Visible(db);
        if (Request.Places == PlaceChoice.Selected)
        {
            var chosen = Request.VirtualAccounts.ToList();
            places = places.Where(place => chosen.Contains(place.Id));
        }

        return places.WithTags(db, Account, Request.PlaceTags);
    }

    /// <summary>All virtual accounts of the account: nothing has to be asked for each row.</summary>
    public bool IsWhole => Reach.IsWhole && Request.Places == PlaceChoice.All;

    /// <summary>The keys of the license tags of which a row needs all.</summary>
    public IReadOnlyList<string> TagKeys => [.. Request.LicenseTags.Select(LicenseTagRules.KeyOf)];

    /// <summary>Null: any.</summary>
    public List<long>? Products => Request.ProductTypes.Count == 0
        ? null
        : [.. Catalog.Products.Where(product => Request.ProductTypes.Contains(TypeOf(product), StringComparer.OrdinalIgnoreCase)).Select(product => product.Id)];

    /// <summary>The product family, by which people choose; a product without one is its own.</summary>
    public static string TypeOf(Product product) => product.Family.Length > 0 ? product.Family : product.Name;

    public IQueryable<VirtualAccount> Visible(PurserContext db)
    {
        var places = db.VirtualAccounts.Where(place => place.AccountId == Account);
        if (Reach.IsWhole)
        {
            return places;
        }

        var reached = Reach.VirtualAccountIds.ToList();
        return places.Where(place => reached.Contains(place.Id));
    }

    public async Task<Refusal?> JudgeAsync(PurserContext db, CancellationToken cancellation)
    {
        if (ReportRules.Judge(Request) is { } wrong)
        {
            return wrong;
        }

        if (Request.Places == PlaceChoice.Selected && await Places(db).CountAsync(cancellation) < Request.VirtualAccounts.Count)
        {
            return Gone(
                "One of the chosen virtual accounts is not there, or you may not see it. Choose again among those that are offered.", "va");
        }

        if (Request.PlaceTags.Count > 0 && Missing(Request.PlaceTags, await DefinedTagsAsync(db, cancellation)) is { } placeTag)
        {
            return Gone($"There is no custom tag “{placeTag}” of virtual accounts (any more). Choose another one, or run the report without it.", "vaTag");
        }

        if (Request.LicenseIds.Any(id => Catalog.FindEntitlement(id) is null))
        {
            return Gone("One of the chosen licenses is not there. Choose again among those that are offered.", "license");
        }

        if (Request.LicenseTags.Count > 0 && Missing(Request.LicenseTags, await LicenseTagsAsync(db, cancellation)) is { } licenseTag)
        {
            return Gone($"There is no license tag “{licenseTag}” in the virtual accounts that you see (any more). Choose another one, or run the report without it.", "licenseTag");
        }

        return Missing(Request.ProductTypes, Catalog.Products.Select(TypeOf)) is { } type
            ? Gone($"There is no product type “{type}” in the catalog. Choose another one, or none for all.", "productType")
            : null;
    }

    /// <summary>License tags of the virtual accounts that the reader sees, each name once.</summary>
    public async Task<IReadOnlyList<string>> LicenseTagsAsync(PurserContext db, CancellationToken cancellation)
    {
        var visible = Visible(db);
        return await db.LicenseTags.Where(tag => tag.AccountId == Account && visible.Any(place => place.Id == tag.VirtualAccountId))
            .GroupBy(tag => tag.NameKey).OrderBy(group => group.Key).Select(group => group.Min(tag => tag.Name)!).ToListAsync(cancellation);
    }

    /// <summary>"Country:Sweden", in the order of the definitions.</summary>
    public async Task<IReadOnlyList<string>> DefinedTagsAsync(PurserContext db, CancellationToken cancellation) =>
        [.. (await TagBook.LoadAsync(db, Account, cancellation)).SelectMany(tag => tag.Values, (tag, value) => $"{tag.Row.Name}:{value.Text}")];

    private static string? Missing(IEnumerable<string> named, IEnumerable<string> known) => named.Except(known, StringComparer.OrdinalIgnoreCase).FirstOrDefault();

    private static Refusal Gone(string detail, string field) => Verdict.Refused(RefusalCode.InvalidInput, detail, field);
}
