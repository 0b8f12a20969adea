using Microsoft.EntityFrameworkCore;
using Purser.Server.Licenses;
using Purser.Server.Store;

namespace Purser.Server.Audit;

/// <summary>Lines and holdings against what replaying the book gives, and the bounds of every line (domain rules 1.9).</summary>
internal sealed class HoldingAudit(PurserContext db, long account, BookReplay book, AccountFindings findings)
{
    /// <summary>What is locked to product instances, by line and virtual account.</summary>
    private Dictionary<(long LineId, long VirtualAccountId), long> locks = [];

    /// <summary>What product instances reserve, by line and virtual account.</summary>
    private Dictionary<(long LineId, long VirtualAccountId), (long Firm, long InTransition)> reserved = [];

    /// <returns>The figures of all pools as lines and holdings make them.</returns>
    public async Task<Dictionary<PoolKey, PoolFigures>> RunAsync(CancellationToken cancellation)
    {
        var lines = await LinesAsync(cancellation);
        locks = (await db.LicenseLocks.Where(row => row.AccountId == account).ToListAsync(cancellation))
            .GroupBy(row => (row.LineId, row.VirtualAccountId)).ToDictionary(group => group.Key, group => group.Sum(row => row.Quantity));
        var units = await db.ReservedUnits.Where(row => row.AccountId == account).ToListAsync(cancellation);
        reserved = units.GroupBy(row => (row.LineId, row.VirtualAccountId)).ToDictionary(group => group.Key, group => (group.Sum(row => row.Firm), group.Sum(row => row.InTransition)));
        var figures = units.GroupBy(row => new PoolKey(row.VirtualAccountId, row.EntitlementId))
            .ToDictionary(group => group.Key, group => new PoolFigures(InTransition: group.Sum(row => row.Leaving), Uncovered: group.Sum(row => row.Uncovered)));
        var seen = new HashSet<(long, long)>();
        await foreach (var holding in db.Holdings.Where(row => row.AccountId == account).OrderBy(row => row.LineId).ThenBy(row => row.VirtualAccountId)
            .AsAsyncEnumerable().WithCancellation(cancellation))
        {
            findings.Report.Read();
            seen.Add((holding.LineId, holding.VirtualAccountId));
            Check(holding, lines);
            if (lines.TryGetValue(holding.LineId, out var line))
            {
                Count(figures, holding, line);
            }
        }

        foreach (var ((line, virtualAccount), quantity) in book.Held.Where(row => !seen.Contains(row.Place)))
        {
            findings.Add($"holding of line {line} in virtual account {virtualAccount}", $"{quantity} units, as the book says", "no row");
        }

        return figures;
    }

    private async Task<Dictionary<long, LicenseLine>> LinesAsync(CancellationToken cancellation)
    {
        var lines = await db.LicenseLines.Where(line => line.AccountId == account).ToDictionaryAsync(line => line.Id, cancellation);
        findings.Report.Read(lines.Count);
        var left = book.Held.GroupBy(row => row.Place.Line).ToDictionary(line => line.Key, line => line.Sum(row => row.Quantity));
        foreach (var line in lines.Values.OrderBy(line => line.Id))
        {
            var row = $"license line {line.Id}";
            if (!book.Lines.TryGetValue(line.Id, out var deposit))
            {
                findings.Add(row, "a deposit in the book", "none");
                continue;
            }

            findings.Same($"{row}, quantity", deposit.Deposited, line.Quantity);
            findings.Same($"{row}, license", deposit.Entitlement, line.EntitlementId);
            if (line.State is LineState.Expired or LineState.Removed or LineState.Moved or LineState.Upgraded or LineState.Canceled && left.GetValueOrDefault(line.Id) is var units and not 0)
            {
                findings.Add($"{row}, which is {line.State}", "no units left", units);
            }
        }

        foreach (var missing in book.Lines.Keys.Where(line => !lines.ContainsKey(line)).Order())
        {
            findings.Add($"license line {missing}", "a row, as the book deposits it", "none");
        }

        return lines;
    }

    private void Check(Holding holding, Dictionary<long, LicenseLine> lines)
    {
        var row = $"holding of line {holding.LineId} in virtual account {holding.VirtualAccountId}";
        findings.Same($"{row}, held", book.HeldIn(holding.LineId, holding.VirtualAccountId), holding.Held);
        findings.Same($"{row}, locked to product instances", locks.GetValueOrDefault((holding.LineId, holding.VirtualAccountId)), holding.Locked);
        var (firm, transition) = reserved.GetValueOrDefault((holding.LineId, holding.VirtualAccountId));
        findings.Same($"{row}, reserved by product instances", firm, holding.Firm);
        findings.Same($"{row}, in transition to the pool", transition, holding.InTransition);
        if (holding.Held < 0 || holding.Firm < 0 || holding.InTransition < 0 || holding.Locked < 0 || holding.Free < 0)
        {
            findings.Add($"{row}, firm + in transition + locked", $"0 to {holding.Held}", $"{holding.Firm} + {holding.InTransition} + {holding.Locked}");
        }

        if (lines.TryGetValue(holding.LineId, out var line))
        {
            findings.Same($"{row}, license", line.EntitlementId, holding.EntitlementId);
        }
    }

    private static void Count(Dictionary<PoolKey, PoolFigures> figures, Holding holding, LicenseLine line)
    {
        var key = new PoolKey(holding.VirtualAccountId, holding.EntitlementId, line.Billing);
        var sum = figures.GetValueOrDefault(key) ?? new PoolFigures();
        figures[key] = sum with
        {
            Purchased = sum.Purchased + (line.State == LineState.Active ? holding.Held : 0),
            Pending = sum.Pending + (line.State == LineState.UpgradePending ? holding.Held : 0),
            Firm = sum.Firm + holding.Firm,
            InTransition = sum.InTransition + holding.InTransition,
            Locked = sum.Locked + holding.Locked,
        };
    }
}

/// <summary>A pool as lines, holdings and uses make it.</summary>
internal sealed record PoolFigures(long Purchased = 0, long Firm = 0, long InTransition = 0, long Locked = 0, long InUse = 0, long Pending = 0, long LockedUse = 0, long Uncovered = 0);
