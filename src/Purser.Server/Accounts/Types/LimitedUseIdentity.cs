using System.Security.Cryptography;
using System.Text;
using Purser.Server.Commands;
using Purser.Server.People;

namespace Purser.Server.Accounts;

/// <summary>
/// The domain identifier of a limited use account: nobody without a company owns a domain, so it is made of the one address that is hers,
/// "mara.smith@gmail.com" → "mara-smith.gmail.com". One address, one account.
/// </summary>
internal static class LimitedUseIdentity
{
    private const int LongestLabel = 63;
    private const int MarkLength = 8;

    /// <summary>The identifier, or why this address gets no limited use account (domain rules 12.1).</summary>
    public static Verdict<string> Judge(string email, string field)
    {
        if (DomainNames.Normalize(AccountRequestRules.MailDomainOf(email)) is not { } service)
        {
            return Verdict.Refused(RefusalCode.InvalidInput, "Your profile has no e-mail address.", field);
        }

        if (!PublicMailDomains.Contains(service))
        {
            return Verdict.Refused(
                RefusalCode.AccountTypeForbids,
                $"Limited Use is for people without a company's address, and {service} is no public mail service. Choose a Customer account for {service} instead.", field);
        }

        return $"{Label(email)}.{service}";
    }

    private static string Label(string email)
    {
        var local = email.Trim()[..email.Trim().LastIndexOf('@')].ToLowerInvariant();
        var label = string.Concat(local.Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '-'));
        var isPlain = label.Length <= LongestLabel && local.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '.') && label[0] != '-' && label[^1] != '-';

        // Where letters were lost, a mark keeps two addresses apart.
        return isPlain ? label : $"{label[..Math.Min(label.Length, LongestLabel - MarkLength - 1)].Trim('-')}-{Mark(email)}".TrimStart('-');
    }

    private static string Mark(string email) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(PersonBook.KeyOf(email))))[..MarkLength];
}
