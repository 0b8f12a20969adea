using Purser.Protocol;
using Purser.Protocol.Reservations;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Devices;
using Purser.Server.Licenses;
using Purser.Server.Pki;
using Purser.Server.Store;

namespace Purser.Server.Reservations;

/// <summary>Makes the authorizations that devices install, signed with the authority's message key, whose certificates go along (decision 0024).</summary>
public sealed class AuthorizationMint(AuthorityKeys keys)
{
    /// <summary>Not where the private part of the root key is kept offline.</summary>
    public bool CanMakeUniversal => keys.Current.Root.PrivateKey is not null;

    /// <summary>A new authorization of what is reserved now takes the place of the newest.</summary>
    internal void Renew(WriteScope scope, Reservation reservation, Device device, IEnumerable<AuthorizedLicense> licenses)
    {
        reservation.Number = scope.NextId(IdKind.Authorization);
        reservation.AuthorizedAt = scope.Now;
        var request = RequestCode.Read(reservation.RequestCode).Value;
        if (reservation.Kind == ReservationKind.Universal)
        {
            // A typed code carries no certificates, so it is signed with the key that every device knows (decision 0024).
            reservation.Authorization = keys.Current.Root.SigningKey.Use(key => UniversalAuthorization.New(request, key)).ToString();
            return;
        }

        var signer = keys.Current.MessageSigner.SigningKey;

        var authorization = new SpecificAuthorization((ulong)reservation.Number, device.Piid, scope.Now, reservation.RequestCode, request.Udi, [.. licenses]);
        var chain = keys.Current.ReplyChain.Select(Convert.FromBase64String).ToList();
        reservation.Authorization = signer.Use(key => authorization.Seal(key, chain));
    }

    /// <summary>What the device keeps of its units in an authorization: the valid ones, by license and term (domain rules 8.6).</summary>
    internal static IEnumerable<AuthorizedLicense> LicensesOf(IEnumerable<ReservedUnits> units, IReadOnlyDictionary<long, LicenseLine> lines, CatalogSnapshot catalog, DateTimeOffset now, DayZone zone) => units
        .Where(row => row.Kept > 0 && (row.LineId == ReservedUnits.NoLine || lines[row.LineId].EndsAt is null || (lines[row.LineId].EndsAt > now && lines[row.LineId].State == LineState.Active)))
        .GroupBy(row => (row.EntitlementId, Terms: TermsOf(lines.GetValueOrDefault(row.LineId))))
        .OrderBy(group => group.Key.EntitlementId).ThenByDescending(group => group.Key.Terms.EndsOn ?? DateOnly.MaxValue)
        .Select(group => (License: catalog.FindEntitlement(group.Key.EntitlementId)!, group.Key.Terms, Count: group.Sum(row => row.Kept)))
        .Select(one => new AuthorizedLicense(one.License.Tag, one.Count, one.Terms.StartsOn, one.Terms.EndsOn, one.License.Name, one.License.Description, one.Terms.SubscriptionId)
        {
            StartsAt = one.Terms.StartsOn is { } first ? zone.Begin(first) : null,
            EndsAt = one.Terms.EndsAt,
            ExportRestricted = one.License.Enforcement == Enforcement.ExportRestricted,
        });

    private static (DateOnly? StartsOn, DateOnly? EndsOn, DateTimeOffset? EndsAt, string SubscriptionId) TermsOf(LicenseLine? line) =>
        line?.EndsAt is null ? (null, null, null, "") : (line.StartsOn, line.EndsOn, line.EndsAt, line.SubscriptionId);
}
