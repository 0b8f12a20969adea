using Purser.Server.Commands;

namespace Purser.Server.Licenses;

/// <summary>A way to upgrade that a SKU gives: how many of which license replace how many of which other (domain rules 6.2).</summary>
/// <param name="Ratio">Units that one upgraded unit replaces.</param>
/// <param name="Pending">Upgrade To, quantity available.</param>
/// <param name="Replaceable">Replaces Current, quantity available: held, not reserved, not in transition, not locked.</param>
public sealed record UpgradeOption(long SkuId, string Sku, long EntitlementId, string License, long ReplacesEntitlementId, string Replaces, long Ratio, long Pending, long Replaceable)
{
    /// <summary>min(pending, ⌊replaceable ÷ ratio⌋).</summary>
    public long Maximum => Math.Min(Pending, Replaceable / Ratio);

    /// <summary>Changes with either quantity: what a review was made of.</summary>
    public string Fingerprint => FormattableString.Invariant($"{Pending}-{Replaceable}");

    public bool Is(string sku, string replaces) =>
        string.Equals(Sku, sku, StringComparison.OrdinalIgnoreCase) && string.Equals(Replaces, replaces, StringComparison.OrdinalIgnoreCase);
}

/// <summary>Units of a line that an upgrade uses up.</summary>
public sealed record UpgradeTake(HeldLine From, long Quantity);

/// <summary>Which upgrades are possible, and of which lines they are made (LI-08; domain rules 6). Pure.</summary>
public static class UpgradeRules
{
    // The three messages of help ch. 4, word for word.
    public const string NotEnough =
        "This quantity cannot be upgraded because not enough licenses are currently available in this virtual account. Try lowering the quantity requested, "
        + "or select a virtual account that contains more licenses to replace.";

    public const string HasChanged =
        "The license upgrade failed because the number of licenses available in your account has changed. This usually occurs when a recent transaction changes "
        + "the number of available licenses. Click the Start Over link to see the current list of available licenses.";

    public const string SystemError = "We apologize, but the license upgrade failed due to a system error. Please click the Start Over link to try again.";

    public static Refusal NoQuantity => Verdict.Refused(RefusalCode.InvalidInput, "Enter a whole number of licenses, 1 or more.", "quantity");

    /// <param name="fingerprint">Of the review that was shown; null where none was.</param>
    public static Refusal? Judge(UpgradeOption option, long quantity, string? fingerprint) =>
        fingerprint is not null && fingerprint != option.Fingerprint ? Verdict.Refused(RefusalCode.Stale, HasChanged)
        : quantity < 1 ? NoQuantity
        : quantity > option.Maximum ? Verdict.Refused(RefusalCode.NotEnoughAvailable, NotEnough, "quantity")
        : null;

    /// <summary>
    /// Of which lines: those of the same type first, so that a perpetual license replaces a perpetual one where there is one, then what ends
    /// soonest: the least is lost.
    /// </summary>
    public static IReadOnlyList<UpgradeTake> Take(IEnumerable<HeldLine> lines, long quantity, Catalog.LicenseType? sameAs = null)
    {
        var takes = new List<UpgradeTake>();
        foreach (var line in lines.OrderBy(held => held.Line.LicenseType != sameAs).ThenBy(held => LicenseTerms.Length(held.Line.EndsAt)).ThenBy(held => held.Line.Id))
        {
            var part = Math.Min(quantity, line.Holding.Free);
            if (part > 0)
            {
                takes.Add(new UpgradeTake(line, part));
                quantity -= part;
            }
        }

        return takes;
    }
}
