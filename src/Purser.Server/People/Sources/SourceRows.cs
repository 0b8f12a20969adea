using Purser.Server.Store;

namespace Purser.Server.People.Sources;

public enum SourceKind
{
    /// <summary>An OpenID Connect provider: browsers are sent there and come back with its word.</summary>
    OpenId,

    /// <summary>An LDAP directory, Active Directory too: the password is typed here and tried there.</summary>
    Directory,
}

/// <summary>Where an organization keeps its people and their passwords, as the operator made it known (AP-04).</summary>
public sealed class SignInSource : IDirectoryRow
{
    public long Id { get; set; }
    public SourceKind Kind { get; set; }
    public required string Name { get; set; }
    public bool IsEnabled { get; set; }

    /// <summary>The mail domains that it answers for, one a line; no other source has any of them.</summary>
    public required string MailDomains { get; set; }

    /// <summary>Is somebody who is new made a person here at her first sign-in?</summary>
    public bool CreatesPeople { get; set; }

    /// <summary>Do passwords kept here stop working for people of its domains?</summary>
    public bool ReplacesPasswords { get; set; }

    /// <summary>JSON of <see cref="OpenIdOptions"/> or <see cref="DirectoryOptions"/>.</summary>
    public required string Options { get; set; }

    /// <summary>The client's secret, or the password that the directory is searched with.</summary>
    public byte[]? SealedSecret { get; set; }

    /// <summary>Opens the provisioning interface for this source; null where there is none.</summary>
    public byte[]? ProvisioningTokenHash { get; set; }
    public DateTimeOffset? ProvisioningTokenMadeAt { get; set; }
    public DateTimeOffset? ProvisioningTokenUsedAt { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public required string CreatedBy { get; set; }
}

/// <summary>Who is in this group there has this role here, for as long as she is.</summary>
public sealed class SourceRole : IDirectoryRow
{
    public long SourceId { get; set; }
    public long Id { get; set; }

    /// <summary>As the source names it: a claim's value, a group's name or its distinguished name.</summary>
    public required string GroupName { get; set; }
    public long AccountId { get; set; }
    public Role Role { get; set; }
    public long? VirtualAccountId { get; set; }
    public bool IncludesChildren { get; set; }
}
