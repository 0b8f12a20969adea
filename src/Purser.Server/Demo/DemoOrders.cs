namespace Purser.Server.Demo;

/// <summary>
/// What the demo's customers bought, over the last four months: perpetual licenses, terms that have just begun, that run out soon and that ran out,
/// demo licenses; in one place too few, in another more than needed.
/// </summary>
internal static class DemoOrders
{
    public static readonly IReadOnlyList<DemoOrder> All =
    [
        new(120, "SO-104711", DemoAccounts.Hospitals, "MH-2291",
        [
            new("AS9300-NA", 36, "Campus North"),
            new("AS9300-CA-3Y", 60, "Campus North"),
            new("AS9300-NA", 90, "Campus South"),
            new("AS9300-CA-3Y", 40, "Campus South"),
            new("AS9300-NE", 25, "Radiology"),
            new("AS9300-NA", 5, "Emergency"),
        ]),
        new(119, "SO-104733", DemoAccounts.Hospitals, "MH-2292",
        [
            new("CS9500-BUNDLE-3Y", 10, "Primary Data Center"),
            new("CS9500-BUNDLE-3Y", 6, "Recovery Data Center"),
            new("FW3100-BASE", 12, "Data Centers"),
            new("FW3100-BASE", 6, "Primary Data Center"),
            new("FW3100-BASE", 4, "Recovery Data Center"),
        ]),
        new(116, "SO-104790", DemoAccounts.Railway, "HR-88",
        [
            new("AS9300-BUNDLE-A-3Y", 24, "Stations"),
            new("IS3400-P", 30, "Depots"),
            new("CS9500-NA", 4, "Operations Control"),
        ]),

        // Terms bought long ago: they end soon, one of them has ended while the fleet was watching.
        new(115, "SO-098120", DemoAccounts.Hospitals, "MH-1874",
        [
            new("FW3100-TMC-1Y", 6, "Primary Data Center", EndsIn: 24),
            new("FW3100-TMC-1Y", 6, "Branch Clinics", EndsIn: 6),
            new("CS9500-TEL-1Y", 4, "Recovery Data Center", EndsIn: -12),
            new("IS3400-V-1Y", 12, "Laboratories", EndsIn: 58),
        ]),
        new(111, "SO-105002", DemoAccounts.Hospitals, "MH-2307",
        [
            new("BR1100-A-3Y", 30, "Branch Clinics"),
            new("FW3100-BASE", 8, "Branch Clinics"),
            new("WC98-A-25-3Y", 3, "Branch Clinics"),
            new("IS3400-B", 14, "Laboratories"),
        ]),
        new(96, "SO-105377", DemoAccounts.Hospitals, "MH-2320", [new("VR80-2G-1Y", 8, "Primary Data Center"), new("VR80-500M-1Y", 6, "Recovery Data Center")]),
        new(74, "SO-105901", DemoAccounts.Railway, "HR-93", [new("CM12-BAS-100", 2, "Operations Control"), new("CM12-ROOM-1Y", 4, "Operations Control"), new("NA4-NODE", 3, "Operations Control")]),
        new(52, "SO-106284", DemoAccounts.Hospitals, "MH-2366", [new("WC98-A-10-1Y", 2, "Campus North"), new("WC98-HA", 1, "Campus North")]),
        new(40, "SO-106455", DemoAccounts.Hospitals, "", [new("AS9300-NA-DEMO", 6, "Campus North")]),
        new(31, "SO-106590", DemoAccounts.Railway, "HR-97", [new("WC98-E-25-3Y", 2, "Central Station"), new("IS3400-V-1Y", 10, "Depots")]),
        new(17, "SO-106833", DemoAccounts.Hospitals, "MH-2391", [new("AS9300-CE-1Y", 16, "Radiology")]),
        new(5, "SO-107004", DemoAccounts.Hospitals, "", [new("VR80-2G-DEMO", 4, "Recovery Data Center")]),
    ];
}
