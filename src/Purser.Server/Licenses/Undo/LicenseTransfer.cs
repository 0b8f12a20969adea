using Purser.Server.Store;

namespace Purser.Server.Licenses;

/// <summary>A transfer as one act, for taking it back (LI-05; domain rules 4.8). What moved stands in the book.</summary>
public sealed class LicenseTransfer : ITenantRow
{
    public long AccountId { get; set; }
    public long TransactionId { get; set; }
    public long FromVirtualAccountId { get; set; }
    public long ToVirtualAccountId { get; set; }
    public DateTimeOffset At { get; set; }

    /// <summary>Its tags went along (LI-15), so they come back along.</summary>
    public bool TagsTravelled { get; set; }

    /// <summary>The transaction by which it was undone; null while it stands.</summary>
    public long? UndoneBy { get; set; }
}
