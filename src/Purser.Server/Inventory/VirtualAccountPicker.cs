using Purser.Server.Accounts;
using Purser.Server.Alerts;
using Purser.Server.Commands;
using Purser.Server.Web;

namespace Purser.Server.Inventory;

/// <summary>A virtual account to choose: where it lies in the tree as far as the reader sees it, and what is open in it.</summary>
/// <param name="Depth">0 at the top of what the reader sees.</param>
/// <param name="Above">"Nordic › Sweden": the visible ones above it.</param>
public sealed record PickerEntry(long Id, string Name, int Depth, string Above, bool IsDefault, AlertCount Alerts)
{
    /// <summary>"Country: Sweden; Department: Sales".</summary>
    public string Tags { get; init; } = "";
}

/// <summary>The virtual accounts that a reader may open, as a tree, with their alert counts (help ch. 2; domain rules 10.8).</summary>
public sealed class VirtualAccountPicker(ListVirtualAccounts list, CountAlerts alerts)
{
    public async Task<IReadOnlyList<PickerEntry>> HandleAsync(Actor actor, long accountId, CancellationToken cancellation = default)
    {
        var counts = (await alerts.HandleAsync(actor, accountId, cancellation)).VirtualAccounts;
        var entries = new List<PickerEntry>();
        var known = new Dictionary<long, PickerEntry>();
        foreach (var row in await list.AllAsync(actor, accountId, cancellation))
        {
            // Parents come before their children.
            var parent = row.ParentId is { } id ? known.GetValueOrDefault(id) : null;
            var above = parent is null ? "" : parent.Above.Length == 0 ? parent.Name : $"{parent.Above} › {parent.Name}";
            var count = counts.GetValueOrDefault(row.Id);
            var entry = new PickerEntry(
                row.Id, row.Name, parent is null ? 0 : parent.Depth + 1, above, row.IsDefault, new AlertCount(count?.Major ?? 0, count?.Minor ?? 0))
            {
                Tags = row.DescribeTags(),
            };
            entries.Add(entry);
            known.Add(row.Id, entry);
        }

        return entries;
    }
}
