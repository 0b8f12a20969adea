using System.Text.Json.Serialization;
using Purser.Agent.Policy.Authorizations;
using Purser.Protocol.Push;

namespace Purser.Agent.Policy.Push;

/// <summary>What a device remembers of what it pushes, so that a restart loses nothing.</summary>
public sealed record PushState
{
    /// <summary>Sent until it has an answer. Null: nothing waits.</summary>
    public PendingPush? Pending { get; init; }

    /// <summary>At most one a kind.</summary>
    public IReadOnlyList<AwaitedAnswer> Awaited { get; init; } = [];

    /// <summary>When usage reports were taken last by who is pushed to.</summary>
    public DateTimeOffset? ReportedAt { get; init; }

    /// <summary>Not before; after a refusal.</summary>
    public DateTimeOffset? ReportAgainAt { get; init; }

    /// <summary>Not before; after an answer.</summary>
    public DateTimeOffset? TrustAgainAt { get; init; }

    /// <summary>Since when nobody answers; null: somebody does.</summary>
    public DateTimeOffset? CutOffSince { get; init; }

    /// <summary>The latest last.</summary>
    public IReadOnlyList<ImportNote> Messages { get; init; } = [];

    /// <summary>When an answer that is not there yet is asked for.</summary>
    [JsonIgnore]
    public DateTimeOffset? NextCheck => Awaited.Min(static one => (DateTimeOffset?)one.NextTry);
}

/// <summary>It is composed anew each time that it is sent, with another nonce and the present time; what it carries stays the same.</summary>
/// <param name="Name">Of the message, as devices name it (device reference 4.8).</param>
/// <param name="NextTry">When to send it (again).</param>
/// <param name="Attempts">Sendings without an answer.</param>
public sealed record PendingPush(PushKind Kind, string Name, DateTimeOffset NextTry, int Attempts = 0)
{
    /// <summary>Ids of usage reports.</summary>
    public IReadOnlyList<ulong> Reports { get; init; } = [];

    /// <summary>Keys of the units that ask for trust codes.</summary>
    public IReadOnlyList<string> Units { get; init; } = [];

    /// <summary>What an authorization request asks for.</summary>
    public IReadOnlyList<AskedCount> Licenses { get; init; } = [];

    public string? IdToken { get; init; }
}

/// <summary>The answer to a message that was taken comes later, and is asked for.</summary>
/// <param name="Kind">Of the message.</param>
public sealed record AwaitedAnswer(PushKind Kind, string PollId, DateTimeOffset NextTry, int Attempts = 0)
{
    /// <summary>What was asked for.</summary>
    public IReadOnlyList<AskedCount> Licenses { get; init; } = [];
}

/// <summary>Names of messages, as devices show them (device reference 4.8).</summary>
public static class PushNames
{
    public const string Trust = "Trust Establishment";
    public const string TrustSync = "Trust Sync";
    public const string Usage = "Usage Reporting";
    public const string Poll = "Result Polling";
    public const string Authorization = "Authorization Request";
    public const string Confirmation = "Authorization Confirmation";
    public const string Return = "Authorization Return";
}
