using Purser.Server.Catalog;

namespace Purser.Server.Licenses;

/// <summary>From when to when a line counts.</summary>
public sealed record LicenseTerms(LicenseType Type, DateOnly? StartsOn, DateOnly? EndsOn, DateTimeOffset? EndsAt)
{
    /// <summary>A demo license ends 60 days after its deposit (help ch. 1).</summary>
    public const int DemoDays = 60;

    public static readonly LicenseTerms Perpetual = new(LicenseType.Perpetual, null, null, null);

    /// <summary>60 × 24 h after the deposit (domain rules 2.3).</summary>
    public static LicenseTerms Demo(DateTimeOffset now, DayZone zone) =>
        new(LicenseType.Demo, zone.DayOf(now), zone.DayOf(now.AddDays(DemoDays)), now.AddDays(DemoDays));

    /// <summary>A date-only end lasts through its day (domain rules 2.3).</summary>
    public static LicenseTerms Term(DateOnly startsOn, DateOnly endsOn, DayZone zone) => new(LicenseType.Term, startsOn, endsOn, zone.End(endsOn));

    /// <summary>A term of whole months: the last day is the day before the anniversary (2026-03-15 + 12 months → 2027-03-14).</summary>
    public static LicenseTerms Term(DateOnly startsOn, int months, DayZone zone) => Term(startsOn, startsOn.AddMonths(months).AddDays(-1), zone);

    /// <summary>The longest first, perpetual counting as the longest (domain rules 4.3).</summary>
    public static long Length(DateTimeOffset? endsAt) => endsAt?.ToUnixTimeSeconds() ?? long.MaxValue;

    /// <summary>Does it count from its deposit on, or only from a later day?</summary>
    public bool HasBegun(DateOnly today) => StartsOn is null || StartsOn <= today;
}
