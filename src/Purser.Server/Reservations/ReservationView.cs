using Microsoft.EntityFrameworkCore;
using Purser.Server.Catalog;
using Purser.Server.Devices;
using Purser.Server.Licenses;
using Purser.Server.Reservations.Rules;
using Purser.Server.Store;

namespace Purser.Server.Reservations;

/// <summary>The reservation of a product instance as people and programs see it.</summary>
/// <param name="Authorization">What the device installs: the file, or the typed code.</param>
/// <param name="IsPending">An update waits for its confirmation code.</param>
/// <param name="IsFailed">It was rehosted and is pending removal.</param>
public sealed record ReservationView(
    long DeviceId, string Device, long VirtualAccountId, ReservationKind Kind, ReservationOrigin Origin, string RequestCode, long Number, string Authorization, DateTimeOffset AuthorizedAt,
    bool IsPending, DateTimeOffset? PendingSince, bool IsFailed, long? ReplacedByDeviceId, IReadOnlyList<ReservationView.License> Licenses)
{
    /// <summary>What it reports since it was upgraded to licensing by policy (SP-06); empty before that.</summary>
    public IReadOnlyList<Use> Uses { get; init; } = [];

    /// <param name="Used">So many of what is reserved are used.</param>
    /// <param name="Beyond">So many more are used, and count in Use.</param>
    public sealed record Use(long EntitlementId, string Name, long Used, long Beyond, string Text);

    /// <param name="Quantity">Firmly reserved, ended terms included.</param>
    /// <param name="InTransition">Given back, and waiting for the confirmation code.</param>
    public sealed record License(long EntitlementId, string Name, string Description, long Quantity, long InTransition, IReadOnlyList<Term> Terms);

    /// <param name="EndsOn">Null: never.</param>
    /// <param name="HasEnded">The term is over: the device stops honouring it, the books wait for an update or the return (domain rules 8.5).</param>
    public sealed record Term(long LineId, string SubscriptionId, DateOnly? StartsOn, DateOnly? EndsOn, long Quantity, long InTransition, bool HasEnded);

    /// <summary>Of the licenses and terms: a program that sends that of a trial gets what the trial said, or a refusal.</summary>
    public string Fingerprint => ReservationFingerprint.Of(Licenses);

    /// <summary>The name under which the authorization is kept as a file.</summary>
    public string FileName => FileNameOf(Kind, RequestCode);

    internal static string FileNameOf(ReservationKind kind, string requestCode)
    {
        var serialNumber = string.Concat(Protocol.Reservations.RequestCode.Read(requestCode).Value.Udi.Sn.Where(char.IsAsciiLetterOrDigit));
        return $"AuthorizationCode_{(kind == ReservationKind.Universal ? "UNIVERSAL_" : "")}SN_{serialNumber}.txt";
    }

    internal static async Task<ReservationView> OfAsync(PurserContext db, CatalogSnapshot catalog, Reservation row, string device, CancellationToken cancellation)
    {
        var units = await db.ReservedUnits.Where(units => units.AccountId == row.AccountId && units.DeviceId == row.DeviceId).ToListAsync(cancellation);
        var ids = units.Select(one => one.LineId).ToHashSet();
        var lines = await db.LicenseLines.Where(line => line.AccountId == row.AccountId && ids.Contains(line.Id)).ToDictionaryAsync(line => line.Id, cancellation);
        return new ReservationView(
            row.DeviceId, DeviceNaming.Plain(device), row.VirtualAccountId, row.Kind, row.Origin, row.RequestCode, row.Number, row.Authorization, row.AuthorizedAt,
            row.PendingSince is not null, row.PendingSince, row.FailedAt is not null, row.ReplacedByDeviceId, Group(catalog, units, lines))
        {
            Uses = await UsesAsync(db, catalog, row, cancellation),
        };
    }

    private static async Task<IReadOnlyList<Use>> UsesAsync(PurserContext db, CatalogSnapshot catalog, Reservation row, CancellationToken cancellation) =>
    [
        .. from use in await db.ReservedUses.Where(use => use.AccountId == row.AccountId && use.DeviceId == row.DeviceId).ToListAsync(cancellation)
        let cover = new ReservedShare(use.Reported, use.Covered)
        let name = catalog.FindEntitlement(use.EntitlementId)!.Name
        orderby name
        select new Use(use.EntitlementId, name, cover.Used, cover.Beyond, cover.Text),
    ];

    internal static IReadOnlyList<License> Group(CatalogSnapshot catalog, IEnumerable<ReservedUnits> units, IReadOnlyDictionary<long, LicenseLine> lines) => [.. units
        .Where(one => one.Sum > 0)
        .GroupBy(one => one.EntitlementId)
        .Select(group =>
        {
            var license = catalog.FindEntitlement(group.Key)!;
            var terms = group.Select(one => TermOf(one, lines.GetValueOrDefault(one.LineId))).OrderByDescending(term => term.EndsOn ?? DateOnly.MaxValue).ThenBy(term => term.LineId).ToList();
            return new License(license.Id, license.Name, license.Description, terms.Sum(term => term.Quantity), terms.Sum(term => term.InTransition), terms);
        })
        .OrderBy(license => license.Name, StringComparer.OrdinalIgnoreCase)];

    private static Term TermOf(ReservedUnits units, LicenseLine? line) => new(
        units.LineId, line?.SubscriptionId ?? "", line?.StartsOn, line?.EndsOn, units.Kept, units.InTransition + units.Leaving,
        line is { State: LineState.Expired or LineState.Canceled or LineState.Removed });
}
