using System.Globalization;
using Purser.Server.Catalog;
using Purser.Server.Commands;

namespace Purser.Server.Reservations;

/// <summary>How many licenses a product instance is to have of one kind.</summary>
/// <param name="License">A tag, a bare uuid, a name or the license's number.</param>
/// <param name="Lines">"Multiple terms": how many of each line; without it perpetual ones first, then those that end last (help ch. 4).</param>
public sealed record ReservationWish(string License, long Quantity = 0, IReadOnlyList<ReservationWish.Line>? Lines = null)
{
    /// <summary>Instead of perpetual ones first: those that end soonest.</summary>
    public bool LongestTermLast { get; init; }

    public sealed record Line(long LineId, long Quantity);

    /// <summary>What it is to have in all.</summary>
    public long Sum => Lines is null ? Quantity : Lines.Sum(line => line.Quantity);

    /// <summary>The wishes by license; a refusal where one is unknown, named twice, not for the product, or not a number.</summary>
    internal static Verdict<IReadOnlyDictionary<long, ReservationWish>> Read(CatalogSnapshot catalog, long productId, IReadOnlyList<ReservationWish>? wishes)
    {
        var read = new Dictionary<long, ReservationWish>();
        foreach (var (index, wish) in (wishes ?? []).Index())
        {
            var field = string.Create(CultureInfo.InvariantCulture, $"licenses[{index}]");
            if (Find(catalog, wish.License) is not { } license)
            {
                return Verdict.Refused(RefusalCode.UnknownEntitlement, $"There is no license \"{wish.License}\".", field);
            }

            if (!catalog.MayUse(productId, license.Id))
            {
                return Verdict.Refused(RefusalCode.UnknownEntitlement, $"The product {catalog.FindProduct(productId)!.Name} does not use {license.Name}.", field);
            }

            if (wish.Quantity < 0 || (wish.Lines ?? []).Any(line => line.Quantity < 0) || (wish.Lines ?? []).DistinctBy(line => line.LineId).Count() < (wish.Lines?.Count ?? 0))
            {
                return Verdict.Refused(RefusalCode.InvalidInput, $"Give how many licenses of {license.Name} are to be reserved: 0 or more, and each line once.", field);
            }

            if (!read.TryAdd(license.Id, wish))
            {
                return Verdict.Refused(RefusalCode.InvalidInput, $"{license.Name} is named twice.", field);
            }
        }

        return read;
    }

    /// <summary>By number, tag, bare uuid or name.</summary>
    internal static Entitlement? Find(CatalogSnapshot catalog, string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && catalog.FindEntitlement(id) is { } found ? found : catalog.FindEntitlement(text);
}
