using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Store;

namespace Purser.Server.Reservations;

/// <summary>
/// Which licenses and terms were reviewed. Others may take licenses between the review and its answer, and then other terms would be chosen than the
/// administrator saw (help ch. 4: "Review and Confirm"). Who sends the fingerprint of the trial gets what she saw or a refusal.
/// </summary>
internal static class ReservationFingerprint
{
    public const string Field = "fingerprint";

    private const int Length = 16;

    /// <summary>By what the review shows of a term: licenses that come with the reservation have another line in the trial than in earnest.</summary>
    public static string Of(IEnumerable<ReservationView.License> licenses)
    {
        var text = new StringBuilder();
        foreach (var (license, term) in licenses.SelectMany(license => license.Terms
            .GroupBy(term => (term.StartsOn, term.EndsOn, term.HasEnded))
            .Select(terms => (license.EntitlementId, Text(terms.Key.StartsOn, terms.Key.EndsOn, terms.Key.HasEnded, terms.Sum(term => term.Quantity), terms.Sum(term => term.InTransition)))))
            .Order())
        {
            text.Append(CultureInfo.InvariantCulture, $"{license}:{term};");
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, Length));
    }

    /// <param name="reviewed">Null where nothing was reviewed.</param>
    public static async Task<Refusal?> JudgeAsync(WriteScope scope, CatalogSnapshot catalog, Reservation reservation, string? reviewed, CancellationToken cancellation)
    {
        if (reviewed is null)
        {
            return null;
        }

        await scope.Db.SaveChangesAsync(cancellation);
        var now = await ReservationView.OfAsync(scope.Db, catalog, reservation, "", cancellation);
        return now.Fingerprint == reviewed ? null : Verdict.Refused(
            RefusalCode.Stale, "The licenses changed since you reviewed them: other terms would be reserved than you saw. Nothing was reserved. Review what would be reserved now, and generate the code again.", Field);
    }

    private static string Text(DateOnly? starts, DateOnly? ends, bool hasEnded, long quantity, long inTransition) =>
        string.Create(CultureInfo.InvariantCulture, $"{starts:O}-{ends:O}-{hasEnded}={quantity}/{inTransition}");
}
