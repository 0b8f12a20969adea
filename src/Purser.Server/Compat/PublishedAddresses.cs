using System.Text.RegularExpressions;
using Purser.Server.Accounts;

namespace Purser.Server.Compat;

/// <summary>
/// Brings the addresses that published clients really send to the ones that are routed: doubled slashes, the doubled prefix, and the on-prem form
/// below /api/v1/accounts, which differs from our own API by naming an account where ours has a domain identifier or a number
/// (API reference 1 and 6.1; docs/decisions).
/// </summary>
public sealed partial class PublishedAddresses(RequestDelegate next, AccountLookup accounts)
{
    public const string Cloud = "/services/api/smart-accounts-and-licensing";
    public const string OnPrem = "/backend/api/v1";

    private const string DoubledPrefix = "/services/api/services/api";
    private const string OwnAccounts = "/api/v1/accounts/";
    private const string OwnSatellites = "/api/v1/upstream_satellites";

    public async Task InvokeAsync(HttpContext context)
    {
        var path = Slashes().Replace(context.Request.Path.Value ?? "", "/");
        if (path.StartsWith(DoubledPrefix, StringComparison.OrdinalIgnoreCase))
        {
            path = path["/services/api".Length..];
        }

        if (path.StartsWith(OwnSatellites, StringComparison.OrdinalIgnoreCase) || await IsOnPremAsync(path, context.RequestAborted))
        {
            path = OnPrem + path["/api/v1".Length..];
        }

        context.Request.Path = path;
        await next(context);
    }

    /// <summary>An account's name at the place where our own API has a domain identifier or a number. A domain identifier wins over a name.</summary>
    private async Task<bool> IsOnPremAsync(string path, CancellationToken cancellation)
    {
        if (!path.StartsWith(OwnAccounts, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var named = path[OwnAccounts.Length..].Split('/')[0];
        return named.Length > 0 && !named.All(char.IsAsciiDigit)
            && await accounts.FindAsync(named, cancellation) is null
            && await accounts.IsNameAsync(named, cancellation);
    }

    [GeneratedRegex("/{2,}", RegexOptions.NonBacktracking)]
    private static partial Regex Slashes();
}
