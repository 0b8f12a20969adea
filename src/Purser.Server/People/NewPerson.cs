using System.Net.Mail;
using Purser.Server.Commands;

namespace Purser.Server.People;

/// <summary>Somebody to be given a role: by e-mail address, with a name in case she is not known yet.</summary>
public sealed record NewPerson(string Email, string? DisplayName = null)
{
    public const int LongestEmail = 254;
    public const int LongestName = 100;

    public static Refusal? Problem(NewPerson person) =>
        (IsEmail(person.Email) ? null : Verdict.Refused(RefusalCode.InvalidInput, "Give an e-mail address such as mara@example.com.", nameof(Email)))
        ?? NameProblem(person.DisplayName, isOptional: true);

    /// <summary>One line: names stand in mails, in lists and in the event log.</summary>
    public static Refusal? NameProblem(string? name, bool isOptional) =>
        InputText.Problem(name, nameof(DisplayName), "a name", LongestName, isOptional)
        ?? (name?.AsSpan().IndexOfAny('\r', '\n', '\t') >= 0 ? Verdict.Refused(RefusalCode.InvalidInput, "Type the name in one line.", nameof(DisplayName)) : null);

    private static bool IsEmail(string? text) =>
        text is { Length: <= LongestEmail } && MailAddress.TryCreate(text.Trim(), out var address)
        && address.Address == text.Trim() && address.Host.Contains('.') && !text.Any(char.IsControl);
}
