using Purser.Server.Commands;

namespace Purser.Server.People.Sources;

/// <summary>Who a source says somebody is, after it has proved that the word is its own.</summary>
/// <param name="Issuer">Whose numbers the subject is one of.</param>
/// <param name="Subject">What names the person there for ever, whatever her address becomes.</param>
/// <param name="Groups">Null where roles do not follow from groups.</param>
public sealed record SourcePerson(string Issuer, string Subject, string Email, string DisplayName, IReadOnlyCollection<string>? Groups);

/// <summary>Whom a source may let in as whom.</summary>
internal static class AdmissionRules
{
    /// <param name="person">Whom the link names, or the address; null where nobody is known.</param>
    /// <param name="isLinked">Found by the subject, not by the address.</param>
    /// <param name="hasOtherSubject">Is she known to this issuer as somebody else?</param>
    public static Refusal? Judge(SignInSource source, SourcePerson said, Person? person, bool isLinked, bool hasOtherSubject)
    {
        if (!isLinked && !source.AnswersFor(said.Email))
        {
            return Refused($"“{source.Name}” knows you as {said.Email}, but does not speak for addresses of that domain here. Ask the operator to add it, or sign in another way.");
        }

        if (person is null)
        {
            return source.CreatesPeople
                ? null
                : Refused($"“{source.Name}” knows you as {said.Email}, but nobody with this address has a role here. Ask an administrator of your Smart Account to add you.");
        }

        if (person.IsDisabled)
        {
            return Refused("Your sign-in here was ended. Ask the operator of this installation.");
        }

        if (person.SourceId is { } id && id != source.Id)
        {
            return Refused($"You do not sign in here through “{source.Name}”. Choose the way that you came in before.");
        }

        // An address that passed on to a successor must not bring the predecessor's roles with it.
        return !isLinked && hasOtherSubject
            ? Refused($"“{source.Name}” used to know {said.Email} as somebody else. Ask the operator to remove the earlier person first.")
            : null;
    }

    /// <summary>
    /// Does the source's word show that the address is this person's? Not where a password that was chosen here opens her as well: it may be
    /// the password of who was first to write this address down.
    /// </summary>
    public static bool Proves(SignInSource source, string email, Person person) =>
        source.AnswersFor(email) && PersonBook.KeyOf(email) == person.NormalizedEmail && (person.PasswordHash is null || source.ReplacesPasswords);

    private static Refusal Refused(string text) => Verdict.Refused(RefusalCode.SignInFailed, text);
}
