using Microsoft.EntityFrameworkCore;
using Purser.Server.Licenses;
using Purser.Server.Store;

namespace Purser.Server.Reports;

/// <summary>The license tags of some rows of a report, asked for at once.</summary>
internal sealed class LicenseTagsOf
{
    private readonly ILookup<(long VirtualAccount, long License), (long Line, string Name)> tags;

    private LicenseTagsOf(ILookup<(long, long), (long, string)> tags) => this.tags = tags;

    public static async Task<LicenseTagsOf> LoadAsync(
        PurserContext db, long account, IReadOnlyCollection<(long VirtualAccount, long License)> rows, CancellationToken cancellation)
    {
        var places = rows.Select(row => row.VirtualAccount).Distinct().ToList();
        var licenses = rows.Select(row => row.License).Distinct().ToList();
        var found = await (
            from tag in db.LicenseTags
            join use in db.LicenseTagUses on new { tag.AccountId, TagId = tag.Id } equals new { use.AccountId, use.TagId }
            where tag.AccountId == account && places.Contains(tag.VirtualAccountId) && licenses.Contains(use.EntitlementId)
            orderby tag.NameKey
            select new { tag.VirtualAccountId, use.EntitlementId, use.LineId, tag.Name }).ToListAsync(cancellation);
        return new LicenseTagsOf(found.ToLookup(row => (row.VirtualAccountId, row.EntitlementId), row => (row.LineId, row.Name)));
    }

    /// <summary>Of the license there (summary level).</summary>
    public string OfLicense(long virtualAccount, long license) => Words(virtualAccount, license, LicenseTagUse.WholeLicense);

    /// <summary>Of the license there, and of one of its lines (detail level).</summary>
    public string OfLine(long virtualAccount, long license, long line) => Words(virtualAccount, license, LicenseTagUse.WholeLicense, line);

    private string Words(long virtualAccount, long license, params long[] lines) =>
        string.Join(", ", tags[(virtualAccount, license)].Where(tag => lines.Contains(tag.Line)).Select(tag => tag.Name).Distinct(StringComparer.Ordinal));
}
