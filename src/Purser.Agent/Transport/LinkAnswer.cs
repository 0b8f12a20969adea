namespace Purser.Agent.Transport;

/// <summary>What came back: bytes that still prove nothing, or the reason why nothing came.</summary>
/// <param name="Body">Null when there was no answer.</param>
/// <param name="Failure">For people.</param>
/// <param name="RetryAfter">As the server asked.</param>
/// <param name="FirstUseTrusted">The way led over plain HTTP on this machine: the root of a first registration may be believed.</param>
public sealed record LinkAnswer(byte[]? Body, string? Failure, TimeSpan? RetryAfter = null, bool FirstUseTrusted = false)
{
    public static LinkAnswer None(string failure, TimeSpan? retryAfter = null) => new(null, $"Communication message send error: {failure}", retryAfter);
}
