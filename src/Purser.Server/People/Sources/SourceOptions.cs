using System.Text.Json;
using Purser.Server.Commands;

namespace Purser.Server.People.Sources;

/// <summary>What there is to know about an OpenID Connect provider.</summary>
/// <param name="Issuer">Its address, under which its metadata lies and which its tokens name.</param>
public sealed record OpenIdOptions(string Issuer, string ClientId)
{
    public string Scopes { get; init; } = "openid profile email";
    public string MailClaim { get; init; } = "email";
    public string NameClaim { get; init; } = "name";

    /// <summary>The claim that lists a person's groups; empty where roles do not follow from groups.</summary>
    public string GroupsClaim { get; init; } = "";

    /// <summary>The provider gives verified addresses only, and does not say so in each token.</summary>
    public bool MailIsVerified { get; init; }
}

public enum DirectoryEncryption
{
    /// <summary>Begin in the clear, then TLS before anything is said.</summary>
    StartTls,

    /// <summary>TLS from the first byte (ldaps).</summary>
    Tls,

    /// <summary>Only for a directory on the same machine.</summary>
    None,
}

/// <summary>What there is to know about a directory.</summary>
/// <param name="Hosts">The first that answers is asked.</param>
public sealed record DirectoryOptions(IReadOnlyList<string> Hosts, string UserBase)
{
    public int Port { get; init; } = 389;
    public DirectoryEncryption Encryption { get; init; }

    /// <summary>A folder on this server with certificates of authorities of one's own; empty: those that the system trusts.</summary>
    public string CertificateFolder { get; init; } = "";

    /// <summary>Who searches: a distinguished name, in Active Directory also user@domain. Empty: anonymous.</summary>
    public string BindName { get; init; } = "";

    /// <summary>{name} stands for what was typed.</summary>
    public string UserFilter { get; init; } = "(&(objectClass=person)(mail={name}))";
    public string IdAttribute { get; init; } = "entryUUID";
    public string MailAttribute { get; init; } = "mail";
    public string NameAttribute { get; init; } = "cn";

    /// <summary>Empty: roles do not follow from groups.</summary>
    public string GroupBase { get; init; } = "";

    /// <summary>{member} stands for the distinguished name of a person or, for groups in groups, of a group.</summary>
    public string GroupFilter { get; init; } = "(member={member})";
    public string GroupAttribute { get; init; } = "cn";
}

internal static class SourceOptions
{
    public static OpenIdOptions OpenId(this SignInSource source) => JsonSerializer.Deserialize<OpenIdOptions>(source.Options, WritePath.Json)!;

    public static DirectoryOptions Directory(this SignInSource source) => JsonSerializer.Deserialize<DirectoryOptions>(source.Options, WritePath.Json)!;

    /// <summary>The settings as they are changed.</summary>
    public static SaveSource.Input ToInput(this SignInSource source) => new(source.Kind, source.Name, DomainsOf(source.MailDomains))
    {
        IsEnabled = source.IsEnabled,
        CreatesPeople = source.CreatesPeople,
        ReplacesPasswords = source.ReplacesPasswords,
        OpenId = source.Kind == SourceKind.OpenId ? source.OpenId() : null,
        Directory = source.Kind == SourceKind.Directory ? source.Directory() : null,
    };

    public static string Write<T>(T options) => JsonSerializer.Serialize(options, WritePath.Json);

    /// <summary>Where the secret lies, for its seal.</summary>
    public static string Place(long sourceId) => $"sign_in_source/sealed_secret/{sourceId}";

    public static IReadOnlyList<string> DomainsOf(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Does the source answer for the domain of this address?</summary>
    public static bool AnswersFor(this SignInSource source, string email) => DomainsOf(source.MailDomains).Contains(DomainOf(email));

    public static string DomainOf(string email) => email[(email.LastIndexOf('@') + 1)..].Trim().ToLowerInvariant();
}
