namespace Purser.Server.Mail;

/// <summary>When a mail that was not taken is tried again: soon, then ever more seldom, for about two days.</summary>
internal static class MailRetry
{
    private static readonly int[] PauseMinutes = [1, 5, 15, 60, 180, 360, 720, 1440];

    /// <summary>Null after the last try.</summary>
    public static TimeSpan? PauseAfter(int attempts) =>
        attempts <= PauseMinutes.Length ? TimeSpan.FromMinutes(PauseMinutes[attempts - 1]) : null;
}
