using Microsoft.EntityFrameworkCore;
using Purser.Server.Licenses;
using Purser.Server.Store;

namespace Purser.Server.Audit;

/// <summary>What left one Smart Account with its virtual accounts arrived in another, unit by unit (SA-15). One query, so one instant.</summary>
internal static class MoveAudit
{
    public static async Task RunAsync(Database database, AuditReport report, CancellationToken cancellation)
    {
        await using var db = database.Read();
        var moves = await db.LedgerEntries.Where(row => row.Kind == EntryKind.Departure || row.Kind == EntryKind.Arrival)
            .GroupBy(row => new { row.TransactionId, row.EntitlementId })
            .Select(group => new
            {
                group.Key.TransactionId,
                group.Key.EntitlementId,
                Left = group.Sum(row => row.Kind == EntryKind.Departure ? row.Quantity : 0),
                Arrived = group.Sum(row => row.Kind == EntryKind.Arrival ? row.Quantity : 0),
            })
            .Where(move => move.Left != move.Arrived)
            .OrderBy(move => move.TransactionId).ThenBy(move => move.EntitlementId)
            .ToListAsync(cancellation);
        var findings = new AccountFindings(report, "0 (between accounts)");
        foreach (var move in moves)
        {
            findings.Add($"license {move.EntitlementId} in transaction {move.TransactionId}, arrived", move.Left, move.Arrived);
        }
    }
}
