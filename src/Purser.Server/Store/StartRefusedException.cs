namespace Purser.Server.Store;

/// <summary>The server cannot start here, and the message says what to do about it: shown alone, without a stack trace.</summary>
public sealed class StartRefusedException : Exception
{
    public StartRefusedException()
    {
    }

    public StartRefusedException(string message)
        : base(message)
    {
    }

    public StartRefusedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
