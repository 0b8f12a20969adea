using System.Globalization;
using Purser.Agent.State;
using Purser.Protocol;
using Purser.Protocol.Reservations;

namespace Purser.Agent.Rules;

/// <summary>What the installed authorizations let a reserved device use, by the device's own clock: nobody else tells it that a term has ended (device reference 2.4).</summary>
public static class ReservedCover
{
    /// <summary>Null: covered. Otherwise why not.</summary>
    public static string? Problem(DeviceState state, EntitlementUse use, DateTimeOffset now)
    {
        if (state.ActiveUnit().Installed is { IsUniversal: true } || use.Count <= 0)
        {
            return null;
        }

        var licenses = Of(state, use).ToList();
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        var good = licenses.Where(license => IsInForce(license, today)).Sum(static license => license.Count);
        if (good >= use.Count)
        {
            return null;
        }

        return licenses.Count == 0
            ? "License not present in SLR auth code"
            : string.Create(CultureInfo.InvariantCulture, $"License count {use.Count} is more than the {good} of the SLR auth code that are in force{Dates(licenses, today)}");
    }

    /// <summary>Reserved for it in all units, in force or not.</summary>
    public static IEnumerable<AuthorizedLicense> Of(DeviceState state, EntitlementUse use) =>
        Licenses(state).Where(license => use.Tag is null ? use.IsCalled(license.DisplayName) : use.IsCalled(license.Tag));

    /// <summary>The status of each license in use; the same state when nothing has changed.</summary>
    internal static DeviceState Judge(DeviceState state, DateTimeOffset now)
    {
        if (!state.IsReserved())
        {
            return state;
        }

        var uses = EntitlementList.Merged(state.Entitlements.Select(use => Named(state, use)), out _).ConvertAll(use => Judged(state, use, now));
        return uses.SequenceEqual(state.Entitlements) ? state : state with { Entitlements = uses };
    }

    /// <summary>When a term begins or ends next; null when none will.</summary>
    internal static DateTimeOffset? NextChange(DeviceState state, DateTimeOffset now)
    {
        if (!state.IsReserved())
        {
            return null;
        }

        // The last day counts whole.
        var changes = Licenses(state)
            .SelectMany(static license => new[] { license.StartsOn, license.EndsOn < DateOnly.MaxValue ? license.EndsOn?.AddDays(1) : null })
            .OfType<DateOnly>()
            .Select(static day => new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero))
            .Where(at => at > now)
            .ToList();
        return changes.Count == 0 ? null : changes.Min();
    }

    internal static IReadOnlyList<EntitlementUse> Forget(IReadOnlyList<EntitlementUse> uses) =>
        [.. uses.Select(static use => use with { Status = null, StatusAt = null, Reason = null })];

    private static IEnumerable<AuthorizedLicense> Licenses(DeviceState state) => state.UnitsOf().SelectMany(static one => one.Unit.Installed?.Licenses ?? []);

    private static EntitlementUse Named(DeviceState state, EntitlementUse use) => Of(state, use).FirstOrDefault() is { } license
        ? use with { Tag = license.Tag, DisplayName = license.DisplayName, Description = license.TagDescription }
        : use;

    private static EntitlementUse Judged(DeviceState state, EntitlementUse use, DateTimeOffset now)
    {
        var problem = Problem(state, use, now);
        var status = problem is null ? EntitlementStatus.InCompliance : EntitlementStatus.NotAuthorized;
        return use with { Status = status, StatusAt = use.Status == status ? use.StatusAt : now, Reason = problem };
    }

    private static bool IsInForce(AuthorizedLicense license, DateOnly today) =>
        (license.StartsOn is not { } start || start <= today) && (license.EndsOn is not { } end || today <= end);

    private static string Dates(List<AuthorizedLicense> licenses, DateOnly today)
    {
        var others = licenses.Where(license => !IsInForce(license, today)).Select(license => license.StartsOn > today
            ? string.Create(CultureInfo.InvariantCulture, $"{license.Count} begin on {license.StartsOn:yyyy-MM-dd}")
            : string.Create(CultureInfo.InvariantCulture, $"{license.Count} ended on {license.EndsOn:yyyy-MM-dd}")).ToList();
        return others.Count == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $": {string.Join(", ", others)}, and by this device's clock it is {today:yyyy-MM-dd}");
    }
}
