using System.Text.Json.Serialization;
using Purser.Server.Devices;

namespace Purser.Server.Compat;

/// <summary>The identity of a product instance as the published API writes it: every part a text or null (API reference 3.5).</summary>
internal sealed record PublishedSudi(
    [property: JsonPropertyName("suvi")] string? Suvi,
    [property: JsonPropertyName("uuid")] string? Uuid,
    [property: JsonPropertyName("hostIdentifier")] string? HostIdentifier,
    [property: JsonPropertyName("udiPid")] string? UdiPid,
    [property: JsonPropertyName("udiSerialNumber")] string? UdiSerialNumber,
    [property: JsonPropertyName("udiVid")] string? UdiVid,
    [property: JsonPropertyName("macAddress")] string? MacAddress)
{
    public static PublishedSudi Of(Device device) => new(
        Published.OrNull(device.Suvi), Published.OrNull(device.Uuid), Published.OrNull(device.HostIdentifier), Published.OrNull(device.UdiPid),
        Published.OrNull(device.UdiSerialNumber), Published.OrNull(device.UdiVid), Published.OrNull(device.MacAddress));

    public static PublishedSudi Read(PublishedInput input) => new(
        input.Text("suvi"), input.Text("uuid"), input.Text("hostIdentifier"), input.Text("udiPid"), input.Text("udiSerialNumber"), input.Text("udiVid"),
        input.Text("macAddress"));

    /// <summary>Serial number, uuid, suvi, host identifier or hardware address: a type alone names no device.</summary>
    [JsonIgnore]
    public bool NamesOne => UdiSerialNumber is not null || Uuid is not null || Suvi is not null || HostIdentifier is not null || MacAddress is not null;

    /// <summary>Devices that agree in all that is said; what is not said does not matter.</summary>
    public IQueryable<Device> Find(IQueryable<Device> devices) => devices.Where(device =>
        (Suvi == null || device.Suvi == Suvi)
        && (Uuid == null || device.Uuid == Uuid)
        && (HostIdentifier == null || device.HostIdentifier == HostIdentifier)
        && (UdiPid == null || device.UdiPid == UdiPid)
        && (UdiSerialNumber == null || device.UdiSerialNumber == UdiSerialNumber)
        && (UdiVid == null || device.UdiVid == UdiVid)
        && (MacAddress == null || device.MacAddress == MacAddress));

    /// <summary>"udiPid:CISCO2811 udiSerialNumber:123475849 hostIdentifier: DHR_3000", as answers to a removal name a device.</summary>
    public override string ToString() => string.Join(' ', new[]
    {
        UdiPid is null ? "" : $"udiPid:{UdiPid}",
        UdiSerialNumber is null ? "" : $"udiSerialNumber:{UdiSerialNumber}",
        HostIdentifier is null ? "" : $"hostIdentifier: {HostIdentifier}",
        Uuid is null ? "" : $"uuid:{Uuid}",
        Suvi is null ? "" : $"suvi:{Suvi}",
        MacAddress is null ? "" : $"macAddress:{MacAddress}",
    }.Where(part => part.Length > 0));
}
