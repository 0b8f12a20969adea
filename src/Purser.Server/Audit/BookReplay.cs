using Purser.Server.Licenses;

namespace Purser.Server.Audit;

/// <summary>
/// Replays the book: where every unit of every line lies if nothing but the entries is believed. What the entries may say is closed: units come
/// from a source once, go from virtual account to virtual account, leave for another Smart Account or come from one, and end in the sink.
/// </summary>
internal sealed class BookReplay(AccountFindings findings)
{
    private readonly Dictionary<long, (long Deposited, long Entitlement)> lines = [];
    private readonly Dictionary<(long Line, long VirtualAccount), long> held = [];

    /// <summary>Line → units deposited or arrived and not gone on to another account, and of what.</summary>
    public IReadOnlyDictionary<long, (long Deposited, long Entitlement)> Lines => lines;

    /// <summary>Units that the book says lie somewhere; only where there are some.</summary>
    public IEnumerable<((long Line, long VirtualAccount) Place, long Quantity)> Held => held.Where(row => row.Value != 0).Select(row => (row.Key, row.Value));

    public long HeldIn(long line, long virtualAccount) => held.GetValueOrDefault((line, virtualAccount));

    public void Apply(LedgerEntry entry)
    {
        var row = $"ledger entry {entry.Seq}";
        if (entry.Quantity <= 0)
        {
            findings.Add(row, "a positive quantity", entry.Quantity);
            return;
        }

        switch (entry.Kind, entry.FromKind, entry.ToKind)
        {
            case (EntryKind.Deposit, EndKind.Source, EndKind.VirtualAccount):
                if (!lines.TryAdd(entry.LineId, (entry.Quantity, entry.EntitlementId)))
                {
                    findings.Add(row, $"one deposit of line {entry.LineId}", "another one");
                }

                Put(entry, entry.ToId);
                break;
            case (EntryKind.Transfer or EntryKind.Undo, EndKind.VirtualAccount, EndKind.VirtualAccount):
                Take(entry, row);
                Put(entry, entry.ToId);
                break;
            case (EntryKind.Removal or EntryKind.Expiry or EntryKind.Upgrade, EndKind.VirtualAccount, EndKind.Sink):
                Take(entry, row);
                break;
            case (EntryKind.Arrival, EndKind.Account, EndKind.VirtualAccount):
                Count(entry, entry.Quantity);
                Put(entry, entry.ToId);
                break;
            case (EntryKind.Departure, EndKind.VirtualAccount, EndKind.Account):
                Take(entry, row);
                Count(entry, -entry.Quantity);
                break;
            default:
                findings.Add(row, "ends that fit its kind", $"{entry.Kind} from {entry.FromKind} to {entry.ToKind}");
                break;
        }
    }

    private void Count(LedgerEntry entry, long quantity)
    {
        var (deposited, entitlement) = lines.GetValueOrDefault(entry.LineId, (0, entry.EntitlementId));
        lines[entry.LineId] = (deposited + quantity, entitlement);
    }

    private void Put(LedgerEntry entry, long virtualAccount) =>
        held[(entry.LineId, virtualAccount)] = held.GetValueOrDefault((entry.LineId, virtualAccount)) + entry.Quantity;

    private void Take(LedgerEntry entry, string row)
    {
        var there = held.GetValueOrDefault((entry.LineId, entry.FromId));
        if (there < entry.Quantity)
        {
            findings.Add(row, $"at most {there} units of line {entry.LineId} to leave virtual account {entry.FromId}", entry.Quantity);
        }

        held[(entry.LineId, entry.FromId)] = there - entry.Quantity;
        if (lines.TryGetValue(entry.LineId, out var line) && line.Entitlement != entry.EntitlementId)
        {
            findings.Add(row, $"license {line.Entitlement} of line {entry.LineId}", $"license {entry.EntitlementId}");
        }
    }
}
