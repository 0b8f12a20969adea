namespace Purser.Server.Audit;

/// <summary>Something on file that does not agree with the book.</summary>
/// <param name="Account">"acme.example (1001)", or "the installation".</param>
/// <param name="Row">Which row: "event 17", "pool of Advantage in A".</param>
public sealed record AuditFinding(string Account, string Row, string Expected, string Found)
{
    public override string ToString() => $"Smart Account {Account}, {Row}: expected {Expected}, found {Found}.";
}

/// <summary>What an audit read and what it found. The first findings are kept, all are counted.</summary>
public sealed class AuditReport
{
    private const int Kept = 100;

    private readonly List<AuditFinding> findings = [];

    public long Accounts { get; private set; }

    /// <summary>Rows of chains, books and projections that were read.</summary>
    public long Rows { get; private set; }

    public long Count { get; private set; }

    public bool IsClean => Count == 0;

    public AuditFinding? First => findings.Count > 0 ? findings[0] : null;

    public IReadOnlyList<AuditFinding> Findings => findings;

    internal void Read(long rows = 1) => Rows += rows;

    internal void Finished() => Accounts++;

    internal void Add(AuditFinding finding)
    {
        Count++;
        if (findings.Count < Kept)
        {
            findings.Add(finding);
        }
    }
}

/// <summary>Where the checks of one account put what they find.</summary>
internal sealed class AccountFindings(AuditReport report, string account)
{
    public AuditReport Report => report;

    public void Add(string row, object? expected, object? found) => report.Add(new AuditFinding(account, row, Text(expected), Text(found)));

    /// <summary>Adds a finding unless both are the same.</summary>
    public void Same<T>(string row, T expected, T found)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, found))
        {
            Add(row, expected, found);
        }
    }

    private static string Text(object? value) => Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture) is { Length: > 0 } text ? text : "nothing";
}
