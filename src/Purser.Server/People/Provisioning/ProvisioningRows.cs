using Purser.Server.Store;

namespace Purser.Server.People.Provisioning;

/// <summary>A person as a sign-in source provisioned her: what the source's own directory calls her (SCIM, RFC 7643 4.1).</summary>
public sealed class ProvisionedPerson : IDirectoryRow
{
    public long PersonId { get; set; }
    public long SourceId { get; set; }
    public required string UserName { get; set; }

    /// <summary>Upper-cased: unique in the source whatever the case.</summary>
    public required string UserNameKey { get; set; }
    public string ExternalId { get; set; } = "";
    public string GivenName { get; set; } = "";
    public string FamilyName { get; set; } = "";
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset ChangedAt { get; set; }
}

/// <summary>A group as a sign-in source provisioned it (RFC 7643 4.2). By its name it gives roles, as the source's other groups do.</summary>
public sealed class ProvisionedGroup : IDirectoryRow
{
    public long Id { get; set; }
    public long SourceId { get; set; }
    public required string DisplayName { get; set; }
    public required string DisplayNameKey { get; set; }
    public string ExternalId { get; set; } = "";
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset ChangedAt { get; set; }
}

public sealed class ProvisionedMember : IDirectoryRow
{
    public long GroupId { get; set; }
    public long PersonId { get; set; }
}
