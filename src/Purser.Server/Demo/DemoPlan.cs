using Purser.Server.Accounts;
using Purser.Server.People;

namespace Purser.Server.Demo;

/// <summary>A customer of the demo estate.</summary>
/// <param name="Places">Virtual accounts, parents before children.</param>
/// <param name="People">Beside the administrator.</param>
internal sealed record DemoAccount(
    string Name, string Domain, string City, DemoPerson Administrator, IReadOnlyList<DemoPlace> Places, IReadOnlyList<DemoPerson> People);

internal sealed record DemoPlace(string Name, string? Parent = null, string Description = "", AccessLevel AccessLevel = AccessLevel.Public);

/// <param name="Place">For roles of a virtual account.</param>
internal sealed record DemoPerson(string Mailbox, string Name, Role Role, string? Place = null);

/// <param name="Day">Days before today on which it was booked.</param>
internal sealed record DemoOrder(int Day, string Number, string Account, string PurchaseOrder, IReadOnlyList<DemoOrderLine> Lines);

/// <param name="EndsIn">Days from today to the end of its terms, where they do not start with the order.</param>
internal sealed record DemoOrderLine(string Sku, long Quantity, string Place, int? EndsIn = null);

/// <summary>Devices of one kind in one place, and what each of them uses.</summary>
internal sealed record DemoDevices(string Account, string Place, string Product, string Pid, int Count, IReadOnlyList<DemoUse> Uses);

internal sealed record DemoUse(string License, int Count = 1);
