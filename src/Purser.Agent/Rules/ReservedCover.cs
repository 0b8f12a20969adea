using System.Globalization;
using Purser.Agent.State;
using Purser.Protocol;
using Purser.Protocol.Reservations;

namespace Purser.Agent.Rules;

/// <summary>What the installed authorizations let a reserved device use, by the device's own clock: nobody else tells it that a term has ended (device reference 2.4).</summary>
public static class ReservedCover
{
    private const string TimeForm = "yyyy-MM-dd HH:mm 'UTC'";

    /// <summary>Null: covered. Otherwise why not.</summary>
    public static string? Problem(DeviceState state, EntitlementUse use, DateTimeOffset now)
    {
        if (state.ActiveUnit().Installed is { IsUniversal: true } || use.Count <= 0)
        {
            return null;
        }

        var licenses = Of(state, use).ToList();
        var good = licenses.Where(license => license.IsInForce(now)).Sum(static license => license.Count);
        if (good >= use.Count)
        {
            return null;
        }

        return licenses.Count == 0
            ? "License not present in SLR auth code"
            : string.Create(CultureInfo.InvariantCulture, $"License count {use.Count} is more than the {good} of the SLR auth code that are in force{Dates(licenses, now)}");
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

        var changes = Licenses(state).SelectMany(static license => new[] { license.Begin(), license.End() }).Where(at => at > now && at < DateTimeOffset.MaxValue).ToList();
        return changes.Count == 0 ? null : changes.Min();
    }

    internal static IReadOnlyList<EntitlementUse> Forget(IReadOnlyList<EntitlementUse> uses) =>
        [.. uses.Select(static use => use with { Status = null, StatusAt = null, Reason = null })];

    private static IEnumerable<AuthorizedLicense> Licenses(DeviceState state) => state.UnitsOf().SelectMany(static one => one.Unit.Installed?.Licenses ?? []);

    private static EntitlementUse Named(DeviceState state, EntitlementUse use) => Of(state, use).FirstOrDefault() is { } license
        ? use with { Tag = license.Tag, DisplayName = license.DisplayName, Description = license.TagDescription, ExportRestricted = license.ExportRestricted }
        : use;

    private static EntitlementUse Judged(DeviceState state, EntitlementUse use, DateTimeOffset now)
    {
        var problem = Problem(state, use, now);
        var status = problem is null ? EntitlementStatus.InCompliance : EntitlementStatus.NotAuthorized;
        return use with { Status = status, StatusAt = use.Status == status ? use.StatusAt : now, Reason = problem };
    }

    private static string Dates(List<AuthorizedLicense> licenses, DateTimeOffset now)
    {
        var others = licenses.FindAll(license => !license.IsInForce(now));
        if (others.Count == 0)
        {
            return "";
        }

        var why = others.ConvertAll(license => license.Begin() > now ? $"{license.Count} begin on {Day(license.StartsOn, license.StartsAt)}" : $"{license.Count} ended on {Day(license.EndsOn, license.EndsAt)}");
        var form = others.Exists(static license => license.StartsAt is not null || license.EndsAt is not null) ? TimeForm : "yyyy-MM-dd";
        return $": {string.Join(", ", why)}, and by this device's clock it is {now.UtcDateTime.ToString(form, CultureInfo.InvariantCulture)}";
    }

    /// <summary>"2026-06-30"; where its days are not those of UTC also the instant, so that it can be compared with the clock.</summary>
    private static string Day(DateOnly? day, DateTimeOffset? at) => string.Create(
        CultureInfo.InvariantCulture, $"{day:yyyy-MM-dd}{(at is { } instant ? $" ({instant.UtcDateTime.ToString(TimeForm, CultureInfo.InvariantCulture)})" : "")}");
}
