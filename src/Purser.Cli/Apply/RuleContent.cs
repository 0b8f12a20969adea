using System.Globalization;
using System.Text.Json.Nodes;
using Purser.Cli.Rest;

namespace Purser.Cli.Apply;

/// <summary>The rules of one Smart Account that answer requests for access by themselves.</summary>
/// <param name="places">Name → number of the virtual accounts that are there by now.</param>
internal sealed class RuleContent(EstateAccount account, RestClient api, IReadOnlyDictionary<string, long> places)
{
    private string Address => $"/api/v1/accounts/{account.Domain}/access-rules";

    public async Task<IReadOnlyList<Change>> CompareAsync(CancellationToken cancel)
    {
        if (account.Rules.Count == 0)
        {
            return [];
        }

        var known = (await api.GetAsync(Address, cancel))["items"]!.AsArray();
        return [.. account.Rules.Select(rule => Compare(rule, known.FirstOrDefault(row => row!["mailDomain"]!.GetValue<string>() == Ascii(rule.MailDomain)))).OfType<Change>()];
    }

    private Change? Compare(EstateAccount.Rule rule, JsonNode? row)
    {
        if (row is not null && IsSame(rule, row))
        {
            return null;
        }

        var does = rule.Role is null ? "declined" : $"{rule.Role}{(rule.VirtualAccounts.Count == 0 ? "" : $" in \"{string.Join("\", \"", rule.VirtualAccounts)}\"")}";
        return new Change(row is null ? '+' : '~', $"access rule for {rule.MailDomain} in {account.Domain}: {does}", rule.Line, cancel => api.PutAsync(
            $"{Address}/{Uri.EscapeDataString(rule.MailDomain)}",
            new
            {
                Access = rule.Role is null ? null : new { rule.Role, VirtualAccountIds = rule.VirtualAccounts.Select(place => places[place]), rule.IncludesChildren },
                rule.Reason,
            },
            cancel));
    }

    private bool IsSame(EstateAccount.Rule rule, JsonNode row)
    {
        if (row["access"] is not { } access)
        {
            return rule.Role is null && row["reason"]!.GetValue<string>() == rule.Reason;
        }

        var present = access["virtualAccountIds"]!.AsArray().Select(id => (long?)id!.GetValue<long>()).Order();
        var wanted = rule.VirtualAccounts.Select(place => places.TryGetValue(place, out var id) ? id : (long?)null).Distinct().Order();
        return access["role"]!.GetValue<string>() == rule.Role && present.SequenceEqual(wanted)
            && (rule.VirtualAccounts.Count == 0 || access["includesChildren"]!.GetValue<bool>() == rule.IncludesChildren);
    }

    /// <summary>As the server keeps mail domains: lower case, ASCII.</summary>
    private static string Ascii(string domain)
    {
        try
        {
            return new IdnMapping().GetAscii(domain.TrimStart('@')).ToLowerInvariant();
        }
        catch (ArgumentException)
        {
            return domain;
        }
    }
}
