using System.Globalization;
using Purser.Agent.State;

namespace Purser.Agent.Show;

/// <summary>The sections below "Smart Licensing is ENABLED", in the classic order (device reference 5.3).</summary>
internal static class StatusSections
{
    public static void Write(ShowText text, DeviceState state, DateTimeOffset now) => text
        .Line("Utility:")
        .Line("  Status: DISABLED")
        .Line()
        .Line("Data Privacy:")
        .Line("  Sending Hostname: yes")
        .Line("    Callhome hostname privacy: DISABLED")
        .Line("    Smart Licensing hostname privacy: DISABLED")
        .Line("  Version privacy: DISABLED")
        .Line()
        .Append(section => Transport(section, state.Transport))
        .Line()
        .Append(section => RegistrationSections.Registration(section, state))
        .Line()
        .Append(section => RegistrationSections.Authorization(section, state, now))
        .Line()
        .Line("Export Authorization Key:")
        .Line("  Features Authorized:")
        .Line("    <none>");

    public static void Transport(ShowText text, TransportSettings transport)
    {
        text.Line("Transport:");
        switch (transport.Kind)
        {
            case TransportKind.Smart:
                text.Line("  Type: Smart").Line($"  URL: {transport.SmartUrl ?? "<empty>"}").Append(section => Proxy(section, transport.Proxy));
                break;
            case TransportKind.Cslu:
                text.Line("  Type: cslu").Line($"  Cslu address: {transport.CsluUrl ?? "<empty>"}").Append(section => Proxy(section, transport.Proxy));
                break;
            case TransportKind.CallHome:
                text.Line("  Type: Callhome");
                break;
            default:
                text.Line("  Type: Transport Off");
                break;
        }
    }

    private static void Proxy(ShowText text, ProxySettings? proxy)
    {
        text.Line("  Proxy:");
        if (proxy is null)
        {
            text.Line("    Not Configured");
            return;
        }

        text.Line($"    Address: {proxy.Address}")
            .Line($"    Port: {proxy.Port?.ToString(CultureInfo.InvariantCulture) ?? "<empty>"}")
            .Line($"    Username: {proxy.User ?? "<empty>"}")
            .Line($"    Password: {(proxy.Password is null ? "<empty>" : "<set>")}");
    }
}
