using System.Globalization;
using Purser.Server.Events;

namespace Purser.Server.Usage.Authorizations;

/// <summary>Events of authorization codes; the sources name none, so the words follow those of their neighbours.</summary>
public static class AuthorizationEvents
{
    public static EventText Made(string device, string virtualAccount, IEnumerable<(long Quantity, string License)> licenses) => new(
        "Authorization Code Generated",
        $"An authorization code was generated for the product instance \"{device}\" in the Virtual Account \"{virtualAccount}\". Licenses: {List(licenses)}.");

    public static EventText Confirmed(string device, string virtualAccount) => new(
        "Authorization Code Confirmed", $"The product instance \"{device}\" in the Virtual Account \"{virtualAccount}\" installed its authorization code.");

    public static EventText Released(string device, string virtualAccount, IEnumerable<LockedPart> parts) => new(
        "Authorized Licenses Released",
        $"Licenses that were authorized for the product instance \"{device}\" in the Virtual Account \"{virtualAccount}\" were released back to the inventory. "
        + $"Licenses: {List(parts.GroupBy(part => part.License).Select(group => (group.Sum(part => part.Quantity), group.Key)))}.");

    private static string List(IEnumerable<(long Quantity, string License)> licenses) =>
        string.Join(", ", licenses.Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Quantity} \"{one.License}\"")));
}
