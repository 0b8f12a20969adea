using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.People.SignIn;

namespace Purser.Server.People;

/// <summary>
/// The answer of an account's rule to a request (SA-10). A rule goes by the mail domain, so it answers only those whose address is proven: who
/// invites somebody may write any address, and may be the one who uses the link.
/// </summary>
public sealed class AccessRuleAnswer(AccessRequestMail mail, BearerTokens tokens)
{
    /// <summary>False where no rule answers: then somebody has to.</summary>
    public async Task<bool> GiveAsync(WriteScope scope, Person person, AccessRequest request, CancellationToken cancellation)
    {
        var mailDomain = DomainNames.Normalize(AccountRequestRules.MailDomainOf(person.Email!));
        if (await scope.Db.AccessRules.FirstOrDefaultAsync(row => row.AccountId == request.AccountId && row.MailDomain == mailDomain, cancellation) is not { } rule)
        {
            return false;
        }

        if (!person.EmailConfirmed)
        {
            scope.Journal(request.AccountId).Append(AccessRequestEvents.RuleWaits(request, rule.MailDomain));
            await mail.AskForProofAsync(scope, person, request, cancellation);
            return false;
        }

        if (rule.Access is { } access && !await CanGiveAsync(scope, rule, access, person, cancellation))
        {
            return false;
        }

        if (rule.Access is { } given)
        {
            request.Given = await given.WordsAsync(scope.Db, request.AccountId, cancellation);
            await GrantBook.GiveAsync(scope, request.AccountId, GrantHolder.Of(person), given, cancellation, $"access rule for {rule.MailDomain}");
            scope.AfterCommit(tokens.Forget);
        }

        request.State = rule.Role is null ? AccessRequestState.Declined : AccessRequestState.Approved;
        (request.DecidedAt, request.DecidedBy, request.Reason) = (scope.Now, $"the access rule for {rule.MailDomain}", rule.Reason);
        scope.Journal(request.AccountId).Append(rule.Role is null ? AccessRequestEvents.Declined(request) : AccessRequestEvents.Approved(request));
        var place = await Invitation.PlaceAsync(scope.Db, request.AccountId, cancellation);
        await mail.TellDecisionAsync(scope, place.Name, place.Domain, request, cancellation);
        return true;
    }

    private static async Task<bool> CanGiveAsync(WriteScope scope, AccessRule rule, Access access, Person person, CancellationToken cancellation)
    {
        if ((await access.MissingAsync(scope.Db, rule.AccountId, cancellation)).Count > 0)
        {
            scope.Journal(rule.AccountId).Append(AccessRequestEvents.RuleFailed(rule.MailDomain));
            return false;
        }

        return await PeopleLimit.JudgeAsync(scope.Db, rule.AccountId, [person.Id], 0, cancellation) is null;
    }
}
