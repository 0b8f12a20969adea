using Purser.Server.Devices;
using Purser.Server.Store;

namespace Purser.Server.Search;

/// <summary>What can be found. The scripts of the search tables know the names and numbers (<c>0002_search.sql</c>).</summary>
public enum SearchKind
{
    /// <summary>A product instance, by host name, product identifier and serial number.</summary>
    Device,

    /// <summary>A license of the catalog, by name and tag; where it lies is looked up.</summary>
    License,

    /// <summary>A license line, by order number, purchase order and SKU; where it lies is looked up.</summary>
    Order,

    /// <summary>A registration token, by description.</summary>
    Token,

    /// <summary>A person, by name and mail; where she works is looked up.</summary>
    Person,
    VirtualAccount,
}

/// <summary>
/// The text by which something is found, upper-cased. Written with the row that it is taken from: by <see cref="SearchChanges"/> for everything
/// that the context saves, by the device committer for what device messages change. The view <c>search_source</c> says what must stand here.
/// </summary>
public sealed record SearchEntry : ITenantRow
{
    /// <summary>0 for what belongs to no account: licenses of the catalog, people.</summary>
    public long AccountId { get; set; }
    public SearchKind Kind { get; set; }

    /// <summary>Unique among its kind in the whole installation.</summary>
    public long Id { get; set; }

    /// <summary>Where it lies; 0 where that is looked up.</summary>
    public long VirtualAccountId { get; set; }
    public required string Text { get; set; }

    /// <summary>Null: no search finds it.</summary>
    internal static SearchEntry? Of(Device device) => device.State == DeviceState.Registered
        ? new SearchEntry
        {
            AccountId = device.AccountId, Kind = SearchKind.Device, Id = device.Id, VirtualAccountId = device.VirtualAccountId, Text = device.SearchText,
        }
        : null;
}
