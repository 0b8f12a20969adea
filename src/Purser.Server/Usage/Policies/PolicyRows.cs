using Purser.Server.Store;

namespace Purser.Server.Usage.Policies;

/// <summary>The last choice of a reporting policy: for the whole installation, or for one Smart Account.</summary>
public sealed class PolicyChoice : IDirectoryRow
{
    /// <summary>0: for every Smart Account that has none of its own.</summary>
    public long AccountId { get; set; }

    /// <summary>Grows with each choice, so that devices tell newer from older.</summary>
    public long Number { get; set; }
    public DateTimeOffset At { get; set; }

    /// <summary>As it is delivered; null: taken away, what stands above it is in force.</summary>
    public string? Text { get; set; }
}
