namespace Purser.Protocol.Push;

/// <summary>What a reader of push messages accepts at most.</summary>
public static class PushLimits
{
    public const int BodyBytes = 16 * 1024 * 1024;

    /// <summary>Characters of the file in a message. It stands there as text in a text, so that it becomes longer.</summary>
    public const int FileLength = 4 * 1024 * 1024;

    public const int PollIdLength = 64;

    /// <summary>A device asks again after this time at most, whatever it is told.</summary>
    public static readonly TimeSpan LongestPollInterval = TimeSpan.FromDays(1);
}
