using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Http;
using Purser.Server.Store;

namespace Purser.Server.Accounts;

/// <summary>Finds a Smart Account by its domain identifier or its number.</summary>
public sealed class AccountLookup(Database database)
{
    public async Task<AccountRef?> FindAsync(string named, CancellationToken cancellation)
    {
        await using var db = database.Read();
        var domain = named.ToLowerInvariant();
        var query = long.TryParse(named, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? db.Accounts.Where(account => account.Id == id)
            : db.Accounts.Where(account => account.Domain == domain);
        return await query
            .Select(account => new AccountRef(account.Id, account.Domain, account.Name, account.Type, account.Status))
            .FirstOrDefaultAsync(cancellation);
    }
}
