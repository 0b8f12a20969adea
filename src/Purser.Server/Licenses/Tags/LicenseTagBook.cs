using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Store;

namespace Purser.Server.Licenses;

/// <summary>Reading and writing of license tags that commands share.</summary>
internal static class LicenseTagBook
{
    public static Refusal NotFound() => Verdict.Refused(RefusalCode.NotFound, "There is no such license tag in this virtual account.");

    public static Task<List<LicenseTag>> LoadAsync(PurserContext db, long account, long virtualAccount, CancellationToken cancellation) =>
        db.LicenseTags.Where(tag => tag.AccountId == account && tag.VirtualAccountId == virtualAccount).OrderBy(tag => tag.NameKey).ToListAsync(cancellation);

    public static LicenseTag Add(WriteScope scope, long account, long virtualAccount, string name)
    {
        var tag = new LicenseTag
        {
            AccountId = account, Id = scope.NextId(IdKind.Tag), VirtualAccountId = virtualAccount, Name = name.Trim(), NameKey = LicenseTagRules.KeyOf(name),
        };
        scope.Db.LicenseTags.Add(tag);
        return tag;
    }

    /// <summary>The tags of some licenses in a virtual account, by license: names in alphabetical order.</summary>
    public static async Task<ILookup<long, string>> OfLicensesAsync(
        PurserContext db, long account, long virtualAccount, List<long>? licenses, CancellationToken cancellation) =>
        (await Uses(db, account, virtualAccount)
            .Where(row => row.LineId == LicenseTagUse.WholeLicense && (licenses == null || licenses.Contains(row.EntitlementId)))
            .ToListAsync(cancellation))
        .OrderBy(row => row.NameKey, StringComparer.Ordinal).ToLookup(row => row.EntitlementId, row => row.Name);

    /// <summary>The tags of a license's lines, by line.</summary>
    public static async Task<ILookup<long, string>> OfLinesAsync(
        PurserContext db, long account, long virtualAccount, List<long> lines, CancellationToken cancellation) =>
        (await Uses(db, account, virtualAccount).Where(row => lines.Contains(row.LineId)).ToListAsync(cancellation))
        .OrderBy(row => row.NameKey, StringComparer.Ordinal).ToLookup(row => row.LineId, row => row.Name);

    /// <summary>
    /// A tag belongs to its virtual account, so what leaves it entirely loses its tags (help ch. 4; domain rules 3.4). They are given to what
    /// arrived where <paramref name="travel"/>: an explicit wish (LI-15), which makes tags that are missing over there.
    /// </summary>
    /// <param name="goneLines">Lines of which nothing is left in the giving virtual account.</param>
    /// <param name="goneLicenses">Licenses of which nothing is left there.</param>
    public static async Task TransferredAsync(
        WriteScope scope, long account, (long From, long To) places, IReadOnlyList<LicenseLine> moved, IReadOnlyCollection<long> goneLines,
        IReadOnlyCollection<long> goneLicenses, bool travel, CancellationToken cancellation)
    {
        var db = scope.Db;
        var lines = moved.Select(line => line.Id).ToHashSet();
        var licenses = moved.Select(line => line.EntitlementId).ToHashSet();
        var tags = (await LoadAsync(db, account, places.From, cancellation)).ToDictionary(tag => tag.Id);
        var uses = tags.Count == 0 ? [] : await db.LicenseTagUses
            .Where(use => use.AccountId == account && tags.Keys.Contains(use.TagId) && licenses.Contains(use.EntitlementId)).ToListAsync(cancellation);
        if (travel)
        {
            var there = (await LoadAsync(db, account, places.To, cancellation)).ToDictionary(tag => tag.NameKey);
            foreach (var use in uses.Where(use => use.LineId == LicenseTagUse.WholeLicense || lines.Contains(use.LineId)))
            {
                var tag = tags[use.TagId];
                if (!there.TryGetValue(tag.NameKey, out var same))
                {
                    same = Add(scope, account, places.To, tag.Name);
                    there.Add(tag.NameKey, same);
                }

                await SetAsync(db, same, use.EntitlementId, use.LineId);
            }
        }

        db.LicenseTagUses.RemoveRange(uses.Where(use =>
            use.LineId == LicenseTagUse.WholeLicense ? goneLicenses.Contains(use.EntitlementId) : goneLines.Contains(use.LineId)));
    }

    /// <returns>False where it has the tag already.</returns>
    public static async Task<bool> SetAsync(PurserContext db, LicenseTag tag, long license, long line)
    {
        if (await db.LicenseTagUses.FindAsync(tag.AccountId, tag.Id, license, line) is not null)
        {
            return false;
        }

        db.LicenseTagUses.Add(new LicenseTagUse { AccountId = tag.AccountId, TagId = tag.Id, EntitlementId = license, LineId = line });
        return true;
    }

    public static async Task ForgetVirtualAccountAsync(PurserContext db, long account, long virtualAccount, CancellationToken cancellation)
    {
        var tags = await LoadAsync(db, account, virtualAccount, cancellation);
        var ids = tags.ConvertAll(tag => tag.Id);
        db.LicenseTagUses.RemoveRange(await db.LicenseTagUses.Where(use => use.AccountId == account && ids.Contains(use.TagId)).ToListAsync(cancellation));
        db.LicenseTags.RemoveRange(tags);
    }

    private static IQueryable<UseWithName> Uses(PurserContext db, long account, long virtualAccount) =>
        from tag in db.LicenseTags
        join use in db.LicenseTagUses on new { tag.AccountId, TagId = tag.Id } equals new { use.AccountId, use.TagId }
        where tag.AccountId == account && tag.VirtualAccountId == virtualAccount
        select new UseWithName { EntitlementId = use.EntitlementId, LineId = use.LineId, Name = tag.Name, NameKey = tag.NameKey };

    private sealed class UseWithName
    {
        public required long EntitlementId { get; init; }
        public required long LineId { get; init; }
        public required string Name { get; init; }
        public required string NameKey { get; init; }
    }
}
