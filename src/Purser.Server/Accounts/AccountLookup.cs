using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Http;
using Purser.Server.Store;

namespace Purser.Server.Accounts;

/// <summary>Finds a Smart Account by its domain identifier or its number; by its name where that is how the caller's addresses are made.</summary>
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

    /// <summary>The one account of this name that passes; then one of this domain identifier or number. Names are not unique, so several are none.</summary>
    public async Task<AccountRef?> FindByNameAsync(string named, Func<long, bool> passes, CancellationToken cancellation)
    {
        await using var db = database.Read();
        var found = (await WithName(db, named).ToListAsync(cancellation)).Where(account => passes(account.Id)).Take(2).ToList();
        return found switch
        {
            [var one] => one,
            [] => await FindAsync(named, cancellation),
            _ => null,
        };
    }

    public async Task<bool> IsNameAsync(string named, CancellationToken cancellation)
    {
        await using var db = database.Read();
        return await WithName(db, named).AnyAsync(cancellation);
    }

    private static IQueryable<AccountRef> WithName(PurserContext db, string named) => db.Accounts.Where(account => account.Name == named)
        .Select(account => new AccountRef(account.Id, account.Domain, account.Name, account.Type, account.Status));
}
