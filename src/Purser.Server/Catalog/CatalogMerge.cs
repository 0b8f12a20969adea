using Purser.Protocol;
using Purser.Server.Licenses;
using Purser.Server.Store;

namespace Purser.Server.Catalog;

/// <summary>
/// Lays a wished state over the catalog that is known: what to create, what to change, what is wrong. Pure but for the ids and uuids it is given.
/// A product or license is found by its tag, else by its name; a SKU by its code. Tags never change: they are burnt into devices.
/// </summary>
internal sealed class CatalogMerge(CatalogSnapshot known, Func<IdKind, long> nextId, Func<string, Tag> mint, DateTimeOffset now)
{
    private readonly Dictionary<string, Entitlement> draftedEntitlements = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> seen = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<CatalogError> errors = [];
    private readonly List<string> changes = [];
    private readonly List<long> ids = [];
    private int created;
    private int changed;
    private int unchanged;

    public List<object> Added { get; } = [];

    public List<object> Updated { get; } = [];

    public List<object> Removed { get; } = [];

    public CatalogReport Merge(CatalogDraft draft)
    {
        foreach (var row in draft.Entitlements)
        {
            MergeEntitlement(row);
        }

        foreach (var row in draft.Products)
        {
            MergeProduct(row);
        }

        foreach (var row in draft.Skus)
        {
            MergeSku(row);
        }

        return new CatalogReport(created, changed, unchanged) { Changes = changes, Errors = errors, Ids = ids };
    }

    private void MergeEntitlement(EntitlementDraft draft)
    {
        var found = Locate(draft.Line, "entitlement", draft.Name, draft.Tag, known.FindEntitlement, row => (row.Tag, row.Name), known.FindProduct);
        if (!found.IsRight
            || Wrong(draft.Line, "name", CatalogRules.OfName(draft.Name))
            || Wrong(draft.Line, "description", CatalogRules.OfText(draft.Description))
            || Wrong(draft.Line, "tierGroup", CatalogRules.OfTier(draft.TierGroup ?? found.Row?.TierGroup, draft.TierRank ?? found.Row?.TierRank ?? 0))
            || Wrong(draft.Line, "isReportingOnly", found.Row is { } present && draft.IsReportingOnly is { } wished && wished != present.IsReportingOnly
                ? $"'{draft.Name}' {(present.IsReportingOnly ? "is" : "is not")} reporting only; that was decided when it was made. Make another license." : null))
        {
            return;
        }

        var tag = found.Row?.Tag ?? found.Tag?.Text ?? mint(draft.Name).Text;
        var row = new Entitlement
        {
            Id = found.Row?.Id ?? nextId(IdKind.Entitlement),
            Tag = tag,
            TagUuid = found.Row?.TagUuid ?? UuidOf(tag),
            Name = draft.Name,
            Description = draft.Description ?? found.Row?.Description ?? "",
            Version = draft.Version ?? found.Row?.Version ?? "1.0",
            Enforcement = draft.Enforcement ?? found.Row?.Enforcement ?? Enforcement.NotEnforced,
            TierGroup = draft.TierGroup is null ? found.Row?.TierGroup : draft.TierGroup.Length == 0 ? null : draft.TierGroup,
            TierRank = draft.TierRank ?? found.Row?.TierRank ?? 0,
            IsReportingOnly = found.Row?.IsReportingOnly ?? draft.IsReportingOnly ?? false,
            CreatedAt = found.Row?.CreatedAt ?? now,
        };
        draftedEntitlements[row.TagUuid] = row;
        draftedEntitlements[row.Name] = row;
        Keep($"license {row.Name}", row, found.Row, row.Id, CatalogDifference.Of(found.Row, row));
    }

