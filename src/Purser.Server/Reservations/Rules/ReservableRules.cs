using Purser.Server.Catalog;
using Purser.Server.Licenses;

namespace Purser.Server.Reservations.Rules;

/// <summary>What of a license a product instance may reserve, from the rows of the book.</summary>
internal static class ReservableRules
{
    /// <summary>Reporting-only licenses may be reserved in unlimited quantities (help ch. 6); this many is unlimited.</summary>
    public const long Unlimited = 1_000_000_000;

    /// <param name="own">Its units by line.</param>
    /// <param name="available">Of the pool.</param>
    public static ReservableLicense Of(
        Entitlement license, IReadOnlyList<(LicenseLine Line, Holding Holding)> lines, IReadOnlyDictionary<long, ReservedUnits> own, long available)
    {
        if (license.IsReportingOnly)
        {
            var has = own.GetValueOrDefault(ReservedUnits.NoLine)?.Uncovered ?? 0;
            return new ReservableLicense(license.Name, [new ReservableLine(ReservedUnits.NoLine, null, Unlimited - has, has)], Unlimited, 0);
        }

        // Units without cover of a line that counts are those of a rehost: kept like others. Those of ended lines have to be replaced.
        var alive = lines.Select(row => row.Line.Id).ToHashSet();
        return new ReservableLicense(
            license.Name,
            [.. lines.Select(row => new ReservableLine(row.Line.Id, row.Line.EndsOn, row.Holding.Free, own.GetValueOrDefault(row.Line.Id)?.Kept ?? 0))],
            available,
            own.Values.Where(row => !alive.Contains(row.LineId)).Sum(row => row.Uncovered));
    }
}
