using System.Security.Cryptography;
using Purser.Server.Accounts;
using Purser.Server.Events;

namespace Purser.Server.Audit;

/// <summary>Follows one hash chain from its beginning: no number is missing, no row was changed, and the head is where the chain ends.</summary>
internal sealed class ChainAudit(string chain, AccountFindings findings)
{
    private long seq;
    private byte[] stored = HashChain.Genesis;

    /// <param name="hash">What the row's hash must be after the hash before it.</param>
    public void Next(long rowSeq, byte[] rowHash, Func<byte[], byte[]> hash)
    {
        findings.Report.Read();
        if (rowSeq != seq + 1)
        {
            findings.Add($"{chain} {seq + 1}", "a row", $"a gap up to {chain} {rowSeq}");
        }
        else if (hash(stored) is var expected && !CryptographicOperations.FixedTimeEquals(expected, rowHash))
        {
            findings.Add($"{chain} {rowSeq}", $"hash {Short(expected)} of its contents and the row before it", $"hash {Short(rowHash)}: the row was changed");
        }

        (seq, stored) = (rowSeq, rowHash);
    }

    public void End(long headSeq, byte[] headHash)
    {
        if (seq != headSeq)
        {
            findings.Add($"{chain} {Math.Min(seq, headSeq) + 1}", $"{headSeq} rows, as the head says", $"{seq} rows");
        }
        else if (!CryptographicOperations.FixedTimeEquals(stored, headHash))
        {
            findings.Add($"head of the {chain} chain", $"hash {Short(stored)} of the last row", $"hash {Short(headHash)}");
        }
    }

    private static string Short(byte[] hash) => Convert.ToHexStringLower(hash.AsSpan(0, Math.Min(8, hash.Length)));
}

/// <summary>The three chains of an account.</summary>
internal sealed record AccountChains(AccountHead Head, AccountFindings Findings)
{
    public ChainAudit Events { get; } = new("event", Findings);

    public ChainAudit Entries { get; } = new("ledger entry", Findings);

    public ChainAudit Audit { get; } = new("audit entry", Findings);
}
