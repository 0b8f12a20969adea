using Purser.Server.Commands;

namespace Purser.Server.People;

/// <summary>What user groups may look like (SA-09).</summary>
public static class GroupRules
{
    public const int MostGroups = 1_000;
    public const int MostMembers = 10_000;
    public const int LongestName = 100;
    public const int LongestDescription = 500;
    public const int LongestNote = 500;

    public static Refusal? Judge(string? name, string? description) =>
        InputText.Problem(name, "Name", "a name", LongestName)
        ?? InputText.Problem(description, "Description", "a description", LongestDescription, isOptional: true);

    /// <summary>Every address of a list that was typed or sent, judged; the first wrong one is named.</summary>
    public static Refusal? JudgeEmails(IReadOnlyList<string> emails, string field)
    {
        if (emails.Count > MostMembers)
        {
            return Verdict.Refused(RefusalCode.InvalidInput, $"Give at most {MostMembers} addresses at once.", field);
        }

        return emails.FirstOrDefault(email => NewPerson.Problem(new NewPerson(email)) is not null) is { } wrong
            ? Verdict.Refused(RefusalCode.InvalidInput, $"\"{wrong}\" is no e-mail address such as mara@example.com.", field)
            : null;
    }

    public static string KeyOf(string name) => name.Trim().ToUpperInvariant();
}
