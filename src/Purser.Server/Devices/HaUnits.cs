using System.Text.Json;
using Purser.Protocol;
using Purser.Protocol.Wire;

namespace Purser.Server.Devices;

/// <summary>A unit of a high availability set, as it is stored and shown.</summary>
/// <param name="Role">Active, Standby or Member (device reference 9).</param>
/// <param name="Name">How events call it: "UDI_PID:…; UDI_SN:…; " where it gave no host name.</param>
public sealed record HaUnitRow(string Role, string Pid, string SerialNumber, string Uuid, string Vid, string Name)
{
    internal Udi Udi => new(Pid, SerialNumber, Uuid.Length > 0 ? Uuid : null);
}

/// <summary>The units of a set as the text in which a product instance's row holds them: active, standbys, members.</summary>
public static class HaUnits
{
    /// <summary>Null: nothing is told. A set of one unit is a single device.</summary>
    public static IReadOnlyList<HaUnitRow>? Of(RequestHeader header) => header.HaUdi is not { } units
        ? null
        : units.Count == 1 ? [] : [.. units.Select(Of).OrderBy(unit => Rank(unit.Role)).ThenBy(unit => unit.SerialNumber, StringComparer.Ordinal)];

    public static string Write(IReadOnlyList<HaUnitRow> units) => units.Count == 0 ? "" : JsonSerializer.Serialize(units);

    public static IReadOnlyList<HaUnitRow> Of(Device device) => device.Units.Length == 0 ? [] : JsonSerializer.Deserialize<List<HaUnitRow>>(device.Units)!;

    public static IReadOnlyList<string> Standbys(IReadOnlyList<HaUnitRow> units) => [.. units.Where(unit => unit.Role == HaRole.Standby).Select(unit => unit.Name)];

    /// <summary>Units that are found by the directory of units: all but the one under whose UDI the set is registered.</summary>
    public static IEnumerable<(string Udi, long ProductId)> Keys(Device device)
    {
        var registered = RegisteredUdi(device).Key;
        return Of(device).Select(unit => unit.Udi.Key).Where(key => key != registered).Select(key => (key, device.ProductId));
    }

    public static Udi RegisteredUdi(Device device) => new(device.UdiPid, device.UdiSerialNumber, device.Uuid.Length > 0 ? device.Uuid : null);

    /// <summary>The unit that speaks: of a set the active one.</summary>
    public static Udi ActiveUdi(Device device) => Of(device).FirstOrDefault(unit => unit.Role == HaRole.Active)?.Udi ?? RegisteredUdi(device);

    private static HaUnitRow Of(HaUnit unit)
    {
        var sudi = unit.Sudi;
        return new HaUnitRow(
            unit.Role, sudi.UdiPid, sudi.UdiSerialNumber, sudi.Uuid ?? "", sudi.UdiVid ?? "", DeviceNaming.DisplayName(sudi.HostIdentifier, sudi.UdiPid, sudi.UdiSerialNumber));
    }

    private static int Rank(string role) => role switch { HaRole.Active => 0, HaRole.Standby => 1, _ => 2 };
}
