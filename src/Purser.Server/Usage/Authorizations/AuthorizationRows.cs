using Purser.Server.Store;

namespace Purser.Server.Usage.Authorizations;

/// <summary>An authorization code that was made for a product instance; the newest that did not end is in force (SP-04).</summary>
public sealed class IssuedAuthorization : ITenantRow
{
    public long AccountId { get; set; }
    public long DeviceId { get; set; }

    /// <summary>Stands in the code; later ones are greater.</summary>
    public long Number { get; set; }
    public DateTimeOffset MadeAt { get; set; }

    /// <summary>The device is known to have installed it: what it has no more is free since.</summary>
    public DateTimeOffset? ConfirmedAt { get; set; }

    /// <summary>A later code took its place, it was returned, or an operator released its licenses.</summary>
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>The file that the device imports.</summary>
    public required string Text { get; set; }
}
