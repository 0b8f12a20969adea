using System.Globalization;
using Purser.Server.Catalog;

namespace Purser.Server.Licenses;

/// <summary>The sentences of the explanation. Pure: figures in, words out.</summary>
internal static class ComplianceSentences
{
    public static string Summary(Pool pool, LicenseUsers users)
    {
        var held = pool.Purchased == 1 ? "1 license is" : $"{Number(pool.Purchased)} licenses are";
        var reserved = pool.Reserved > 0 ? $" and {Number(pool.Reserved)} {(pool.Reserved == 1 ? "is" : "are")} reserved" : "";
        var result = pool.Balance switch
        {
            < 0 => $"{Number(-pool.Balance)} {(pool.Balance == -1 ? "is" : "are")} missing",
            0 => "nothing is left and nothing is missing",
            _ => $"{Number(pool.Balance)} {(pool.Balance == 1 ? "is" : "are")} left",
        };
        var tiers = pool.Borrowed > 0 ? $", {Number(pool.Borrowed)} of it covered by higher tiers" : pool.Lent > 0 ? $", {Number(pool.Lent)} cover a shortage of lower tiers" : "";
        var who = users.Reporting == 0 ? "connected product instances use" : users.Asking == 0 ? "product instances report the use of" : "connected product instances and reports of others use";
        return $"{held} here, {who} {Number(pool.InUse)}{reserved}{tiers}: {result}.";
    }

    /// <summary>What happens when: nothing stops for ordinary licenses (domain rules 1.5, 1.6; device reference 2).</summary>
    public static IEnumerable<Consequence> Of(Pool pool, Enforcement enforcement, LicenseUsers users, DateTimeOffset? firstAuthorizationEnds, IEnumerable<(DateTimeOffset End, long Units)> ends)
    {
        if (pool.Balance < 0)
        {
            yield return new Consequence(null, enforcement == Enforcement.ExportRestricted
                ? "Further requests for this export-restricted license are refused until licenses are free; what is assigned stays assigned."
                : users.Asking == 0 && users.Reporting > 0 ? "Nothing is switched off: product instances go on working."
                : "Nothing is switched off: product instances go on working and are told that they are out of compliance.");
            if (users.Reporting > 0)
            {
                // Domain rules 13.2.
                yield return new Consequence(null, "What a product instance that is licensed by policy reported last counts until it reports again or is removed; it is not told of the shortage.");
            }

            if (users.Asking > 0 || users.Reporting == 0)
            {
                yield return new Consequence(null, "A product instance that was told so asks again every 12 hours, and hears that all is well at the first request after the shortage has ended.");
            }

            if (firstAuthorizationEnds is { } end)
            {
                yield return new Consequence(end, "The first of these product instances loses its authorization if it is not heard until then: an authorization lasts 90 days after the last successful contact.");
            }
        }

        var gone = 0L;
        foreach (var (end, units) in ends)
        {
            gone += units;
            var balance = pool.BalanceAfter(-gone);
            var result = balance < 0 ? $"{Number(-balance)} will be missing" : $"{Number(balance)} will be left";
            yield return new Consequence(end, $"{Number(units)} {(units == 1 ? "license expires" : "licenses expire")}: {result} if nothing else changes.");
        }
    }

    public static string Turn(ComplianceTurnKind kind) => kind switch
    {
        ComplianceTurnKind.Began => "First licenses or first use here",
        ComplianceTurnKind.Short => "Out of compliance",
        _ => "In compliance again",
    };

    public static string Warning(DateOnly lastDay, int days) =>
        $"Warning {days} {(days == 1 ? "day" : "days")} before the licenses that expire on {lastDay.ToString("d MMM yyyy", CultureInfo.InvariantCulture)}: an alert, and a mail to those who chose it.";

    public static string Begin(long units) => $"{Number(units)} {(units == 1 ? "license begins" : "licenses begin")} and can be used from then on.";

    public static string Release(string device, long units, int days) =>
        $"{device} has been silent for {days} days: if it is not heard until then, the {Number(units)} that it uses {(units == 1 ? "is" : "are")} released.";

    public static Remedy Upgrade(long pending, long shortage) => new(
        RemedyKind.Upgrade, $"Complete the upgrade that was bought: {Number(pending)} pending {(pending == 1 ? "license becomes" : "licenses become")} available by saying what they replace.", Math.Min(pending, shortage));

    public static Remedy Transfer(long place, string name, long available, long shortage)
    {
        var quantity = Math.Min(available, shortage);
        return new Remedy(
            RemedyKind.Transfer, $"Transfer {Number(quantity)} from \"{name}\", which has {Number(available)} available{(quantity < shortage ? $"; {Number(shortage - quantity)} more are needed then" : "")}.", quantity, place);
    }

    public static Remedy Reclaim(IReadOnlyList<(long Device, long Quantity)> silent, int days, long units) => new(
        RemedyKind.Reclaim,
        $"Remove product instances that are gone: {silent.Count} {(silent.Count == 1 ? "has" : "have")} been silent for {days} days or more and {(silent.Count == 1 ? "holds" : "hold")} {Number(units)}.",
        units, DeviceIds: [.. silent.Select(device => device.Device)]);

    public static Remedy UseLess(long reported, long shortage) => new(
        RemedyKind.UseLess, $"Use less on product instances that are licensed by policy, which report {Number(reported)}, and let them report again.", Math.Min(reported, shortage));

    public static Remedy Order(long shortage, string license) => new(RemedyKind.Order, $"Order {Number(shortage)} more {license} {(shortage == 1 ? "license" : "licenses")}.", shortage);

    public static readonly Remedy Ask = new(
        RemedyKind.AskAdministrator, "Ask an administrator whether another virtual account has licenses to spare; you can see only a part of them.", 0);

    private static string Number(long value) => value.ToString("#,0", CultureInfo.InvariantCulture);
}
