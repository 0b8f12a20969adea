namespace Purser.Server.Demo;

/// <summary>Which devices live in the demo estate: some 200, in "Campus North" a few more than there are licenses for.</summary>
internal static class DemoFleet
{
    public static readonly IReadOnlyList<DemoDevices> All =
    [
        new(DemoAccounts.Hospitals, "Campus North", "Access Switch 9300", "AS-9300-48", 44, [new("Network Advantage"), new("Cloud Advantage")]),
        new(DemoAccounts.Hospitals, "Campus North", "Wireless Controller 98", "WC-98-2000", 1, [new("Access Point Advantage", 18)]),
        new(DemoAccounts.Hospitals, "Radiology", "Access Switch 9300", "AS-9300-24", 14, [new("Network Essentials"), new("Cloud Essentials")]),
        new(DemoAccounts.Hospitals, "Campus South", "Access Switch 9300", "AS-9300-48", 32, [new("Network Advantage"), new("Cloud Advantage")]),
        new(DemoAccounts.Hospitals, "Laboratories", "Industrial Switch 3400", "IS-3400-16", 12, [new("Industrial Base"), new("Industrial Visibility")]),
        new(DemoAccounts.Hospitals, "Primary Data Center", "Core Switch 9500", "CS-9500-32C", 8, [new("Core Network Advantage"), new("Core Cloud Advantage"), new("Streaming Telemetry")]),
        new(DemoAccounts.Hospitals, "Primary Data Center", "Virtual Router V80", "VR-80", 6, [new("Virtual Throughput 2G")]),
        new(DemoAccounts.Hospitals, "Primary Data Center", "Firewall 3100", "FW-3140", 4, [new("Firewall Base"), new("Intrusion Prevention"), new("Malware Defense"), new("Web Filtering")]),
        new(DemoAccounts.Hospitals, "Recovery Data Center", "Core Switch 9500", "CS-9500-32C", 4, [new("Core Network Advantage"), new("Core Cloud Advantage"), new("Streaming Telemetry")]),
        new(DemoAccounts.Hospitals, "Recovery Data Center", "Virtual Router V80", "VR-80", 4, [new("Virtual Throughput 500M")]),
        new(DemoAccounts.Hospitals, "Recovery Data Center", "Firewall 3100", "FW-3110", 2, [new("Firewall Base")]),
        new(DemoAccounts.Hospitals, "Branch Clinics", "Branch Router 1100", "BR-1100-4G", 26, [new("Routing Advantage"), new("Branch Throughput 200M")]),
        new(DemoAccounts.Hospitals, "Branch Clinics", "Firewall 3100", "FW-3105", 6, [new("Firewall Base"), new("Intrusion Prevention"), new("Malware Defense"), new("Web Filtering")]),
        new(DemoAccounts.Hospitals, "Branch Clinics", "Wireless Controller 98", "WC-98-200", 3, [new("Access Point Advantage", 22)]),
        new(DemoAccounts.Railway, "Stations", "Access Switch 9300", "AS-9300-24", 18, [new("Network Advantage"), new("Cloud Advantage")]),
        new(DemoAccounts.Railway, "Central Station", "Wireless Controller 98", "WC-98-2000", 1, [new("Access Point Essentials", 34)]),
        new(DemoAccounts.Railway, "Depots", "Industrial Switch 3400", "IS-3400-16", 20, [new("Industrial Plus"), new("Industrial Visibility")]),
        new(DemoAccounts.Railway, "Operations Control", "Core Switch 9500", "CS-9500-24", 2, [new("Core Network Advantage")]),
        new(DemoAccounts.Railway, "Operations Control", "Call Server 12", "CM-12", 2, [new("Basic User", 80), new("Meeting Room", 2)]),
        new(DemoAccounts.Railway, "Operations Control", "Network Analytics 4", "NA-4", 2, [new("Analytics Node")]),
    ];
}
