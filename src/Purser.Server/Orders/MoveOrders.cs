using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;

namespace Purser.Server.Orders;

/// <summary>Order lines go with the virtual account that they were deposited into to another Smart Account (SA-15).</summary>
internal static class MoveOrders
{
    public static async Task<int> RunAsync(WriteScope scope, long from, long into, IReadOnlyCollection<long> places, CancellationToken cancellation)
    {
        var lines = scope.Db.OrderLines.Where(row => row.AccountId == from && row.VirtualAccountId != null && places.Contains(row.VirtualAccountId.Value));
        var keys = await lines.OrderBy(row => row.OrderId).ThenBy(row => row.LineNumber).Select(row => row.OrderId + "/" + row.LineNumber).ToListAsync(cancellation);
        scope.Changes.CollectMany<OrderLine>(scope.Db, [from, into], keys, new() { ["accountId"] = from }, new() { ["accountId"] = into });
        return await lines.ExecuteUpdateAsync(set => set.SetProperty(row => row.AccountId, into), cancellation);
    }
}
