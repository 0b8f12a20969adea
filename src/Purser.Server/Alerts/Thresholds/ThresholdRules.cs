using System.Globalization;
using Purser.Server.Commands;
using Purser.Server.Licenses;

namespace Purser.Server.Alerts.Thresholds;

/// <summary>When somebody wants to be told that a license runs out, long before it runs short (AL-04). Either reason is enough.</summary>
/// <param name="Percent">In use and reserved reach so many percent of what was purchased.</param>
/// <param name="FewerThan">Fewer than so many are left.</param>
public sealed record LicenseThreshold(int? Percent = null, long? FewerThan = null)
{
    public static readonly LicenseThreshold None = new(null, null);

    public bool IsSet => Percent is not null || FewerThan is not null;

    /// <summary>"in use reaches 80 % or fewer than 5 are left".</summary>
    public string Text => string.Join(" or ", Parts());

    private IEnumerable<string> Parts()
    {
        if (Percent is { } percent)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"in use reaches {percent} %");
        }

        if (FewerThan is { } few)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"fewer than {few} {(few == 1 ? "is" : "are")} left");
        }
    }
}

/// <summary>Pure decisions about thresholds. Shared by the write path and the committer of device messages.</summary>
public static class ThresholdRules
{
    public const int LargestPercent = 100;
    public const long MostLeft = 1_000_000_000;

    public static Refusal? Judge(LicenseThreshold wanted) =>
        wanted.Percent is < 1 or > LargestPercent ? Verdict.Refused(RefusalCode.InvalidInput, "Give a whole number of percent from 1 to 100, or nothing.", nameof(wanted.Percent))
        : wanted.FewerThan is < 1 or > MostLeft ? Verdict.Refused(RefusalCode.InvalidInput, "Give a whole number of licenses from 1 to 1,000,000,000, or nothing.", nameof(wanted.FewerThan))
        : null;

    public static LicenseThreshold Of(Pool pool) => new(pool.WarnAtPercent, pool.WarnBelow);

    /// <summary>What is reserved or covers another tier is as little free as what is in use. Without any license the first use reaches every percentage.</summary>
    public static bool IsReached(Pool pool)
    {
        var bound = pool.InUse + pool.Reserved + pool.Lent;
        return (pool.WarnAtPercent is { } percent && bound > 0 && (decimal)bound * 100 >= (decimal)percent * pool.Purchased)
            || (pool.WarnBelow is { } few && pool.Balance < few);
    }

    /// <summary>
    /// Notes in the pool since when it is reached, and tells what follows. Raised on the way over the threshold only: who dismissed the alert is
    /// told again after the use had been below it.
    /// </summary>
    public static ThresholdStep Step(Pool pool, DateTimeOffset now)
    {
        var reached = IsReached(pool);
        if (reached == pool.ThresholdSince is not null)
        {
            return ThresholdStep.None;
        }

        pool.ThresholdSince = reached ? now : null;
        return reached ? ThresholdStep.Raise : ThresholdStep.Clear;
    }
}

public enum ThresholdStep
{
    None,
    Raise,
    Clear,
}