    private void MergeProduct(ProductDraft draft)
    {
        var found = Locate(draft.Line, "product", draft.Name, draft.Tag, known.FindProduct, row => (row.Tag, row.Name), known.FindEntitlement);
        if (!found.IsRight
            || Wrong(draft.Line, "name", CatalogRules.OfName(draft.Name))
            || Wrong(draft.Line, "description", CatalogRules.OfText(draft.Description))
            || Wrong(draft.Line, "family", CatalogRules.OfText(draft.Family))
            || Wrong(draft.Line, "pids", CatalogRules.OfText(draft.Pids))
            || !TryResolve(draft.Line, draft.Entitlements, out var usable))
        {
            return;
        }

        var tag = found.Row?.Tag ?? found.Tag?.Text ?? mint(draft.Name).Text;
        var row = new Product
        {
            Id = found.Row?.Id ?? nextId(IdKind.Product),
            Tag = tag,
            TagUuid = found.Row?.TagUuid ?? UuidOf(tag),
            Name = draft.Name,
            Description = draft.Description ?? found.Row?.Description ?? "",
            Family = draft.Family ?? found.Row?.Family ?? "",
            Pids = draft.Pids is { } pids ? ProductPids.Of(pids) : found.Row?.Pids ?? "",
            CreatedAt = found.Row?.CreatedAt ?? now,
        };
        var difference = CatalogDifference.Of(found.Row, row);
        var before = found.Row is null ? [] : known.EntitlementsOf(row.Id).ToHashSet();
        if (usable is not null && !before.SetEquals(usable))
        {
            difference.Add("licenses");
            Added.AddRange(usable.Except(before).Select(id => new ProductEntitlement { ProductId = row.Id, EntitlementId = id }));
            Removed.AddRange(before.Except(usable).Select(id => new ProductEntitlement { ProductId = row.Id, EntitlementId = id }));
        }

        if (draft.Includes is not null && !TryInclude(row.Id, draft, found.Row is null ? [] : [.. known.InclusionsOf(row.Id)], difference))
        {
            return;
        }

        Keep($"product {row.Name}", row, found.Row, row.Id, difference);
    }

    private bool TryInclude(long productId, ProductDraft draft, List<ProductInclusion> before, List<string> difference)
    {
        var wished = new Dictionary<long, ProductInclusion>();
        foreach (var included in draft.Includes!)
        {
            var license = FindEntitlement(included.Entitlement);
            if (Wrong(draft.Line, "includes", license is null ? $"There is no license '{included.Entitlement}'." : null)
                || Wrong(draft.Line, "includes", license!.IsReportingOnly ? $"'{included.Entitlement}' is reporting only: there are always as many as product instances use." : null)
                || Wrong(draft.Line, "includes", included.Quantity is < 1 or > AddLicenses.LargestQuantity ? $"The quantity of '{included.Entitlement}' must be between 1 and {AddLicenses.LargestQuantity}." : null)
                || Wrong(draft.Line, "includes", wished.TryAdd(license!.Id, new ProductInclusion { ProductId = productId, EntitlementId = license.Id, Quantity = included.Quantity })
                    ? null
                    : $"'{included.Entitlement}' is named twice."))
            {
                return false;
            }
        }

        var old = before.ToDictionary(row => row.EntitlementId);
        var count = Added.Count + Updated.Count + Removed.Count;
        Added.AddRange(wished.Values.Where(row => !old.ContainsKey(row.EntitlementId)));
        Updated.AddRange(wished.Values.Where(row => old.TryGetValue(row.EntitlementId, out var was) && was.Quantity != row.Quantity));
        Removed.AddRange(before.Where(row => !wished.ContainsKey(row.EntitlementId)));
        if (Added.Count + Updated.Count + Removed.Count > count)
        {
            difference.Add("licenses to add to the inventory");
        }

        return true;
    }

