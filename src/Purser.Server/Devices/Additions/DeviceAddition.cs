using Purser.Server.Store;

namespace Purser.Server.Devices;

/// <summary>
/// Licenses that were added to the inventory from a device: once for each license and device, whatever registration it has then (help ch. 6;
/// domain rules 7.7). The licenses stay when the product instance goes, and so does this row.
/// </summary>
public sealed class DeviceAddition : IDirectoryRow
{
    public required string Udi { get; set; }
    public long ProductId { get; set; }
    public long EntitlementId { get; set; }
    public long AccountId { get; set; }
    public long DeviceId { get; set; }
    public long Quantity { get; set; }
    public DateTimeOffset At { get; set; }
    public required string AddedBy { get; set; }
}
