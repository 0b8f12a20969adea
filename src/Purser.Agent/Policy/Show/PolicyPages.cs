using Purser.Agent.Show;
using Purser.Agent.State;

namespace Purser.Agent.Policy.Show;

/// <summary>The show commands of a device that is licensed by policy, in the published layout (device reference 5). Pure.</summary>
public static class PolicyPages
{
    public static string Status(DeviceState state) => new ShowText()
        .Append(static text => PolicyStatus.Utility(text))
        .Line()
        .Append(text => PolicyStatus.Head(text, state))
        .Append(text => PolicySection.Write(text, state.Policy!))
        .Line()
        .Append(static text => PolicyStatus.Miscellaneous(text))
        .Line()
        .Append(text => PolicyStatus.Reporting(text, state, whole: false))
        .Line()
        .Append(text => TrustSection.Write(text, state))
        .ToString();

    public static string Summary(DeviceState state) => new ShowText()
        .Append(text => PolicyStatus.Account(text, state.Policy!))
        .Line()
        .Append(text => PolicyUsage.Table(text, state))
        .ToString();

    public static string Usage(DeviceState state) => new ShowText()
        .Line("License Authorization:")
        .Line("  Status: Not Applicable")
        .Line()
        .Append(text => PolicyUsage.Blocks(text, state))
        .ToString();

    public static string Authorization(DeviceState state) => new ShowText().Append(text => Authorizations(text, state)).ToString();

    public static string All(DeviceState state) => new ShowText()
        .Append(text => Begin(text, state, whole: false))
        .Line()
        .Title("License Usage")
        .Line()
        .Append(text => PolicyUsage.Blocks(text, state))
        .Line()
        .Append(text => Product(text, state))
        .Line()
        .Title("License Authorizations")
        .Append(text => Authorizations(text, state))
        .Line()
        .Append(text => ReportPages.Summary(text, state.Policy!, whole: false))
        .ToString();

    public static string TechSupport(DeviceState state, DateTimeOffset now) => new ShowText()
        .Append(text => Begin(text, state, whole: true))
        .Line()
        .Title("License Usage")
        .Append(text => PolicyUsage.Handles(text, state))
        .Append(text => Product(text, state))
        .Line()
        .Append(text => PolicySupport.Write(text, state, now))
        .ToString();

    private static void Begin(ShowText text, DeviceState state, bool whole) => text
        .Title("Smart Licensing Status")
        .Line()
        .Line("Smart Licensing is ENABLED")
        .Line()
        .Append(static section => PolicyStatus.Conversion(section))
        .Line()
        .Append(static section => PolicyStatus.Utility(section))
        .Line()
        .Append(section => PolicyStatus.Head(section, state))
        .Append(static section => PolicyStatus.Miscellaneous(section))
        .Line()
        .Append(section => PolicySection.Write(section, state.Policy!))
        .Line()
        .Append(section => PolicyStatus.Reporting(section, state, whole))
        .Line()
        .Append(section => TrustSection.Write(section, state));

    private static void Product(ShowText text, DeviceState state)
    {
        text.Title("Product Information").Line($"UDI: {ReportMaker.ActiveUdi(state).Display}").Line();
        if (state.HighAvailability is not null)
        {
            text.Line("HA UDI List:").Append(section => RedundancySections.Units(section, state, "    ", "")).Line();
        }

        text.Title("Agent Version").Line(ShowLicense.AgentVersion);
    }

    private static void Authorizations(ShowText text, DeviceState state)
    {
        text.Line("Last Data Push: <none>")
            .Line("Last File Export: <none>")
            .Line()
            .Append(section => CodeSection.Write(section, state))
            .Line()
            .Line("Purchased Licenses:").Line("  No Purchase Information Available");
    }
}