    private void MergeSku(SkuDraft draft)
    {
        var before = known.FindSku(draft.Code);
        if (Wrong(draft.Line, "code", CatalogRules.OfCode(draft.Code))
            || Wrong(draft.Line, "code", seen.Add($"sku {draft.Code}") ? null : $"SKU {draft.Code} appears twice.")
            || Wrong(draft.Line, "description", CatalogRules.OfText(draft.Description))
            || Wrong(draft.Line, "productFamily", CatalogRules.OfText(draft.ProductFamily))
            || Wrong(draft.Line, "lines", before is null && draft.Lines is not { Count: > 0 } ? "A SKU brings at least one license." : null)
            || Wrong(draft.Line, "lines", draft.Lines is { Count: 0 } ? "A SKU brings at least one license." : null))
        {
            return;
        }

        var row = new Sku
        {
            Id = before?.Id ?? nextId(IdKind.Sku),
            Code = before?.Code ?? draft.Code,
            Description = draft.Description ?? before?.Description ?? "",
            ProductFamily = draft.ProductFamily ?? before?.ProductFamily ?? "",
            SmartAccountMandatory = draft.SmartAccountMandatory ?? before?.SmartAccountMandatory ?? false,
            CreatedAt = before?.CreatedAt ?? now,
        };
        var difference = CatalogDifference.Of(before, row);
        if (draft.Lines is not null)
        {
            if (!TryLines(row.Id, draft, out var lines, out var upgrades))
            {
                return;
            }

            MergeLines(before is null ? [] : known.LinesOf(row.Id).ToList(), lines, difference);
            MergeUpgrades(before is null ? [] : known.UpgradesOf(row.Id).ToList(), upgrades, difference);
        }

        Keep($"SKU {row.Code}", row, before, row.Id, difference);
    }

    private void MergeLines(List<SkuEntitlement> before, List<SkuEntitlement> after, List<string> difference)
    {
        var old = before.ToDictionary(line => line.EntitlementId);
        var wished = after.Select(line => line.EntitlementId).ToHashSet();
        var added = after.Where(line => !old.ContainsKey(line.EntitlementId)).ToList();
        var updated = after.Where(line => old.TryGetValue(line.EntitlementId, out var was) && CatalogDifference.Differs(was, line)).ToList();
        var removed = before.Where(line => !wished.Contains(line.EntitlementId)).ToList();
        Added.AddRange(added);
        Updated.AddRange(updated);
        Removed.AddRange(removed);
        if (added.Count + updated.Count + removed.Count > 0)
        {
            difference.Add("licenses");
        }
    }

    private void MergeUpgrades(List<SkuUpgrade> before, List<SkuUpgrade> after, List<string> difference)
    {
        var old = before.ToDictionary(row => (row.EntitlementId, row.ReplacesEntitlementId));
        var wished = after.ToDictionary(row => (row.EntitlementId, row.ReplacesEntitlementId));
        var count = Added.Count + Updated.Count + Removed.Count;
        Added.AddRange(after.Where(row => !old.ContainsKey((row.EntitlementId, row.ReplacesEntitlementId))));
        Updated.AddRange(after.Where(row => old.TryGetValue((row.EntitlementId, row.ReplacesEntitlementId), out var was) && was.Ratio != row.Ratio));
        Removed.AddRange(before.Where(row => !wished.ContainsKey((row.EntitlementId, row.ReplacesEntitlementId))));
        if (Added.Count + Updated.Count + Removed.Count > count)
        {
            difference.Add("what it replaces");
        }
    }

    private bool TryReplaced(int place, long skuId, long entitlementId, SkuLineDraft line, List<SkuUpgrade> upgrades)
    {
        foreach (var replaced in line.Replaces ?? [])
        {
            var other = FindEntitlement(replaced.Entitlement);
            if (Wrong(place, "replaces", other is null ? $"There is no license '{replaced.Entitlement}'." : null)
                || Wrong(place, "replaces", other!.Id == entitlementId ? $"'{line.Entitlement}' cannot replace itself." : null)
                || Wrong(place, "replaces", upgrades.Exists(row => row.EntitlementId == entitlementId && row.ReplacesEntitlementId == other.Id) ? $"'{replaced.Entitlement}' is named twice." : null))
            {
                return false;
            }

            upgrades.Add(new SkuUpgrade { SkuId = skuId, EntitlementId = entitlementId, ReplacesEntitlementId = other.Id, Ratio = replaced.Ratio });
        }

        return true;
    }

