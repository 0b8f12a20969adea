using System.Globalization;
using Purser.Protocol;
using Purser.Protocol.Wire;
using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;

namespace Purser.Server.Compat;

/// <summary>Where a call of licensing by policy belongs: these calls name their account in headers (API reference 4.1).</summary>
internal static class UsageHeaders
{
    private const string Account = "X-CSW-SMART-ACCOUNT-ID";
    private const string VirtualAccount = "X-CSW-VIRTUAL-ACCOUNT-ID";

    public static async Task<Verdict<long>> AccountAsync(HttpContext context, AccountLookup accounts)
    {
        var named = context.Request.Headers[Account].ToString().Trim();
        return named.Length == 0 ? Verdict.Refused(RefusalCode.InvalidInput, $"The header {Account} is missing: it is the account_id of v2/accounts/search.")
            : await accounts.FindAsync(named, context.RequestAborted) is { } account && context.Actor().ReachOf(Permission.LicenseView, account.Id).Any ? account.Id
            : Verdict.Refused(RefusalCode.NotFound, $"There is no Smart Account {named} that you may work in.");
    }

    /// <summary>Of a report or a request for a code; null: it names none, or no proper one.</summary>
    public static Udi? UdiOf(PublishedInput item) =>
        item.Object("sudi") is { } sudi && new Udi(sudi.Text("udi_pid", "udiPid") ?? "", sudi.Text("udi_serial_number", "udiSerialNumber") ?? "") is { IsWellFormed: true } udi ? udi : null;

    /// <summary>A name that is too long is none: it is for people.</summary>
    public static string? HostnameOf(PublishedInput item) => item.Text("hostname") is { Length: <= WireLimits.Text } hostname ? hostname : null;

    /// <summary>Null: the default virtual account.</summary>
    /// <param name="data">Some programs name it in the body.</param>
    public static long? VirtualAccountOf(HttpContext context, PublishedInput data) =>
        long.TryParse(context.Request.Headers[VirtualAccount].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : data.Number("license_pool_id", out _);
}
