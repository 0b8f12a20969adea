using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Events;

namespace Purser.Server.Store;

/// <summary>The first rows of a fresh installation.</summary>
public static class Installation
{
    /// <summary>The journal head of the installation itself (account 0): audit of catalog, staff and settings hangs on it.</summary>
    public static async Task EnsureHeadAsync(Database database, CancellationToken cancellation = default)
    {
        using var pass = database.Engine == Engine.Sqlite ? await database.WriteGate.EnterAsync(cancellation) : null;
        await using var db = database.Open();
        if (await db.AccountHeads.AnyAsync(head => head.AccountId == AccountHead.Installation, cancellation))
        {
            return;
        }

        db.AccountHeads.Add(NewHead(AccountHead.Installation));
        try
        {
            await db.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateException) when (db.AccountHeads.AsNoTracking().Any(head => head.AccountId == AccountHead.Installation))
        {
            // Another node started at the same moment.
        }
    }

    public static AccountHead NewHead(long accountId) =>
        new() { AccountId = accountId, EventHash = HashChain.Genesis, EntryHash = HashChain.Genesis, AuditHash = HashChain.Genesis };
}
