using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.Licenses;
using Purser.Server.People;
using Purser.Server.Web;

namespace Purser.Server.Inventory;

/// <summary>The opened virtual account and who looks at it: what every tab of the inventory works with.</summary>
public sealed record InventoryView(AccountRef Account, PickerEntry Chosen, Actor Reader, PageUrl Url)
{
    /// <summary>What the address keeps whatever tab is open.</summary>
    public static readonly string[] Kept = ["va", "alerts"];

    /// <summary>Why somebody is not offered an action that others have.</summary>
    public const string OnlyReads = "Your role here only lets you read. Ask an administrator of this Smart Account.";

    public long VirtualAccountId => Chosen.Id;

    public bool May(Permission permission) => Reader.May(permission, Account.Id, Chosen.Id);

    /// <summary>Why an action is not offered, for the row menu; null when the reader may do it.</summary>
    public string? WhyNot(Permission permission) => May(permission) ? null : OnlyReads;

    /// <summary>"/accounts/acme.example/inventory/12/": dialogs and files of this virtual account.</summary>
    public string Below(string path) => $"/accounts/{Account.Domain}/inventory/{Chosen.Id}/{path}";

    /// <summary>"/accounts/acme.example/inventory?va=12&amp;tab=licenses".</summary>
    public string Tab(string tab) => InventoryLinks.Tab(Account.Domain, Chosen.Id, tab);
}

/// <summary>Addresses of the inventory, for links from everywhere.</summary>
public static class InventoryLinks
{
    public static string Tab(string domain, long virtualAccountId, string tab) => $"/accounts/{domain}/inventory?va={virtualAccountId}&tab={tab}";

    /// <param name="billing">Which of its rows, where it lies there both ways.</param>
    public static string License(string domain, long virtualAccountId, long entitlementId, Billing billing = Billing.Prepaid) =>
        $"{Tab(domain, virtualAccountId, "licenses")}&license={entitlementId}{(billing == Billing.Usage ? $"&{LicenseDrawer.ByUsage}=1" : "")}";

    public static string Device(string domain, long virtualAccountId, long deviceId) => $"{Tab(domain, virtualAccountId, "devices")}&device={deviceId}";

    /// <summary>The explanation of a shortage.</summary>
    public static string Why(string domain, long virtualAccountId, long entitlementId) =>
        $"/accounts/{domain}/inventory/{virtualAccountId}/licenses/{entitlementId}/why";

    /// <summary>The transfer dialog for one license, to or from the virtual account.</summary>
    public static string Transfer(string domain, long virtualAccountId, long entitlementId, bool from) =>
        $"/accounts/{domain}/inventory/{virtualAccountId}/transfer?id={entitlementId}{(from ? "&way=from" : "")}";

    /// <summary>The wizard that completes pending upgrades of a license.</summary>
    public static string Upgrade(string domain, long virtualAccountId, long entitlementId) =>
        $"/accounts/{domain}/inventory/{virtualAccountId}/licenses/{entitlementId}/upgrade";

    /// <summary>What can be done with a row of the license table: the contents of its menu.</summary>
    public static string LicenseActions(string domain, long virtualAccountId, long entitlementId, Billing billing) =>
        $"/accounts/{domain}/inventory/{virtualAccountId}/licenses/{entitlementId}/actions{(billing == Billing.Usage ? "?billing=usage" : "")}";

    /// <summary>What can be done with a product instance: the contents of its menu.</summary>
    public static string DeviceActions(string domain, long virtualAccountId, long deviceId) =>
        $"/accounts/{domain}/inventory/{virtualAccountId}/devices/{deviceId}/actions";

    /// <summary>Where a license that is billed by usage lies.</summary>
    public static string Assignment(string domain, long virtualAccountId, long entitlementId) =>
        $"/accounts/{domain}/inventory/{virtualAccountId}/licenses/{entitlementId}/assignment";

    /// <summary>The license transactions of one license in a virtual account.</summary>
    public static string Lines(string domain, long virtualAccountId, long entitlementId) =>
        $"/accounts/{domain}/inventory/{virtualAccountId}/licenses/{entitlementId}/transactions";

    public static string RemoveDevice(string domain, long virtualAccountId, long deviceId) =>
        $"/accounts/{domain}/inventory/{virtualAccountId}/devices/{deviceId}/remove";
}
