using Microsoft.AspNetCore.Components;
using Purser.Server.People;
using Purser.Server.Web;

namespace Purser.Server.Inventory;

/// <summary>
/// What can be done with one row of a table of the inventory, at an address of its own: the row's menu takes its entries from here when it
/// opens. Nearly none of the menus on a page is opened, and they would be most of it.
/// </summary>
public abstract class RowActionsPage : AccountPage
{
    [Parameter] public long VirtualAccount { get; set; }

    /// <summary>"/accounts/acme.example/inventory/12/": dialogs of this virtual account.</summary>
    protected string Below(string path) => $"{Root}/inventory/{VirtualAccount}/{path}";

    /// <summary>Why an action is not offered; null when the reader may do it.</summary>
    protected string? WhyNot(Permission permission) => Reader.May(permission, Here.Id, VirtualAccount) ? null : InventoryView.OnlyReads;
}
