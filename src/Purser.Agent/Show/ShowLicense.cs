using Purser.Agent.Policy.Show;
using Purser.Agent.State;
using Purser.Protocol;

namespace Purser.Agent.Show;

/// <summary>The show commands in the published layout (device reference 5), of classic licensing and by policy. Pure: state and time in, text out.</summary>
public static class ShowLicense
{
    public const string AgentVersion = "Smart Agent for Licensing: 1.0.0";

    public static string Status(DeviceState state, DateTimeOffset now) => state.Policy is not null ? PolicyPages.Status(state) : new ShowText()
        .Line("Smart Licensing is ENABLED")
        .Line()
        .Append(text => StatusSections.Write(text, state, now))
        .ToString();

    public static string Summary(DeviceState state, DateTimeOffset now) => state.Policy is not null ? PolicyPages.Summary(state) : new ShowText()
        .Append(text => SummaryPage.Write(text, state, now))
        .ToString();

    public static string Usage(DeviceState state, DateTimeOffset now) => state.Policy is not null ? PolicyPages.Usage(state) : new ShowText()
        .Append(text => RegistrationSections.Authorization(text, state, now))
        .Line()
        .Append(text => UsageBlocks.Write(text, state, now))
        .ToString();

    public static string UdiPage(DeviceState state) => new ShowText()
        .Line($"UDI: {UdiOf(state).Display}")
        .Line()
        .Line("HA UDI List:")
        .Append(text => RedundancySections.Units(text, state, "    ", ""))
        .ToString();

    public static string Reservation(DeviceState state) => new ShowText()
        .Append(text => ReservationSections.Write(text, state, whole: false))
        .ToString();

    public static string All(DeviceState state, DateTimeOffset now) => state.Policy is not null ? PolicyPages.All(state) : new ShowText()
        .Title("Smart Licensing Status")
        .Line()
        .Append(text => text.Line("Smart Licensing is ENABLED").Line())
        .Append(text => StatusSections.Write(text, state, now))
        .Line()
        .Title("License Usage", length: 14)
        .Line()
        .Append(text => UsageBlocks.Write(text, state, now))
        .Line()
        .Append(text => Product(text, state))
        .Line()
        .Append(text => ReservationSections.Write(text, state, whole: false))
        .ToString();

    public static string TechSupport(DeviceState state, DateTimeOffset now) => state.Policy is not null ? PolicyPages.TechSupport(state, now) : new ShowText()
        .Append(text => TechSupportPage.Write(text, state, now))
        .ToString();

    /// <summary>Of one license, as every page shows it.</summary>
    public static string StatusOf(DeviceState state, EntitlementUse use, DateTimeOffset now) => state.Policy is not null ? PolicyUsage.InUse : UsageBlocks.Status(state, use, now);

    internal static Udi UdiOf(DeviceState state) => new(state.Device.Pid, state.Device.Sn, state.Device.Uuid);

    internal static void Product(ShowText text, DeviceState state) => text
        .Title("Product Information")
        .Line($"UDI: {UdiOf(state).Display}")
        .Line()
        .Title("Agent Version")
        .Line(AgentVersion);
}
