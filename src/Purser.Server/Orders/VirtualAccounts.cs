using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Store;

namespace Purser.Server.Orders;

/// <summary>Finds the virtual account that an order names: by number, by name whatever its case, or the default where none is named.</summary>
internal static class VirtualAccounts
{
    public static Task<VirtualAccount?> FindAsync(PurserContext db, long accountId, string? named)
    {
        var rows = db.VirtualAccounts.Where(row => row.AccountId == accountId);
        if (string.IsNullOrWhiteSpace(named))
        {
            return rows.FirstOrDefaultAsync(row => row.IsDefault);
        }

        var key = NewVirtualAccount.KeyOf(named.Trim());
        return long.TryParse(named, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? rows.OrderBy(row => row.NameKey == key ? 0 : 1).FirstOrDefaultAsync(row => row.NameKey == key || row.Id == id)
            : rows.FirstOrDefaultAsync(row => row.NameKey == key);
    }
}
