using Purser.Protocol;

namespace Purser.Server.Usage;

/// <summary>What became of the reports of one product instance.</summary>
/// <param name="Udi">As its reports name it.</param>
/// <param name="DeviceId">Null where it was refused altogether.</param>
/// <param name="VirtualAccount">Where it lies: where it was known already it stays.</param>
/// <param name="Counted">Reports that are counted now.</param>
/// <param name="Repeated">Reports that had been counted before; they are acknowledged again, since their acknowledgement may have been lost.</param>
/// <param name="Refused">Reports that are not taken, each with its reason.</param>
/// <param name="Acknowledgement">The file to import on the product instance; null where nothing is acknowledged.</param>
public sealed record ReportOutcome(
    Udi Udi, long? DeviceId, string? Name, string? VirtualAccount, int Counted, int Repeated, IReadOnlyList<RefusedReport> Refused, IReadOnlyList<string> Notes, string? Acknowledgement)
{
    /// <summary>Tag of the product, as the reports name it.</summary>
    public string SoftwareTag { get; init; } = "";

    public long VirtualAccountId { get; init; }

    public bool IsAcknowledged => Acknowledgement is not null;
}

/// <param name="ReportId">Null where the report cannot be read.</param>
public sealed record RefusedReport(string? ReportId, string Reason);

/// <summary>What became of an upload.</summary>
public sealed record ReportReceipt(IReadOnlyList<ReportOutcome> ProductInstances, IReadOnlyList<RefusedReport> Unreadable)
{
    public int Counted => ProductInstances.Sum(outcome => outcome.Counted);

    public int Repeated => ProductInstances.Sum(outcome => outcome.Repeated);

    public int Refused => ProductInstances.Sum(outcome => outcome.Refused.Count) + Unreadable.Count;
}
