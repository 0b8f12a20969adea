using Purser.Protocol.Bundles;

namespace Purser.Server.Usage.Bundles;

/// <summary>How far a bundle is.</summary>
/// <param name="FinishedAt">Null while it runs.</param>
/// <param name="Collector">Its unique id.</param>
/// <param name="Total">Files of product instances.</param>
/// <param name="Done">Files that were taken, wholly or in part.</param>
public sealed record BundleView(
    long Id, long VirtualAccountId, UsageBundleState State, string StartedBy, DateTimeOffset StartedAt, DateTimeOffset? FinishedAt, string Collector, int Total, int Done, int Refused, int Waiting)
{
    internal static BundleView Of(UsageBundle row, string support) => new(
        row.Id, row.VirtualAccountId, row.State, row.ActorIsStaff ? support : row.ActorName, row.StartedAt, row.FinishedAt, row.Maker, row.Total, row.Done, row.Refused, row.Waiting);
}

/// <summary>A file of a bundle.</summary>
/// <param name="DeviceId">By which the collector knows the product instance.</param>
/// <param name="Counted">Reports that are counted now.</param>
/// <param name="Repeated">Reports that had been counted before.</param>
/// <param name="Refused">Reports and requests that were not taken.</param>
/// <param name="Problem">Why.</param>
public sealed record BundleFileView(int Number, string VirtualAccount, string Name, string DeviceId, UsageBundleFileState State, int Counted, int Repeated, int Refused, string? Problem)
{
    internal static BundleFileView Of(UsageBundleFile row) =>
        new(row.Number, row.VirtualAccount, row.Name, BundleNames.DeviceIdOf(row.Name), row.State, row.Counted, row.Repeated, row.Refused, row.Problem);
}
