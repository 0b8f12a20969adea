using Microsoft.EntityFrameworkCore;
using Purser.Server.Store;

namespace Purser.Server.Accounts;

/// <summary>The shape of an account's virtual accounts: who lies below whom.</summary>
public sealed class VirtualAccountTree
{
    private readonly Dictionary<long, long?> parents;
    private readonly ILookup<long, long> children;

    public VirtualAccountTree(IEnumerable<(long Id, long? ParentId)> nodes)
    {
        parents = nodes.ToDictionary(node => node.Id, node => node.ParentId);
        children = parents.Where(pair => pair.Value is not null).ToLookup(pair => pair.Value!.Value, pair => pair.Key);
    }

    public static async Task<VirtualAccountTree> LoadAsync(PurserContext db, long accountId, CancellationToken cancellation = default)
    {
        var nodes = await db.VirtualAccounts.Where(row => row.AccountId == accountId)
            .Select(row => new { row.Id, row.ParentId }).ToListAsync(cancellation);
        return new VirtualAccountTree(nodes.Select(node => (node.Id, node.ParentId)));
    }

    public bool Has(long id) => parents.ContainsKey(id);

    public bool HasChildren(long id) => children[id].Any();

    /// <summary>It and all that lies below it.</summary>
    public IReadOnlySet<long> WithDescendants(long id)
    {
        var found = new HashSet<long> { id };
        var open = new Queue<long>(found);
        while (open.TryDequeue(out var next))
        {
            foreach (var child in children[next].Where(found.Add))
            {
                open.Enqueue(child);
            }
        }

        return found;
    }

    /// <summary>How many levels it and what lies below it take: 1 without children.</summary>
    public int HeightOf(long id) => 1 + children[id].Select(HeightOf).DefaultIfEmpty().Max();

    /// <summary>1 at the top.</summary>
    public int LevelOf(long id)
    {
        var level = 1;
        for (var parent = parents[id]; parent is not null; parent = parents[parent.Value])
        {
            level++;
        }

        return level;
    }
}
