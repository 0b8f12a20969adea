namespace Purser.Server.Licenses;

public enum ForecastKind
{
    /// <summary>Nothing can be said: the history is too short.</summary>
    NotEnoughHistory,

    /// <summary>Nothing is forecast: the license is always there as it is used, or is billed by usage.</summary>
    NotApplicable,

    /// <summary>It is short already.</summary>
    AlreadyShort,

    /// <summary>At the middle pace it runs dry.</summary>
    RunsDry,

    /// <summary>At the middle pace it lasts; at the fastest pace seen it would run dry.</summary>
    MayRunDry,

    /// <summary>Even at the fastest pace it lasts for as long as is looked ahead.</summary>
    Lasts,
}

/// <summary>When the pool of a license runs dry, and how sure that is (LI-14; docs/decisions/0023).</summary>
/// <param name="Text">The answer as a sentence, with what it rests on.</param>
/// <param name="Earliest">The first day on which more is asked for than is there, at the fastest pace.</param>
/// <param name="Likely">At the middle pace; null where it lasts.</param>
/// <param name="Latest">At the slowest pace; null where it lasts.</param>
/// <param name="Weeks">Full weeks of history that it rests on.</param>
/// <param name="Pace">Units a week; null without enough history.</param>
public sealed record Forecast(ForecastKind Kind, string Text, DateOnly? Earliest, DateOnly? Likely, DateOnly? Latest, int Weeks, ForecastPace? Pace)
{
    /// <summary>From today on, week by week: what may be asked for and what will be there. Empty where nothing is forecast.</summary>
    public IReadOnlyList<ForecastPoint> Path { get; init; } = [];
}

/// <summary>By how much demand grew in a week: the slowest, the middle and the fastest pace between any two weeks, leaving out a tenth at either end.</summary>
public sealed record ForecastPace(decimal Slow, decimal Middle, decimal Fast);

public sealed record ForecastPoint(DateOnly Day, decimal Low, decimal Middle, decimal High, long Supply);

/// <summary>A known change of what is there: a term that ends, licenses whose first day comes.</summary>
public readonly record struct SupplyChange(DateOnly Day, long Difference);
