using System.Globalization;

namespace Purser.Server.Usage.Pages;

/// <summary>Addresses of the pages of usage reports.</summary>
public static class UsageLinks
{
    public static string Upload(string account, long virtualAccount) => string.Create(CultureInfo.InvariantCulture, $"/accounts/{account}/inventory/{virtualAccount}/usage-reports");

    public static string Acknowledgement(string account, long virtualAccount, long device) =>
        string.Create(CultureInfo.InvariantCulture, $"/accounts/{account}/inventory/{virtualAccount}/devices/{device}/usage-reports/acknowledgement");
}
