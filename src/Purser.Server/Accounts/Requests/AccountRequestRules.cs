using System.Net.Mail;
using Purser.Server.Commands;
using Purser.Server.People;

namespace Purser.Server.Accounts;

/// <summary>What may be asked for (domain rules 12.1, 12.2; portal reference 13.1).</summary>
internal static class AccountRequestRules
{
    public const int LongestReason = 500;
    public const int LongestNote = 1000;
    public const int LongestAddress = 500;

    /// <summary>Requests of one person that wait at the same time: each sends mail to others.</summary>
    public const int MostOpen = 5;

    /// <summary>Requests of one person within a day, whatever became of them: who takes hers back and asks again writes to others each time.</summary>
    public const int MostADay = 10;

    public static readonly TimeSpan LinkLifetime = TimeSpan.FromDays(7);

    /// <summary>A domain identifier that can be judged, or why not.</summary>
    public static Verdict<(string Domain, string Root)> Judge(string? typed, string field)
    {
        if (DomainNames.Normalize(typed) is not { } domain)
        {
            return Verdict.Refused(RefusalCode.InvalidInput, "Give a domain name such as example.com.", field);
        }

        if (DomainScripts.Problem(domain) is { } disguise)
        {
            return Verdict.Refused(RefusalCode.InvalidInput, disguise, field);
        }

        if (PublicSuffixes.RegistrableOf(domain) is not { } root)
        {
            return Verdict.Refused(RefusalCode.InvalidInput, $"Nobody owns {domain}: many register their names below it. Give your company's own domain.", field);
        }

        return PublicMailDomains.Contains(domain)
            ? Verdict.Refused(
                RefusalCode.InvalidInput, $"{domain} is a public mail service, where anybody gets an address. A customer's Smart Account needs the company's own domain.", field)
            : (domain, root);
    }

    /// <summary>The approver acts for a company: her address is one of that company.</summary>
    public static Refusal? JudgeApprover(string email, string field)
    {
        var judged = Judge(MailDomainOf(email), field);
        return judged.Refusal;
    }

    /// <summary>"acme.example" of "mara@acme.example"; empty where it is no address.</summary>
    public static string MailDomainOf(string email) => MailAddress.TryCreate(email.Trim(), out var address) ? address.Host : "";

    /// <summary>The mail's own domain needs nobody's consent; any other is a changed one.</summary>
    public static bool IsOwnDomain(string domain, string approverEmail) => DomainNames.Normalize(MailDomainOf(approverEmail)) == domain;

    public static Refusal? Problem(RequestAccount.Input input) =>
        (Enum.IsDefined(input.Type) ? null : Verdict.Refused(RefusalCode.InvalidInput, "Choose a type.", nameof(input.Type)))
        ?? JudgeLimited(input)
        ?? InputText.Problem(input.Name, nameof(input.Name), "a name", CreateAccount.LongestName)
        ?? (input.Name.AsSpan().IndexOfAny('\r', '\n') < 0 ? null : Verdict.Refused(RefusalCode.InvalidInput, "Type the name in one line.", nameof(input.Name)))
        ?? InputText.Problem(input.DomainReason, nameof(input.DomainReason), "the reason", LongestReason, isOptional: true)
        ?? InputText.Problem(input.Note, nameof(input.Note), "the note", LongestNote, isOptional: true)
        ?? InputText.Problem(input.Headquarters, nameof(input.Headquarters), "the address", LongestAddress, isOptional: true)
        ?? (input.Authority == RequestAuthority.Requester ? null : JudgeNamedApprover(input));

    /// <summary>A limited use account is one person's own: she asks for it herself, and its identifier is made of her address.</summary>
    private static Refusal? JudgeLimited(RequestAccount.Input input) =>
        input.Type != AccountType.LimitedUse ? null
        : input.Authority != RequestAuthority.Requester
            ? Verdict.Refused(RefusalCode.InvalidInput, "A Limited Use account is requested by the person who uses it.", nameof(input.Authority))
        : string.IsNullOrWhiteSpace(input.Domain) ? null
        : Verdict.Refused(RefusalCode.InvalidInput, "The identifier of a Limited Use account is made of your e-mail address. Leave this empty.", nameof(input.Domain));

    private static Refusal? JudgeNamedApprover(RequestAccount.Input input) =>
        NewPerson.Problem(new NewPerson(input.ApproverEmail, input.ApproverName)) is { } problem
            ? problem with { Field = problem.Field == nameof(NewPerson.Email) ? nameof(input.ApproverEmail) : nameof(input.ApproverName) }
            : null;
}
