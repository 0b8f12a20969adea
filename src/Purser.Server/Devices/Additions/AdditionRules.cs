using System.Globalization;
using Purser.Server.Commands;

namespace Purser.Server.Devices.Additions;

/// <summary>A license that a product instance is entitled to, and what became of it.</summary>
/// <param name="Entitled">Units that the device may add in all.</param>
/// <param name="Added">Units that were added; null while nothing was. They cannot be added to.</param>
public sealed record AddableLicense(long EntitlementId, string License, string Description, string Expires, long Entitled, long? Added, DateTimeOffset? AddedAt)
{
    public long Available => Added is null ? Entitled : 0;
}

/// <summary>Units of one license that are to be added.</summary>
public sealed record AdditionWish(long EntitlementId, long Quantity);

/// <summary>"This number cannot exceed the value displayed under Available. This action can be performed only once per license per product instance." (help ch. 6)</summary>
public static class AdditionRules
{
    /// <summary>Null: they may be added.</summary>
    public static Refusal? Judge(IReadOnlyList<AddableLicense> offered, IReadOnlyList<AdditionWish> wishes)
    {
        if (wishes.Count == 0)
        {
            return Verdict.Refused(RefusalCode.InvalidInput, "Enter how many licenses are to be added, for at least one license.", "licenses");
        }

        if (wishes.DistinctBy(wish => wish.EntitlementId).Count() < wishes.Count)
        {
            return Verdict.Refused(RefusalCode.InvalidInput, "A license is named twice.", "licenses");
        }

        var known = offered.ToDictionary(license => license.EntitlementId);
        return wishes.Select((wish, index) => Problem(known.GetValueOrDefault(wish.EntitlementId), wish, $"licenses[{index.ToString(CultureInfo.InvariantCulture)}].quantity"))
            .FirstOrDefault(problem => problem is not null);
    }

    private static Refusal? Problem(AddableLicense? license, AdditionWish wish, string field) => license switch
    {
        null => Verdict.Refused(RefusalCode.UnknownEntitlement, "The product instance is not entitled to this license.", field),
        { Added: { } added } => Verdict.Refused(
            RefusalCode.Conflict, $"{added} {license.License} were added from this product instance already. That can be done only once for each license.", field),
        _ when wish.Quantity < 1 => Verdict.Refused(RefusalCode.InvalidInput, "Enter a whole number of licenses, 1 or more.", field),
        _ when wish.Quantity > license.Available => Verdict.Refused(
            RefusalCode.NotEnoughAvailable, $"{wish.Quantity} {license.License} cannot be added: {license.Available} are available from this product instance.", field),
        _ => null,
    };
}
