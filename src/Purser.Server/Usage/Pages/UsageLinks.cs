using System.Globalization;

namespace Purser.Server.Usage.Pages;

/// <summary>Addresses of the pages of usage reports.</summary>
public static class UsageLinks
{
    public const string OperatorPolicy = "/operator/usage-policy";

    public static string AccountPolicy(string account) => $"/operator/accounts/{account}/usage-policy";

    public static string PolicyFile(string account) => $"/accounts/{account}/usage-policy/file";

    public static string Upload(string account, long virtualAccount) => string.Create(CultureInfo.InvariantCulture, $"/accounts/{account}/inventory/{virtualAccount}/usage-reports");

    public static string Bills(string account, long virtualAccount) => string.Create(CultureInfo.InvariantCulture, $"/accounts/{account}/inventory/{virtualAccount}/usage-bills");

    public static string Bundles(string account, long virtualAccount) => string.Create(CultureInfo.InvariantCulture, $"/accounts/{account}/inventory/{virtualAccount}/usage-bundles");

    public static string Bundle(string account, long virtualAccount, long bundle) => string.Create(CultureInfo.InvariantCulture, $"{Bundles(account, virtualAccount)}/{bundle}");

    public static string Authorize(string account, long virtualAccount) => string.Create(CultureInfo.InvariantCulture, $"/accounts/{account}/inventory/{virtualAccount}/authorization-requests");

    public static string AuthorizationFile(string account, long virtualAccount, long device) =>
        string.Create(CultureInfo.InvariantCulture, $"/accounts/{account}/inventory/{virtualAccount}/devices/{device}/authorization-code/file");

    public static string AuthorizationAct(string account, long virtualAccount, long device, bool isReturn) =>
        string.Create(CultureInfo.InvariantCulture, $"/accounts/{account}/inventory/{virtualAccount}/devices/{device}/authorization-code/{(isReturn ? "return" : "confirm")}");

    public static string Trust(string account, long virtualAccount) => string.Create(CultureInfo.InvariantCulture, $"/accounts/{account}/inventory/{virtualAccount}/trust-requests");

    public static string TrustFile(string account, long virtualAccount, long device) =>
        string.Create(CultureInfo.InvariantCulture, $"/accounts/{account}/inventory/{virtualAccount}/devices/{device}/trust-codes/file");

    /// <summary>The tab of reports in the details of a product instance.</summary>
    public static string Reports(string account, long virtualAccount, long device) =>
        string.Create(CultureInfo.InvariantCulture, $"/accounts/{account}/inventory?va={virtualAccount}&tab=devices&device={device}&view=reports");

    public static string Report(string account, long virtualAccount, long device, long report) =>
        string.Create(CultureInfo.InvariantCulture, $"/accounts/{account}/inventory/{virtualAccount}/devices/{device}/usage-reports/{report}");

    public static string Acknowledgement(string account, long virtualAccount, long device) =>
        string.Create(CultureInfo.InvariantCulture, $"/accounts/{account}/inventory/{virtualAccount}/devices/{device}/usage-reports/acknowledgement");
}