    private bool TryLines(long skuId, SkuDraft draft, out List<SkuEntitlement> lines, out List<SkuUpgrade> upgrades)
    {
        lines = [];
        upgrades = [];
        foreach (var line in draft.Lines!)
        {
            var place = line.Line > 0 ? line.Line : draft.Line;
            var entitlement = FindEntitlement(line.Entitlement);
            if (Wrong(place, "entitlement", entitlement is null ? $"There is no license '{line.Entitlement}'." : null)
                || Wrong(place, "entitlement", entitlement!.IsReportingOnly ? $"'{line.Entitlement}' is reporting only: it comes with the hardware and cannot be ordered." : null)
                || Wrong(place, "quantity", CatalogRules.OfSkuLine(line))
                || Wrong(place, "entitlement", lines.Exists(other => other.EntitlementId == entitlement!.Id) ? $"SKU {draft.Code} names '{line.Entitlement}' twice." : null))
            {
                return false;
            }

            lines.Add(new SkuEntitlement
            {
                SkuId = skuId, EntitlementId = entitlement!.Id, Quantity = line.Quantity, LicenseType = line.LicenseType, TermMonths = line.TermMonths, Billing = line.Billing,
            });
            if (!TryReplaced(place, skuId, entitlement.Id, line, upgrades))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The row that a draft means, or the tag of a new one. Tags of products and of licenses share one space of uuids.</summary>
    private (bool IsRight, TRow? Row, Tag? Tag) Locate<TRow, TOther>(
        int line, string kind, string name, string? tagText, Func<string, TRow?> find, Func<TRow, (string Tag, string Name)> naming, Func<string, TOther?> findOther)
        where TRow : class
        where TOther : class
    {
        Tag? tag = null;
        if (!string.IsNullOrEmpty(tagText) && !Tag.TryParse(tagText, out tag))
        {
            errors.Add(new CatalogError(line, "tag", $"'{tagText}' is not a tag. A tag looks like regid.2026-01.com.example.NAME,1.0_01234567-89ab-4cde-8f01-23456789abcd."));
            return default;
        }

        var byTag = tag is null ? null : find(tag.Text);
        var byName = find(name);
        var row = byTag ?? (tag is null ? byName : null);
        var isWrong =
            Wrong(line, "tag", tag is not null && findOther(tag.Text) is not null ? $"The uuid of '{tag.Text}' belongs to a {(kind == "product" ? "license" : "product")} already." : null)
            || Wrong(line, "tag", byTag is not null && naming(byTag).Tag != tag!.Text ? $"The uuid of '{tag.Text}' belongs to '{naming(byTag).Tag}' already." : null)
            || Wrong(line, "name", byName is not null && !ReferenceEquals(byName, row) ? $"Another {(kind == "product" ? "product" : "license")} is called '{name}'; its tag is '{naming(byName).Tag}'." : null)
            || Wrong(line, "name", seen.Add($"{kind} {name}") ? null : $"'{name}' appears twice.")
            || Wrong(line, "tag", tag is null || seen.Add(tag.Uuid.ToString("D")) ? null : $"The uuid of '{tag.Text}' appears twice.");
        return isWrong ? default : (true, row, tag);
    }

    private bool TryResolve(int line, IReadOnlyList<string>? references, out HashSet<long>? resolved)
    {
        resolved = references is null ? null : [];
        foreach (var reference in references ?? [])
        {
            var entitlement = FindEntitlement(reference);
            if (Wrong(line, "entitlements", entitlement is null ? $"There is no license '{reference}'." : null))
            {
                return false;
            }

            resolved!.Add(entitlement!.Id);
        }

        return true;
    }

    private Entitlement? FindEntitlement(string reference) =>
        draftedEntitlements.GetValueOrDefault(Tag.TryParse(reference, out var tag) ? tag.Uuid.ToString("D") : reference) ?? known.FindEntitlement(reference);

    private void Keep(string title, object row, object? before, long id, List<string> difference)
    {
        ids.Add(id);
        if (before is null)
        {
            created++;
            Added.Insert(0, row);
            changes.Add($"+ {title}");
        }
        else if (difference.Count > 0)
        {
            changed++;
            Updated.Add(row);
            changes.Add($"~ {title}: {string.Join(", ", difference)}");
        }
        else
        {
            unchanged++;
        }
    }

    private bool Wrong(int line, string field, string? message)
    {
        if (message is not null)
        {
            errors.Add(new CatalogError(line, field, message));
        }

        return message is not null;
    }

    private static string UuidOf(string tag) => tag[(tag.LastIndexOf('_') + 1)..];
}
