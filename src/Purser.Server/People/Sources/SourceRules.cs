using System.Globalization;
using Purser.Server.Commands;

namespace Purser.Server.People.Sources;

/// <summary>What the settings of a sign-in source must be like.</summary>
internal static class SourceRules
{
    public const int LongestName = 60;
    public const int LongestText = 500;
    public const int LongestSecret = 1000;
    public const int MostDomains = 100;
    public const int MostHosts = 5;

    public static Refusal? Judge(SaveSource.Input input) =>
        InputText.Problem(input.Name, nameof(input.Name), "a name for the button on the sign-in page", LongestName)
        ?? JudgeDomains(input.MailDomains)
        ?? input.Kind switch
        {
            SourceKind.OpenId when input.OpenId is { } options && input.Directory is null => Judge(options),
            SourceKind.Directory when input.Directory is { } options && input.OpenId is null => Judge(options),
            _ => Wrong(nameof(input.Kind), "Give the settings of exactly this kind: \"openId\" for OpenId, \"directory\" for Directory."),
        };

    /// <summary>"Acme.Example " and "bücher.example" as they are compared: lower case, ASCII form.</summary>
    public static IReadOnlyList<string> Normalize(IEnumerable<string> domains) =>
        domains.Select(domain => domain.Trim().TrimStart('@')).Where(domain => domain.Length > 0).Select(Ascii).Distinct().Order(StringComparer.Ordinal).ToList();

    private static Refusal? JudgeDomains(IReadOnlyList<string> domains) =>
        Normalize(domains) is not { Count: > 0 and <= MostDomains } normal
            ? Wrong("MailDomains", $"Name 1 to {MostDomains} mail domains. A source speaks for addresses of its own domains only, or it could hand out anybody's account.")
            : normal.FirstOrDefault(domain => Uri.CheckHostName(domain) != UriHostNameType.Dns || !domain.Contains('.')) is { } wrong
                ? Wrong("MailDomains", $"“{wrong}” is not a mail domain such as example.com.")
                : null;

    private static Refusal? Judge(OpenIdOptions options) =>
        JudgeIssuer(options.Issuer)
        ?? InputText.Problem(options.ClientId, nameof(options.ClientId), "the client id that the provider gave", LongestText)
        ?? InputText.Problem(options.MailClaim, nameof(options.MailClaim), "the claim that holds the e-mail address", LongestName)
        ?? InputText.Problem(options.NameClaim, nameof(options.NameClaim), "the claim that holds the name", LongestName)
        ?? InputText.Problem(options.GroupsClaim, nameof(options.GroupsClaim), "the claim that lists groups", LongestName, isOptional: true)
        ?? (options.Scopes.Length <= LongestText && options.Scopes.Split(' ').Contains("openid")
            ? null
            : Wrong(nameof(options.Scopes), "The scopes must contain openid, for example: openid profile email."));

    private static Refusal? JudgeIssuer(string issuer)
    {
        if (!Uri.TryCreate(issuer, UriKind.Absolute, out var address) || address.Query.Length > 0 || address.Fragment.Length > 0 || issuer.Length > LongestText)
        {
            return Wrong("Issuer", "Give the issuer's address, for example https://login.example.com/realms/staff.");
        }

        // In the clear anybody on the way could put in keys of his own.
        return address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback)
            ? null
            : Wrong("Issuer", "The issuer's address begins with https://.");
    }

    private static Refusal? Judge(DirectoryOptions options) =>
        JudgeHosts(options)
        ?? InputText.Problem(options.UserBase, nameof(options.UserBase), "where in the directory the people are, for example ou=people,dc=example,dc=com", LongestText)
        ?? InputText.Problem(options.BindName, nameof(options.BindName), "the name to search with", LongestText, isOptional: true)
        ?? InputText.Problem(options.CertificateFolder, nameof(options.CertificateFolder), "the folder with certificates", LongestText, isOptional: true)
        ?? InputText.Problem(options.IdAttribute, nameof(options.IdAttribute), "the attribute that never changes", LongestName)
        ?? InputText.Problem(options.MailAttribute, nameof(options.MailAttribute), "the attribute that holds the e-mail address", LongestName)
        ?? InputText.Problem(options.NameAttribute, nameof(options.NameAttribute), "the attribute that holds the name", LongestName)
        ?? InputText.Problem(options.GroupBase, nameof(options.GroupBase), "where in the directory the groups are", LongestText, isOptional: true)
        ?? InputText.Problem(options.GroupAttribute, nameof(options.GroupAttribute), "the attribute that names a group", LongestName)
        ?? JudgeFilter(options.UserFilter, "{name}", nameof(options.UserFilter))
        ?? JudgeFilter(options.GroupFilter, "{member}", nameof(options.GroupFilter));

    private static Refusal? JudgeHosts(DirectoryOptions options) =>
        options.Hosts.Count is 0 or > MostHosts || options.Hosts.Any(host => Uri.CheckHostName(host) == UriHostNameType.Unknown)
            ? Wrong(nameof(options.Hosts), $"Name 1 to {MostHosts} servers, for example dc1.example.com.")
            : options.Port is < 1 or > 65535
                ? Wrong(nameof(options.Port), "A port is a number from 1 to 65535; usual are 389, and 636 for TLS from the first byte.")
                : options.Encryption == DirectoryEncryption.None && !options.Hosts.All(IsThisMachine)
                    ? Wrong(nameof(options.Encryption), "Without encryption everybody on the way reads the passwords: only a directory on this machine may be asked so.")
                    : null;

    private static Refusal? JudgeFilter(string filter, string place, string field) =>
        filter.Length <= LongestText && filter.StartsWith('(') && filter.EndsWith(')') && filter.Contains(place, StringComparison.Ordinal)
        && filter.Count(c => c == '(') == filter.Count(c => c == ')')
            ? null
            : Wrong(field, $"A filter stands in brackets and contains {place}.");

    private static bool IsThisMachine(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (System.Net.IPAddress.TryParse(host, out var address) && System.Net.IPAddress.IsLoopback(address));

    private static string Ascii(string domain)
    {
        try
        {
            return new IdnMapping().GetAscii(domain).ToLowerInvariant();
        }
        catch (ArgumentException)
        {
            return domain.ToLowerInvariant();
        }
    }

    private static Refusal Wrong(string field, string text) => Verdict.Refused(RefusalCode.InvalidInput, text, field);
}
