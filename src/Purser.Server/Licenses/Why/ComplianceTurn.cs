namespace Purser.Server.Licenses;

public enum ComplianceTurnKind
{
    /// <summary>The first that is known of the license here.</summary>
    Began,

    /// <summary>More was asked for than was there.</summary>
    Short,

    /// <summary>A shortage ended.</summary>
    Recovered,
}

/// <summary>When a license went out of compliance in a virtual account, or came back (LI-13).</summary>
/// <param name="Cause">The event of the same act: a request, a transfer, an expiry, a removal. Null where the reader may not see events, or it left none.</param>
public sealed record ComplianceTurn(DateTimeOffset At, ComplianceTurnKind Kind, string Text, ComplianceCause? Cause);
