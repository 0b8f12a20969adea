namespace Purser.Agent;

/// <summary>What came of a command to the agent.</summary>
/// <param name="Kind">Done, put off, or refused for good.</param>
/// <param name="Code">The authority's, when it refused.</param>
/// <param name="Reason">For people.</param>
/// <param name="NextTry">When the agent repeats by itself.</param>
public sealed record AgentOutcome(AgentOutcomeKind Kind, string? Code = null, string? Reason = null, DateTimeOffset? NextTry = null)
{
    public static readonly AgentOutcome Done = new(AgentOutcomeKind.Done);

    public bool IsDone => Kind == AgentOutcomeKind.Done;

    public static AgentOutcome Deferred(string reason, DateTimeOffset nextTry) => new(AgentOutcomeKind.Deferred, null, reason, nextTry);

    public static AgentOutcome Refused(string? code, string reason) => new(AgentOutcomeKind.Refused, code, reason);
}

public enum AgentOutcomeKind
{
    Done,
    Deferred,
    Refused,
}
