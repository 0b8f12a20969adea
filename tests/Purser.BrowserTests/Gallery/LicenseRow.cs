namespace Purser.BrowserTests.Gallery;

public sealed record LicenseRow(string Id, string Name, string Billing, long Purchased, long InUse, long Reserved, DateTimeOffset Changed)
{
    public static IReadOnlyList<LicenseRow> All { get; } =
    [
        .. new (string Name, long Purchased, long InUse, long Reserved)[]
        {
            ("Network Advantage, 48 ports", 120, 96, 12), ("Network Essentials, 48 ports", 40, 40, 0), ("Routing Advantage, tier 2", 1_250, 731, 100),
            ("Routing Essentials, tier 1", 25, 28, 0), ("Wireless access point", 12_500, 9_821, 0), ("Firewall threat defence", 8, 3, 4),
            ("Session border, 1000 calls", 4, 0, 0), ("Edge platform, 10 Gbit/s", 60, 51, 20), ("Collaboration room", 300, 212, 0), ("Storage fabric port", 96, 96, 0),
        }.Select((row, index) => new LicenseRow(
            $"{index + 1}", row.Name, row.Name.StartsWith("Wireless", StringComparison.Ordinal) ? "By usage" : "Prepaid", row.Purchased, row.InUse, row.Reserved,
            DateTimeOffset.FromUnixTimeSeconds(1_760_000_000 + (index * 7_200)))),
    ];
}
