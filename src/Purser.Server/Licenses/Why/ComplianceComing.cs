using Microsoft.EntityFrameworkCore;
using Purser.Server.Catalog;
using Purser.Server.Devices;
using Purser.Server.Devices.Silence;
using Purser.Server.Settings;
using Purser.Server.Store;

namespace Purser.Server.Licenses;

/// <summary>What happens to a license in a virtual account on which coming day: terms that begin and end, warnings, releases of what is silent (LI-13).</summary>
internal sealed class ComplianceComing(PurserContext db, Pool pool, PurserSettings settings, DayZone zone, DateTimeOffset now)
{
    private const int MostEnds = 5;
    private const int MostSilent = 3;
    private const int AuthorizationDays = 90;

    public async Task<IReadOnlyList<Consequence>> LoadAsync(Enforcement enforcement, LicenseUsers users, Forecast? forecast, CancellationToken cancellation)
    {
        var coming = new List<Consequence>();
        var ends = await EndsAsync(cancellation);
        coming.AddRange(ComplianceSentences.Of(pool, enforcement, users, await FirstAuthorizationEndAsync(cancellation), ends));
        if (ends.Count > 0 && await NextWarningAsync(ends[0].End, cancellation) is { } warning)
        {
            coming.Add(warning);
        }

        coming.AddRange(await BeginningsAsync(cancellation));
        coming.AddRange(await ReleasesAsync(cancellation));
        if (forecast is { Kind: ForecastKind.RunsDry, Likely: { } dry })
        {
            coming.Add(new Consequence(zone.End(dry), "By the forecast it runs dry about this day."));
        }

        return [.. coming.OrderBy(consequence => consequence.At)];
    }

    private IQueryable<LicenseUse> Uses => db.LicenseUses.Where(use => use.AccountId == pool.AccountId
        && use.VirtualAccountId == pool.VirtualAccountId && use.EntitlementId == pool.EntitlementId && use.Billing == pool.Billing && !use.Released);

    private async Task<DateTimeOffset?> FirstAuthorizationEndAsync(CancellationToken cancellation)
    {
        var first = await (
            from use in Uses
            join device in db.Devices on new { use.AccountId, Id = use.DeviceId } equals new { device.AccountId, device.Id }
            where device.AuthorizedAt != null
            orderby device.AuthorizedAt
            select device.AuthorizedAt).FirstOrDefaultAsync(cancellation);
        return first?.AddDays(AuthorizationDays);
    }

    private async Task<List<(DateTimeOffset End, long Units)>> EndsAsync(CancellationToken cancellation)
    {
        var ends = await (
            from holding in db.Holdings
            join line in db.LicenseLines on new { holding.AccountId, Id = holding.LineId } equals new { line.AccountId, line.Id }
            where holding.AccountId == pool.AccountId && holding.VirtualAccountId == pool.VirtualAccountId && holding.EntitlementId == pool.EntitlementId
                && holding.Held > 0 && line.State == LineState.Active && line.EndsAt > now
            group holding.Held by line.EndsAt into end
            orderby end.Key
            select new { end.Key, Units = end.Sum() }).Take(MostEnds).ToListAsync(cancellation);
        return ends.ConvertAll(end => (end.Key!.Value, end.Units));
    }

    /// <summary>The next warning of the first expiry; a period counts only if it is shorter than the term (domain rules 10.3).</summary>
    private async Task<Consequence?> NextWarningAsync(DateTimeOffset end, CancellationToken cancellation)
    {
        var lines = await (
            from line in db.LicenseLines
            join holding in db.Holdings on new { line.AccountId, line.Id } equals new { holding.AccountId, Id = holding.LineId }
            where line.AccountId == pool.AccountId && line.EntitlementId == pool.EntitlementId && line.EndsAt == end && line.State == LineState.Active
                && holding.VirtualAccountId == pool.VirtualAccountId && holding.Held > 0
            select new { line.LicenseType, line.AcquiredAt, line.StartsOn }).ToListAsync(cancellation);
        var length = lines.Select(line => ExpiryPeriods.WholeLength(line.LicenseType, line.AcquiredAt, line.StartsOn, end, zone)).DefaultIfEmpty(TimeSpan.Zero).Max();
        var days = ExpiryPeriods.Of(settings.Licenses).Steps.Select(step => step.Days)
            .Where(days => end.AddDays(-days) > now && length > TimeSpan.FromDays(days)).DefaultIfEmpty(0).Max();
        return days == 0 ? null : new Consequence(end.AddDays(-days).AddSeconds(1), ComplianceSentences.Warning(zone.LastDay(end), days));
    }

    private async Task<IEnumerable<Consequence>> BeginningsAsync(CancellationToken cancellation)
    {
        var begins = await (
            from holding in db.Holdings
            join line in db.LicenseLines on new { holding.AccountId, Id = holding.LineId } equals new { line.AccountId, line.Id }
            where holding.AccountId == pool.AccountId && holding.VirtualAccountId == pool.VirtualAccountId && holding.EntitlementId == pool.EntitlementId
                && holding.Held > 0 && line.State == LineState.Future && line.StartsOn != null
            group holding.Held by line.StartsOn into begin
            orderby begin.Key
            select new { begin.Key, Units = begin.Sum() }).Take(MostEnds).ToListAsync(cancellation);
        return begins.Select(begin => new Consequence(zone.Begin(begin.Key!.Value).AddSeconds(1), ComplianceSentences.Begin(begin.Units)));
    }

    /// <summary>What silent product instances hold is released after 90 days (domain rules 7.4); restricted licenses stay (9.4), and of a pair the other one may count then (7.8).</summary>
    private async Task<IEnumerable<Consequence>> ReleasesAsync(CancellationToken cancellation)
    {
        var rules = SilenceRules.Of(settings.Devices);
        var since = now - rules.FirstWarning;
        var silent = await (
            from use in Uses
            join device in db.Devices on new { use.AccountId, Id = use.DeviceId } equals new { device.AccountId, device.Id }
            where device.State == DeviceState.Registered && device.Mode == DeviceMode.Direct && device.LastContactAt <= since
                && (device.SilenceFrom == null || device.SilenceFrom <= since) && !use.IsLocked && use.PeerKey == null
            let silentSince = device.SilenceFrom != null && device.SilenceFrom > device.LastContactAt ? device.SilenceFrom.Value : device.LastContactAt
            orderby silentSince, device.Id
            select new { device.DisplayName, SilentSince = silentSince, use.Requested }).Take(MostSilent).ToListAsync(cancellation);
        return silent.Select(device => new Consequence(rules.ReleaseAt(device.SilentSince), ComplianceSentences.Release(device.DisplayName, device.Requested, (now - device.SilentSince).Days)));
    }
}
