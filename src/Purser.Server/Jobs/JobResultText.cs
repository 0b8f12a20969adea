namespace Purser.Server.Jobs;

/// <summary>How an outcome stands in its row: one text, so that a person who looks at the table understands it too.</summary>
internal static class JobResultText
{
    private const string FailedPrefix = "Failed: ";

    public static string Write(JobOutcome outcome) => outcome.Failed ? FailedPrefix + outcome.Text : outcome.Text;

    public static (bool Failed, string Text) Read(string stored) => stored.StartsWith(FailedPrefix, StringComparison.Ordinal)
        ? (true, stored[FailedPrefix.Length..])
        : (false, stored);
}
