using System.Globalization;
using Purser.Agent.Show;
using Purser.Agent.State;

namespace Purser.Agent.Policy.Show;

/// <summary>What is in use: the table of the summary, the blocks of the usage page, the handles of tech support (device reference 5.1, 5.2, 5.12).</summary>
internal static class PolicyUsage
{
    public const string InUse = "IN USE";

    private const string NotAuthorized = "NOT AUTHORIZED";

    private const string None = "No licenses in use";

    public static void Table(ShowText text, DeviceState state)
    {
        text.Line("License Usage:");
        if (!state.HasLicensesInUse)
        {
            text.Line("  " + None);
            return;
        }

        text.Line("  License                 Entitlement Tag               Count Status").Line("  " + new string('-', 77));
        foreach (var use in state.Entitlements)
        {
            text.Line("  " + SummaryPage.Row(License(state, use).Name, License(state, use).Description, use.Count, StatusOf(state, use)));
        }
    }

    public static void Blocks(ShowText text, DeviceState state)
    {
        if (!state.HasLicensesInUse)
        {
            text.Line(None);
        }

        foreach (var (index, use) in state.Entitlements.Index())
        {
            var license = License(state, use);
            text.Append(section => { if (index > 0) { section.Line(); } })
                .Line($"{license.Name} ({license.Description}):")
                .Append(section => Common(section, use, license, StatusOf(state, use)))
                .Append(section => Kind(section, license));
        }
    }

    public static void Handles(ShowText text, DeviceState state)
    {
        if (!state.HasLicensesInUse)
        {
            text.Line(None).Line();
        }

        foreach (var (index, use) in state.Entitlements.Index())
        {
            var license = License(state, use);
            text.Line(string.Create(CultureInfo.InvariantCulture, $"Handle: {index + 1}"))
                .Line($"  License: {license.Name}")
                .Line($"  Entitlement Tag: {license.Tag}")
                .Append(section => Common(section, use, license, StatusOf(state, use) + (StatusOf(state, use) == InUse ? "(15)" : ""), $"  Status time: {ShowText.Date(use.StatusAt, "<none>")}", $"  Request Time: {ShowText.Date(use.RequestedAt)}"))
                .Append(section => Kind(section, license))
                .Append(section => Measurements(section, state.Policy!, license))
                .Line("  Soft Enforced: True")
                .Line();
        }
    }

    public static string Enforcement(ProductLicense license) => license.Enforcement switch
    {
        LicenseEnforcement.Enforced => "ENFORCED",
        LicenseEnforcement.ExportRestricted => "EXPORT RESTRICTED",
        _ => "NOT ENFORCED",
    };

    private static string StatusOf(DeviceState state, EntitlementUse use) => state.Policy!.Codes.Uncovered.Contains(use.Tag!) ? NotAuthorized : InUse;

    private static void Common(ShowText text, EntitlementUse use, ProductLicense license, string status, params ReadOnlySpan<string> times)
    {
        text.Line($"  Description: {license.Description}")
            .Line(string.Create(CultureInfo.InvariantCulture, $"  Count: {use.Count}"))
            .Line("  Version: 1.0")
            .Line($"  Status: {status}");
        foreach (var time in times)
        {
            text.Line(time);
        }
    }

    private static void Kind(ShowText text, ProductLicense license) => text
        .Line($"  Export status: {(license.Enforcement == LicenseEnforcement.ExportRestricted ? "RESTRICTED" : "NOT RESTRICTED")}")
        .Line($"  Feature Name: {license.Name}")
        .Line($"  Feature Description: {license.Description}")
        .Line($"  Enforcement type: {Enforcement(license)}")
        .Line($"  License type: {(license.IsSubscription ? "Subscription" : "Perpetual")}");

    private static void Measurements(ShowText text, PolicyState policy, ProductLicense license)
    {
        var reports = policy.Reports.Where(report => report.Tag == license.Tag).TakeLast(2).Reverse().ToList();
        text.Line("  Measurements:")
            .Line("    ENTITLEMENT:")
            .Line("      Interval: 00:15:00")
            .Line(string.Create(CultureInfo.InvariantCulture, $"      Current Value: {reports.FirstOrDefault()?.Last.Count ?? 0}"))
            .Line(string.Create(CultureInfo.InvariantCulture, $"      Current Report: {reports.FirstOrDefault()?.Id ?? 0}       Previous: {reports.ElementAtOrDefault(1)?.Id ?? 0}"));
    }

    private static ProductLicense License(DeviceState state, EntitlementUse use) => ReportingOutlook.LicenseOf(state.Policy!, use.Tag!);
}
