namespace Purser.Server.Commands;

/// <summary>The ordinary demands on a text that somebody typed: there, not too long, nothing invisible in it.</summary>
public static class InputText
{
    /// <summary>What is wrong with it as a refusal that names the field; null if nothing.</summary>
    public static Refusal? Problem(string? text, string field, string what, int maximum, bool isOptional = false)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return isOptional ? null : Verdict.Refused(RefusalCode.InvalidInput, $"Give {what}.", field);
        }

        if (text.Trim().Length > maximum)
        {
            return Verdict.Refused(RefusalCode.InvalidInput, $"Shorten {Definite(what)} to at most {maximum} characters.", field);
        }

        return text.Any(c => char.IsControl(c) && c is not ('\n' or '\r' or '\t')) || text.Contains('\uFFFD')
            ? Verdict.Refused(RefusalCode.InvalidInput, $"There are characters in {Definite(what)} that cannot be printed. Type it anew.", field)
            : null;
    }

    // "Give a name", but "shorten the name": it is there.
    private static string Definite(string what) =>
        what.StartsWith("a ", StringComparison.Ordinal) ? $"the {what[2..]}" : what.StartsWith("an ", StringComparison.Ordinal) ? $"the {what[3..]}" : what;
}
