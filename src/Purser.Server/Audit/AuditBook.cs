using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Events;
using Purser.Server.Search;
using Purser.Server.Store;

namespace Purser.Server.Audit;

/// <summary>
/// Verifies everything that can be verified from the database alone: the three hash chains of every account, the book replayed against lines and
/// holdings, pools recomputed, uses and directory. Account by account, each as it is at one instant; the server may go on working.
/// </summary>
public sealed class AuditBook(Database database)
{
    private const int AccountsAtOnce = 200;

    public async Task<AuditReport> HandleAsync(CancellationToken cancellation = default)
    {
        var report = new AuditReport();
        await AuditInstallationAsync(report, cancellation);
        var after = AccountHead.Installation;
        while (true)
        {
            var accounts = await AccountsAsync(after, cancellation);
            foreach (var (id, name) in accounts)
            {
                await AuditAccountAsync(id, $"{name} ({id})", report, cancellation);
                after = id;
            }

            if (accounts.Count < AccountsAtOnce)
            {
                await MoveAudit.RunAsync(database, report, cancellation);
                return report;
            }
        }
    }

    /// <summary>One account by itself.</summary>
    public async Task<AuditReport> HandleAsync(long account, CancellationToken cancellation = default)
    {
        var report = new AuditReport();
        await using var db = database.Read();
        var name = await db.Accounts.Where(row => row.Id == account).Select(row => row.Domain).FirstOrDefaultAsync(cancellation) ?? "?";
        await AuditAccountAsync(account, $"{name} ({account})", report, cancellation);
        return report;
    }

    /// <summary>What belongs to no account: the installation's own journal, pointers into accounts that do not exist.</summary>
    public async Task<AuditReport> HandleInstallationAsync(CancellationToken cancellation = default)
    {
        var report = new AuditReport();
        await AuditInstallationAsync(report, cancellation);
        return report;
    }

    private async Task AuditAccountAsync(long account, string name, AuditReport report, CancellationToken cancellation)
    {
        var findings = new AccountFindings(report, name);
        await using var snapshot = await Snapshot.TakeAsync(database, account, cancellation);
        var db = snapshot.Db;
        var book = new BookReplay(findings);
        await FollowChainsAsync(db, account, book, findings, cancellation);
        var figures = await new HoldingAudit(db, account, book, findings).RunAsync(cancellation);
        await new PoolAudit(db, account, figures, findings).RunAsync(cancellation);
        await DirectoryAudit.RunAsync(db, account, findings, cancellation);
        await FollowSearchAsync(db, account, findings, cancellation);
        report.Finished();
    }

    private async Task AuditInstallationAsync(AuditReport report, CancellationToken cancellation)
    {
        var findings = new AccountFindings(report, "0 (the installation)");
        await using var snapshot = await Snapshot.TakeAsync(database, null, cancellation);
        await FollowChainsAsync(snapshot.Db, AccountHead.Installation, new BookReplay(findings), findings, cancellation);
        await DirectoryAudit.RunForAllAsync(snapshot.Db, findings, cancellation);
        await FollowSearchAsync(snapshot.Db, AccountHead.Installation, findings, cancellation);
    }

    /// <summary>What can be found by its name is what is called so. A repair (<see cref="SearchRepair"/>) puts it right.</summary>
    private static async Task FollowSearchAsync(PurserContext db, long account, AccountFindings findings, CancellationToken cancellation)
    {
        foreach (var key in await SearchRepair.DifferencesAsync(db, account, cancellation))
        {
            findings.Add($"search entry of {key.Kind} {key.Id}", "the present text of its source", "another text, or only one of both");
        }
    }

    private static async Task FollowChainsAsync(PurserContext db, long account, BookReplay book, AccountFindings findings, CancellationToken cancellation)
    {
        if (await db.AccountHeads.FirstOrDefaultAsync(row => row.AccountId == account, cancellation) is not { } head)
        {
            findings.Add("journal head", "a row", "none");
            return;
        }

        var chains = new AccountChains(head, findings);
        await foreach (var entry in db.LedgerEntries.Where(row => row.AccountId == account).OrderBy(row => row.Seq).AsAsyncEnumerable().WithCancellation(cancellation))
        {
            chains.Entries.Next(entry.Seq, entry.Hash, previous => HashChain.Of(entry, previous));
            book.Apply(entry);
        }

        chains.Entries.End(head.EntrySeq, head.EntryHash);
        await foreach (var row in db.Events.Where(row => row.AccountId == account).OrderBy(row => row.Seq).AsAsyncEnumerable().WithCancellation(cancellation))
        {
            chains.Events.Next(row.Seq, row.Hash, previous => HashChain.Of(row, previous));
        }

        chains.Events.End(head.EventSeq, head.EventHash);
        await foreach (var row in db.AuditEntries.Where(row => row.AccountId == account).OrderBy(row => row.Seq).AsAsyncEnumerable().WithCancellation(cancellation))
        {
            chains.Audit.Next(row.Seq, row.Hash, previous => HashChain.Of(row, previous));
        }

        chains.Audit.End(head.AuditSeq, head.AuditHash);
    }

    private async Task<List<(long Id, string Domain)>> AccountsAsync(long after, CancellationToken cancellation)
    {
        await using var db = database.Read();
        var rows = await db.Accounts.Where(row => row.Id > after).OrderBy(row => row.Id).Take(AccountsAtOnce).Select(row => new { row.Id, row.Domain }).ToListAsync(cancellation);
        return rows.ConvertAll(row => (row.Id, row.Domain));
    }
}
