using Purser.Protocol;
using Purser.Protocol.Wire;

namespace Purser.Agent.State;

/// <summary>What the authority answered last, and when to ask again.</summary>
public sealed record Authorization
{
    public bool InCompliance { get; init; }

    /// <summary>When the present state was answered; null before the first answer.</summary>
    public DateTimeOffset? Since { get; init; }

    public Attempt? LastAttempt { get; init; }

    public DateTimeOffset? NextAt { get; init; }

    public DateTimeOffset? Deadline { get; init; }

    /// <summary>Licenses in use changed since the last request was written.</summary>
    public bool Stale { get; init; }
}

/// <summary>One license that the product uses.</summary>
public sealed record EntitlementUse
{
    /// <summary>As the product asked for it: a tag or a license name.</summary>
    public required string Requested { get; init; }

    /// <summary>Known from the start when asked by tag, from the first answer when asked by name.</summary>
    public string? Tag { get; init; }

    public required long Count { get; init; }

    public required DateTimeOffset RequestedAt { get; init; }

    /// <summary>One of <see cref="EntitlementStatus"/>; null until answered.</summary>
    public string? Status { get; init; }

    public DateTimeOffset? StatusAt { get; init; }

    public string? DisplayName { get; init; }

    public string? Description { get; init; }

    public string? Version { get; init; }

    /// <summary>Asked for as a restricted license, which the authority locks to this device or refuses.</summary>
    public bool AsRestricted { get; init; }

    public bool ExportRestricted { get; init; }

    public string? Enforcement { get; init; }

    /// <summary>Why it is not authorized, as the authority told.</summary>
    public string? Reason { get; init; }

    /// <summary>With whom it is shared, where a peer stands by.</summary>
    public ApplicationShare? Application { get; init; }

    /// <summary>Within parentheses on every show page: the tag's name, or what was asked for.</summary>
    public string ShortName => Protocol.Tag.TryParse(Tag, out var tag) ? tag.Name : Requested;

    public bool IsCalled(string name) =>
        string.Equals(name, Requested, StringComparison.OrdinalIgnoreCase)
        || string.Equals(name, Tag, StringComparison.OrdinalIgnoreCase)
        || string.Equals(name, DisplayName, StringComparison.OrdinalIgnoreCase);
}
