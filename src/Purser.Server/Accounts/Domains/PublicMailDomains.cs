using System.Collections.Frozen;

namespace Purser.Server.Accounts;

/// <summary>The providers at which anybody gets a mailbox; such an address proves no company (domain rules 12.1).</summary>
public static class PublicMailDomains
{
    private static readonly Lazy<FrozenSet<string>> Names =
        new(() => PublicSuffixes.ReadLines("public_mail_domains.txt", "#").ToFrozenSet(StringComparer.Ordinal));

    /// <summary>Also for what lies below one: "eu.gmail.com".</summary>
    public static bool Contains(string domain) =>
        Names.Value.Contains(domain) || (PublicSuffixes.RegistrableOf(domain) is { } owned && Names.Value.Contains(owned));
}
