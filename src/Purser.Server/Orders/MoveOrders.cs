using Microsoft.EntityFrameworkCore;
using Purser.Server.Store;

namespace Purser.Server.Orders;

/// <summary>Order lines go with the virtual account that they were deposited into to another Smart Account (SA-15).</summary>
internal static class MoveOrders
{
    public static Task<int> RunAsync(PurserContext db, long from, long into, IReadOnlyCollection<long> places, CancellationToken cancellation) =>
        db.OrderLines.Where(row => row.AccountId == from && row.VirtualAccountId != null && places.Contains(row.VirtualAccountId.Value))
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.AccountId, into), cancellation);
}
