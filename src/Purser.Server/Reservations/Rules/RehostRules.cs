namespace Purser.Server.Reservations.Rules;

/// <summary>May the reservation of a failed product instance be copied to a replacement (help ch. 6; domain rules 8.7)?</summary>
public static class RehostRules
{
    /// <summary>Help ch. 6, exactly.</summary>
    public const string PreviousProductReturnPending =
        "Previous Product Return Pending: The licenses on this product cannot be moved to another product because there are no replacement licenses available in your "
        + "inventory, and too many other failed products are still pending removal. The licenses will be returned to your inventory when the failed product is returned. "
        + "If you need assistance, please open a support case.";

    private const int TenPercent = 10;

    /// <summary>How many failed products may be without cover at once: 10 % of the reserving product instances, rounded up: 1–10 → 1, 11–20 → 2.</summary>
    /// <param name="reserving">Product instances that reserve in the virtual account; a failed one and its replacement are one.</param>
    public static int Threshold(int reserving) => (reserving + TenPercent - 1) / TenPercent;

    /// <param name="copies">For each license of the failed product: what is reserved of it, and what is available.</param>
    /// <param name="uncovered">Failed products of this virtual account that were copied without cover and are still pending removal, a reset alert notwithstanding.</param>
    public static RehostVerdict Judge(IEnumerable<(long Reserved, long Available)> copies, int reserving, int uncovered) =>
        copies.All(copy => copy.Reserved <= copy.Available) ? RehostVerdict.Covered
        : uncovered + 1 <= Threshold(reserving) ? RehostVerdict.Uncovered
        : RehostVerdict.Refused;
}

public enum RehostVerdict
{
    /// <summary>Surplus pays for the copy; no threshold.</summary>
    Covered,

    /// <summary>Within the threshold: what is missing is on the books without cover until the failed product is returned.</summary>
    Uncovered,

    /// <summary><see cref="RehostRules.PreviousProductReturnPending"/>.</summary>
    Refused,
}
