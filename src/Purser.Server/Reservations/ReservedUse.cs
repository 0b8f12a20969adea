using Purser.Server.Store;

namespace Purser.Server.Reservations;

/// <summary>How many of a license a reserving product instance says that it uses since it was upgraded to licensing by policy (SP-06). Gone with its reservation.</summary>
public sealed class ReservedUse : ITenantRow
{
    public long AccountId { get; set; }
    public long DeviceId { get; set; }
    public long EntitlementId { get; set; }
    public long Reported { get; set; }

    /// <summary>Of these so many needed no others when it was counted last; null: all of them.</summary>
    public long? Covered { get; set; }
}
