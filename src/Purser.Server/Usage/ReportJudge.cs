using Purser.Protocol.Usage;
using Purser.Server.Catalog;
using Purser.Server.Usage.Rules;

namespace Purser.Server.Usage;

/// <summary>Which reports cannot be counted, whatever was counted before.</summary>
internal sealed class ReportJudge(CatalogSnapshot catalog, DateTimeOffset now)
{
    /// <returns>Why; null: it can be counted.</returns>
    public string? Judge(UsageReport report) =>
        report.Id > long.MaxValue ? "Its report id is too large."
        : ReportRules.JudgeTime(report, now) is { } early ? early.Detail
        : report.IsOfUse && catalog.FindEntitlement(report.EntitlementTag) is null
            ? $"There is no license with the tag {report.EntitlementTag} in the catalog. Ask the operator to add it; the report stays on the product instance."
        : null;
}
