using Purser.Protocol.Wire;

namespace Purser.Server.Devices;

/// <summary>How a product instance is called in lists and texts.</summary>
public static class DeviceNaming
{
    /// <summary>The host name, where the device gave one.</summary>
    public static string DisplayName(string? hostName, string pid, string serialNumber) =>
        string.IsNullOrWhiteSpace(hostName) ? $"UDI_PID:{pid}; UDI_SN:{serialNumber}; " : hostName.Trim();

    /// <summary>For sentences and records: without the signs at its end that lists show as published.</summary>
    public static string Plain(string displayName) => displayName.TrimEnd(' ', ';');

    public static void Rename(Device device, string? hostName)
    {
        if (!string.IsNullOrWhiteSpace(hostName))
        {
            device.DisplayName = hostName.Trim();
        }

        device.SearchText = SearchText(device);
    }

    /// <summary>All that a device says about itself at registration.</summary>
    public static void Describe(Device device, Sudi sudi, string? hostName)
    {
        device.UdiVid = sudi.UdiVid ?? "";
        device.Suvi = sudi.Suvi ?? "";
        device.HostIdentifier = sudi.HostIdentifier ?? "";
        device.MacAddress = sudi.MacAddress ?? "";
        device.DisplayName = DisplayName(hostName, device.UdiPid, device.UdiSerialNumber);
        device.SearchText = SearchText(device);
    }

    /// <summary>A set is found by the serial number of each of its units.</summary>
    private static string SearchText(Device device) =>
        string.Join('\n', new[] { device.DisplayName, device.UdiPid, device.UdiSerialNumber }
            .Concat(HaUnits.Of(device).Select(unit => unit.SerialNumber).Where(serial => serial != device.UdiSerialNumber))).ToUpperInvariant();
}
