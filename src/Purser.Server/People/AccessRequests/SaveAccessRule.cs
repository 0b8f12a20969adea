using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.Store;

namespace Purser.Server.People;

/// <summary>Makes, changes or removes a rule that answers requests of one mail domain by itself: with a role and scope, or no (SA-10).</summary>
public sealed class SaveAccessRule(WritePath writePath)
{
    public const string Save = "access-rules.save";
    public const string Remove = "access-rules.remove";
    public const int MostRules = 200;

    /// <param name="Access">Null: requests are declined.</param>
    public sealed record Input(string MailDomain, Access? Access)
    {
        /// <summary>Of a rule that declines.</summary>
        public string? Reason { get; init; }

        /// <summary>A rule that is there is not replaced.</summary>
        public bool MustBeNew { get; init; }
    }

    public sealed record RemoveInput(string MailDomain);

    public sealed record Body(Access? Access = null, string? Reason = null);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPut("/api/v1/accounts/{account}/access-rules/{mailDomain}", async (string mailDomain, Body body, SaveAccessRule save, HttpContext context) =>
            {
                var input = new Input(mailDomain, body.Access) { Reason = body.Reason };
                return (await save.HandleAsync(context.Command(Save, input), input, context.RequestAborted)).ToHttp();
            })
            .Requires(Permission.AccessRuleManage).WithSummary("Let requests from a mail domain be approved with a role, or declined without one").WithTags("Access requests");
        routes.MapDelete("/api/v1/accounts/{account}/access-rules/{mailDomain}", async (string mailDomain, SaveAccessRule save, HttpContext context) =>
            {
                var input = new RemoveInput(mailDomain);
                return (await save.RemoveAsync(context.Command(Remove, input), input, context.RequestAborted)).ToHttp();
            })
            .Requires(Permission.AccessRuleManage).WithSummary("Remove an access rule").WithTags("Access requests");
    }

    public async Task<Verdict<Done>> HandleAsync(Command command, Input input, CancellationToken cancellation = default)
    {
        var domain = DomainNames.Normalize(input.MailDomain.TrimStart('@'));
        if ((JudgeText(domain, input) ?? InputText.Problem(input.Reason, nameof(input.Reason), "the reason", AccessRequest.LongestReason, isOptional: true)) is { } problem)
        {
            return problem;
        }

        var accountId = command.Accounts[0];
        return await writePath.RunAsync<Done>(command, async scope =>
        {
            if (input.Access is { } access && await access.JudgeAsync(scope.Db, command.Actor, Permission.AccessRuleManage, accountId, cancellation) is { } refusal)
            {
                return refusal;
            }

            var rule = await scope.Db.AccessRules.FirstOrDefaultAsync(row => row.AccountId == accountId && row.MailDomain == domain, cancellation);
            if (rule is not null && input.MustBeNew)
            {
                return Verdict.Refused(RefusalCode.AlreadyExists, $"There is an access rule for {domain} already. Edit it in the list of rules, or remove it first.", nameof(input.MailDomain));
            }

            if (rule is null && await scope.Db.AccessRules.CountAsync(row => row.AccountId == accountId, cancellation) >= MostRules)
            {
                return Verdict.Refused(RefusalCode.Conflict, $"A Smart Account has at most {MostRules} access rules.");
            }

            var does = input.Access is null ? "requests are declined" : $"requests are approved with {await input.Access.WordsAsync(scope.Db, accountId, cancellation)}";
            scope.Journal(accountId).Append(rule is null ? AccessRequestEvents.RuleCreated(domain!, does) : AccessRequestEvents.RuleChanged(domain!, does));
            Write(rule ?? Add(scope, accountId, domain!), input);
            return Verdict.Done;
        }, cancellation);
    }

    public async Task<Verdict<Done>> RemoveAsync(Command command, RemoveInput input, CancellationToken cancellation = default)
    {
        var accountId = command.Accounts[0];
        return await writePath.RunAsync<Done>(command, async scope =>
        {
            if (await scope.Db.AccessRules.FirstOrDefaultAsync(row => row.AccountId == accountId && row.MailDomain == input.MailDomain, cancellation) is not { } rule)
            {
                return Verdict.Refused(RefusalCode.NotFound, "There is no access rule for this mail domain.");
            }

            scope.Db.AccessRules.Remove(rule);
            scope.Journal(accountId).Append(AccessRequestEvents.RuleRemoved(rule.MailDomain));
            return Verdict.Done;
        }, cancellation);
    }

    private static Refusal? JudgeText(string? domain, Input input)
    {
        if (domain is null)
        {
            return Verdict.Refused(RefusalCode.InvalidInput, "Give a mail domain such as example.com.", nameof(input.MailDomain));
        }

        if (input.Access is not null && PublicMailDomains.Contains(domain))
        {
            return Verdict.Refused(
                RefusalCode.InvalidInput, $"Anybody can have an address at {domain}, so nobody is let in because of it. Approve such requests one by one.", nameof(input.MailDomain));
        }

        return input.Access?.Role is Role.SmartAccountAdministrator or Role.VirtualAccountAdministrator
            ? Verdict.Refused(RefusalCode.InvalidInput, "The role of an administrator is not given by a rule. Approve such requests one by one.", nameof(Access.Role))
            : null;
    }

    private static AccessRule Add(WriteScope scope, long accountId, string domain)
    {
        var rule = new AccessRule { AccountId = accountId, Id = scope.NextId(IdKind.AccessRequest), MailDomain = domain, CreatedBy = scope.Actor.ShownName, CreatedAt = scope.Now };
        scope.Db.AccessRules.Add(rule);
        return rule;
    }

    private static void Write(AccessRule rule, Input input)
    {
        rule.Role = input.Access?.Role;
        rule.VirtualAccounts = string.Join(',', (input.Access?.VirtualAccountIds ?? []).Distinct().Select(id => id.ToString(CultureInfo.InvariantCulture)));
        rule.IncludesChildren = input.Access?.IncludesChildren == true;
        rule.Reason = input.Access is null ? input.Reason?.Trim() ?? "" : "";
    }
}
