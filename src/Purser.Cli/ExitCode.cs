namespace Purser.Cli;

public static class ExitCode
{
    public const int Done = 0;

    /// <summary>Refused, or asked wrongly; repeating changes nothing.</summary>
    public const int Refused = 1;

    /// <summary>No answer now; repeating later may help (EX_TEMPFAIL).</summary>
    public const int TryLater = 75;
}

/// <summary>An expected failure: its message, which names cause and remedy, goes to the error output and nothing else does.</summary>
public sealed class CommandException(string message) : Exception(message);
