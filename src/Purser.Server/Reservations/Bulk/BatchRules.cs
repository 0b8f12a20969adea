using Purser.Server.Commands;

namespace Purser.Server.Reservations.Bulk;

public static class BatchRules
{
    /// <summary>Which line counts is not guessed.</summary>
    public static Refusal? JudgeLines(IReadOnlyList<BatchLine> lines) =>
        lines.GroupBy(line => line.License, StringComparer.OrdinalIgnoreCase).FirstOrDefault(group => group.Count() > 1) is { } twice
            ? Verdict.Refused(
                RefusalCode.InvalidInput,
                $"Lines {string.Join(", ", twice.Select(line => line.Line))} name {twice.Key} for this request code more than once. Send the code again in one line with the whole quantity.")
            : null;
}
